import { expect, test } from 'bun:test';
import { jsonFromSchema } from './json-from-schema.ts';

test('every property is filled by the simplest value its schema allows', () => {
  const schema = {
    type: 'object',
    properties: {
      colour: { enum: ['red', 'blue'] },
      count: { type: 'integer', minimum: 4 },
      share: { type: 'number', maximum: 0.5 },
      day: { type: 'string', format: 'date' },
      code: { type: 'string', minLength: 6 },
      maybe: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
      pair: { type: 'array', items: { type: 'string' }, minItems: 2 },
      owner: { $ref: '#/$defs/person' },
    },
    $defs: { person: { type: 'object', properties: { name: { type: ['null', 'string'] } } } },
  };
  expect(jsonFromSchema(schema)).toEqual({
    colour: 'red',
    count: 4,
    share: 0.5,
    day: '2026-01-01',
    code: 'text..',
    maybe: true,
    pair: ['text', 'text'],
    owner: { name: 'text' },
  });
});

test('a schema that contains itself comes to an end', () => {
  const schema = {
    $ref: '#/$defs/node',
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  };
  expect(JSON.stringify(jsonFromSchema(schema)).length).toBeLessThan(200);
});
