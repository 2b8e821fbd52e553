import { expect, test } from 'bun:test';
import { jsonSchemaOf } from './gemini-schema.ts';

test('a schema in Gemini’s own language becomes JSON Schema', () => {
  const schema = {
    type: 'OBJECT',
    property_ordering: ['type', 'kind'],
    properties: {
      type: { type: 'STRING', nullable: true },
      kind: { any_of: [{ type: 'INTEGER' }, { type: 'STRING', enum: ['A'], nullable: true }] },
    },
    required: ['type'],
  };
  expect(jsonSchemaOf(schema)).toEqual({
    type: 'object',
    properties: {
      type: { type: ['string', 'null'] },
      kind: { anyOf: [{ type: 'integer' }, { type: ['string', 'null'], enum: ['A', null] }] },
    },
    required: ['type'],
  });
});
