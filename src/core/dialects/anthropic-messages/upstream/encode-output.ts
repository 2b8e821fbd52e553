import type { OutputFormat } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { closeObjects } from '../../close-objects.ts';
import type { LossLog } from '../../loss-log.ts';

/** `output_config.format`; undefined for plain text. */
export const encodeOutput = (output: OutputFormat | undefined, log: LossLog): JsonObject | undefined => {
  if (output === undefined || output.kind === 'text') return undefined;
  if (output.kind !== 'json-schema') {
    log.dropped('output', 'the provider writes JSON only to a schema. Ask for JSON in the prompt, or send one.');
    return undefined;
  }
  if (output.name !== undefined) log.dropped('output.name');
  if (output.description !== undefined) log.dropped('output.description');
  if (output.strict === false) log.changed('output.strict', 'the provider always keeps to the schema');
  const schema = closeObjects(output.schema);
  if (schema !== output.schema) log.changed('output.schema', 'objects were closed with additionalProperties: false');
  return { type: 'json_schema', schema };
};
