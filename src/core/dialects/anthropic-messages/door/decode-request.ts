import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import type { ChatRequest, OutputFormat } from '../../../ir/index.ts';
import { isObject, type Json, type JsonDraft, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { booleanField, countField, numberField, objectField, stringField, stringsField } from '../../checked/fields.ts';
import { typeName } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { decodeReasoning } from '../../thinking/decode-reasoning.ts';
import { decodeCacheMark } from '../wire/cache-mark.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { decodeTurns } from './decode-turns.ts';

/** Members that always have a place in the request. The others leave what they cannot say in the extras. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
  'cache_control',
]);

/** Reads a client's body. Strict about what it knows, so that the client learns which field is wrong; what it does not know is kept. */
export const decodeRequest = (body: Json, hints: DoorHints): ChatRequest => {
  if (!isObject(body)) throw invalidField('body', `must be a JSON object, but is ${typeName(body)}.`);
  const model = stringField(body, 'model') ?? hints.model;
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'model: is missing. Name one as "provider/model".', { param: 'model' });
  const { reasoning, thinkingRest, configRest } = decodeReasoning(body);
  const output = decodeOutput(body);
  const user = stringField(objectField(body, 'metadata') ?? {}, 'user_id', 'metadata.');
  const { toolChoice, parallelToolCalls } = decodeToolChoice(objectField(body, 'tool_choice'));
  const tools = decodeTools(body);
  const cache = decodeCacheMark(body['cache_control']);
  const serviceTier = stringField(body, 'service_tier');
  const extras = decodeExtras(body, { thinking: thinkingRest, output_config: configRest });
  return {
    model,
    stream: booleanField(body, 'stream') ?? hints.stream ?? false,
    turns: decodeTurns(body),
    ...decodeLimits(body),
    ...(tools === undefined ? {} : { tools }),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(user === undefined ? {} : { user }),
    ...(isKnownTier(serviceTier) ? { serviceTier } : {}),
    ...(cache === undefined ? {} : { cache }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const isKnownTier = (tier: string | undefined): tier is string => tier === 'auto' || tier === 'standard_only';

const decodeLimits = (body: JsonObject): Partial<ChatRequest> => {
  // 0 is allowed on this wire: it fills the prompt cache and writes nothing.
  const maxOutputTokens = countField(body, 'max_tokens', { least: 0 });
  if (maxOutputTokens === undefined)
    throw invalidField('max_tokens', 'is missing. Say how many tokens the answer may have at most.');
  const temperature = numberField(body, 'temperature');
  const topP = numberField(body, 'top_p');
  const topK = countField(body, 'top_k', { least: 0 });
  const stop = stringsField(body, 'stop_sequences');
  return {
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(stop === undefined ? {} : { stop }),
  };
};

/** `output_config.format`, or `output_format`, its older name. */
const decodeOutput = (body: JsonObject): OutputFormat | undefined => {
  const config = objectField(body, 'output_config') ?? {};
  const format = objectField(config, 'format', 'output_config.') ?? objectField(body, 'output_format');
  return isPlainSchema(format) ? { kind: 'json-schema', schema: format.schema } : undefined;
};

const isPlainSchema = (format: JsonObject | undefined): format is JsonObject & { schema: JsonObject } =>
  format?.['type'] === 'json_schema' && isObject(format['schema']) && Object.keys(format).length === 2;

const decodeExtras = (
  body: JsonObject,
  rests: { readonly thinking: JsonObject | undefined; readonly output_config: JsonObject | undefined },
): JsonObject | undefined => {
  const extras: JsonDraft = { ...unknownMembers(body, placed) };
  if (rests.thinking !== undefined) extras['thinking'] = rests.thinking;
  if (rests.output_config !== undefined) extras['output_config'] = rests.output_config;
  const format = body['output_format'] ?? undefined;
  if (isObject(format) && !isPlainSchema(format)) extras['output_format'] = format;
  const metadata = unknownMembers(objectField(body, 'metadata') ?? {}, new Set(['user_id']));
  if (metadata !== undefined) extras['metadata'] = metadata;
  const tier = stringField(body, 'service_tier');
  if (tier !== undefined && !isKnownTier(tier)) extras['service_tier'] = tier;
  const cache = body['cache_control'] ?? undefined;
  if (cache !== undefined && decodeCacheMark(cache) === undefined) extras['cache_control'] = cache;
  return Object.keys(extras).length === 0 ? undefined : extras;
};
