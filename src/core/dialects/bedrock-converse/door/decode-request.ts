import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import type { ChatRequest, OutputFormat } from '../../../ir/index.ts';
import {
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  parseJson,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { countField, numberField, objectField, stringField, stringsField } from '../../checked/fields.ts';
import { typeName } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeAdditionalFields } from './decode-additional-fields.ts';
import { decodeToolConfig } from './decode-tools.ts';
import { decodeTurns } from './decode-turns.ts';

const placed: ReadonlySet<string> = new Set([
  'modelId',
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'requestMetadata',
  'serviceTier',
  'outputConfig',
]);

/** Reads a client's body. Strict about what it knows, so that the client learns which field is wrong; what it does not know is kept. */
export const decodeRequest = (body: Json, hints: DoorHints): ChatRequest => {
  if (!isObject(body)) throw invalidField('body', `must be a JSON object, but is ${typeName(body)}.`);
  const model = hints.model ?? stringField(body, 'modelId');
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'modelId: is missing. Name one in the path, /model/{modelId}/converse.', {
      param: 'modelId',
    });
  const config = objectField(body, 'inferenceConfig');
  const tools = decodeToolConfig(objectField(body, 'toolConfig'));
  const fields = decodeAdditionalFields(objectField(body, 'additionalModelRequestFields'));
  const { output, rest: outputRest } = decodeOutput(objectField(body, 'outputConfig'));
  const metadata = objectField(body, 'requestMetadata');
  const tier = stringField(objectField(body, 'serviceTier') ?? {}, 'type', 'serviceTier.');
  const extras: JsonDraft = { ...unknownMembers(body, placed) };
  const inferenceRest = config === undefined ? undefined : unknownMembers(config, inferenceMembers);
  if (inferenceRest !== undefined) extras['inferenceConfig'] = inferenceRest;
  if (tools.rest !== undefined) extras['toolConfig'] = tools.rest;
  if (fields.rest !== undefined) extras['additionalModelRequestFields'] = fields.rest;
  if (outputRest !== undefined) extras['outputConfig'] = outputRest;
  return {
    model,
    stream: hints.stream ?? false,
    turns: decodeTurns(body),
    ...decodeLimits(config),
    ...tools.said,
    ...fields.said,
    ...(output === undefined ? {} : { output }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { [own]: extras } }),
  };
};

const inferenceMembers: ReadonlySet<string> = new Set(['maxTokens', 'temperature', 'topP', 'stopSequences']);

const prefix = 'inferenceConfig.';

const decodeLimits = (config: JsonObject | undefined): Partial<ChatRequest> => {
  if (config === undefined) return {};
  const maxOutputTokens = countField(config, 'maxTokens', { least: 1, prefix });
  const temperature = numberField(config, 'temperature', prefix);
  const topP = numberField(config, 'topP', prefix);
  const stop = stringsField(config, 'stopSequences', prefix);
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stop }),
  };
};

/** The schema stands in it as text. */
const decodeOutput = (
  config: JsonObject | undefined,
): { readonly output?: OutputFormat; readonly rest?: JsonObject } => {
  if (config === undefined) return {};
  const format = objectAt(config, 'textFormat');
  const wanted = objectAt(objectAt(format, 'structure'), 'jsonSchema');
  const schema = parseJson(stringAt(wanted, 'schema') ?? '');
  if (format?.['type'] !== 'json_schema' || !isObject(schema)) return { rest: config };
  const name = stringAt(wanted, 'name');
  const description = stringAt(wanted, 'description');
  const rest = unknownMembers(config, new Set(['textFormat']));
  return {
    output: {
      kind: 'json-schema',
      schema,
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    },
    ...(rest === undefined ? {} : { rest }),
  };
};
