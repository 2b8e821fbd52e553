import type { OutputFormat } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';

/** The member `text.format`. */
export const encodeFormat = (output: OutputFormat): JsonObject => {
  switch (output.kind) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'json-schema':
      return {
        type: 'json_schema',
        // The wire requires a name.
        name: output.name ?? 'answer',
        ...(output.description === undefined ? {} : { description: output.description }),
        schema: output.schema,
        ...(output.strict === undefined ? {} : { strict: output.strict }),
      };
  }
};
