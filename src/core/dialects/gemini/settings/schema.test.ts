import { expect, test } from 'bun:test';
import { jsonSchemaOf } from './schema.ts';

test("Gemini's schema language becomes JSON Schema", () => {
  const schema = {
    type: 'OBJECT',
    properties: {
      any_of: { type: 'STRING', nullable: true, enum: ['a'] },
      list: { type: 'ARRAY', min_items: '1', items: { anyOf: [{ type: 'INTEGER' }], nullable: true } },
    },
    propertyOrdering: ['list', 'any_of'],
    example: { any_of: 'a' },
  };
  expect(jsonSchemaOf(schema)).toEqual({
    type: 'object',
    properties: {
      any_of: { type: ['string', 'null'], enum: ['a', null] },
      list: { type: 'array', minItems: 1, items: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
    },
    examples: [{ any_of: 'a' }],
  });
});

test('JSON Schema stays as it is', () => {
  const schema = { $defs: { A: { type: 'string' } }, type: 'object', properties: { a: { $ref: '#/$defs/A' } } };
  expect(jsonSchemaOf(schema)).toEqual(schema);
});
