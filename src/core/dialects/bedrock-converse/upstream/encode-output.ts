import type { ChatRequest } from '../../../ir/index.ts';
import { type JsonObject, objectAt } from '../../../json/json.ts';
import { closeObjects } from '../../close-objects.ts';
import type { LossLog } from '../../loss-log.ts';
import { own } from '../wire/dialect-name.ts';

/** `outputConfig`: a schema, as text. Nothing for plain text. */
export const encodeOutput = ({ output, extras }: ChatRequest, log: LossLog): JsonObject => {
  if (output === undefined || output.kind === 'text') return {};
  if (output.kind !== 'json-schema') {
    log.dropped('output', 'the provider writes JSON only to a schema. Ask for JSON in the prompt, or send one.');
    return {};
  }
  if (output.strict === false) log.changed('output.strict', 'the provider always keeps to the schema');
  const schema = closeObjects(output.schema);
  if (schema !== output.schema) log.changed('output.schema', 'objects were closed with additionalProperties: false');
  const jsonSchema = {
    schema: JSON.stringify(schema),
    ...(output.name === undefined ? {} : { name: output.name }),
    ...(output.description === undefined ? {} : { description: output.description }),
  };
  const textFormat = { type: 'json_schema', structure: { jsonSchema } };
  return { outputConfig: { ...objectAt(extras?.[own], 'outputConfig'), textFormat } };
};
