import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import {
  type ChatRequest,
  type Effort,
  efforts,
  type OutputFormat,
  type Reasoning,
  type Turn,
} from '../../../ir/index.ts';
import {
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { decodeContent } from '../wire/decode-part.ts';
import { decodeToolChoice, decodeTools } from '../wire/decode-tools.ts';
import {
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  requiredString,
} from '../wire/fields.ts';
import { namespacedTools } from '../wire/namespaces.ts';
import { own, withoutNulls } from '../wire/own.ts';
import { checkInput } from './check-input.ts';
import { decodeInput, instructionsTurn } from './decode-input.ts';

/**
 * Reads a client's body. References to state the provider holds (`previous_response_id`, `conversation`, `prompt`) stay in extras, for the
 * gateway to judge.
 */
export const decodeRequest = (body: Json, hints: DoorHints): ChatRequest => {
  if (!isObject(body))
    throw new GatewayError('invalid_request', `The body must be a JSON object, but is ${typeName(body)}.`);
  const model = optionalString(body, 'model') ?? hints.model;
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'model: name the model to ask, such as "openai/gpt-5".', {
      param: 'model',
    });
  const tools = body['tools'] == null ? undefined : decodeTools(optionalArray(body, 'tools') ?? []);
  const request: { -readonly [K in keyof ChatRequest]: ChatRequest[K] | undefined } = {
    model,
    stream: optionalBoolean(body, 'stream') ?? hints.stream ?? false,
    turns: decodeTurns(body, tools),
    tools,
    toolChoice: decodeToolChoice(body['tool_choice']),
    parallelToolCalls: optionalBoolean(body, 'parallel_tool_calls'),
    ...textMembers(body),
    ...reasoningMembers(body),
    ...includeMembers(body),
    maxOutputTokens: optionalNumber(body, 'max_output_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topLogprobs: optionalNumber(body, 'top_logprobs'),
    serviceTier: optionalString(body, 'service_tier'),
    user: endUser(body),
    metadata: optionalObject(body, 'metadata'),
    promptCacheKey: optionalString(body, 'prompt_cache_key'),
    store: optionalBoolean(body, 'store'),
    extras: { [own]: extras(body) },
  };
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as unknown as ChatRequest;
};

/** Members that name a conversation the provider holds; with one of them, `input` may be absent or empty. */
const heldState = ['previous_response_id', 'conversation', 'prompt'] as const;

const decodeTurns = (body: JsonObject, tools: ChatRequest['tools']): readonly Turn[] => {
  const instructions = optionalString(body, 'instructions');
  const held = heldState.some((name) => body[name] !== undefined && body[name] !== null);
  return [
    ...(instructions === undefined ? [] : [instructionsTurn(instructions)]),
    ...inputTurns(body['input'] ?? undefined, held, tools),
  ];
};

const inputTurns = (input: Json | undefined, held: boolean, tools: ChatRequest['tools']): readonly Turn[] => {
  if (typeof input === 'string') return [{ role: 'user', blocks: decodeContent(input) }];
  if (input === undefined && held) return [];
  if (!Array.isArray(input))
    throw invalidField('input', `must be a string or an array of items, but is ${typeName(input)}.`);
  if (input.length === 0 && !held) throw invalidField('input', 'is empty; send at least one item.');
  return decodeInput(checkInput(input as readonly Json[], held), namespacedTools(tools));
};

const textMembers = (body: JsonObject): Pick<ChatRequest, 'output' | 'verbosity'> => {
  const text = optionalObject(body, 'text');
  if (text === undefined) return {};
  const verbosity = optionalString(text, 'verbosity', 'text.');
  const format = optionalObject(text, 'format', 'text.');
  const output = format === undefined ? undefined : decodeFormat(format);
  return { ...(output === undefined ? {} : { output }), ...(verbosity === undefined ? {} : { verbosity }) };
};

/** Undefined for a format of another kind, which stays in extras. */
const decodeFormat = (format: JsonObject): OutputFormat | undefined => {
  switch (format['type']) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema': {
      const schema = optionalObject(format, 'schema', 'text.format.');
      if (schema === undefined) throw invalidField('text.format.schema', 'is required and must be an object.');
      const description = optionalString(format, 'description', 'text.format.');
      const strict = optionalBoolean(format, 'strict', 'text.format.');
      return {
        kind: 'json-schema',
        schema,
        name: requiredString(format, 'name', 'text.format.'),
        ...(description === undefined ? {} : { description }),
        ...(strict === undefined ? {} : { strict }),
      };
    }
    default:
      return undefined;
  }
};

const isEffort = (word: string | undefined): word is Effort =>
  (efforts as readonly (string | undefined)[]).includes(word);

const reasoningMembers = (body: JsonObject): Pick<ChatRequest, 'reasoning'> => {
  const wire = optionalObject(body, 'reasoning');
  if (wire === undefined) return {};
  const effort = optionalString(wire, 'effort', 'reasoning.');
  const summary = optionalString(wire, 'summary', 'reasoning.');
  const reasoning: Reasoning = {
    ...(isEffort(effort) ? { effort } : {}),
    ...(summary === undefined ? {} : { summary, show: true }),
  };
  return Object.keys(reasoning).length === 0 ? {} : { reasoning };
};

const sealedReasoning = 'reasoning.encrypted_content';
const textLogprobs = 'message.output_text.logprobs';

/** Answers to other dialects' requests carry what can be sealed anyway, so asking for it is no member they could lose. */
const includeMembers = (body: JsonObject): Pick<ChatRequest, 'meta' | 'logprobs'> => {
  const include = optionalArray(body, 'include') ?? [];
  return {
    ...(include.includes(sealedReasoning) ? { meta: { [own]: { sealedReasoning: true } } } : {}),
    ...(include.includes(textLogprobs) ? { logprobs: true } : {}),
  };
};

/** `user` is the older name of `safety_identifier`; when a body has both, the newer one stays in extras. */
const endUser = (body: JsonObject): string | undefined => {
  const safety = optionalString(body, 'safety_identifier');
  return optionalString(body, 'user') ?? safety;
};

const known = new Set(
  'model input instructions stream tools tool_choice parallel_tool_calls text reasoning include max_output_tokens temperature top_p top_logprobs service_tier user safety_identifier metadata prompt_cache_key store'.split(
    ' ',
  ),
);

/** Always an object, so that an encoder can tell this door's requests from translated ones. */
const extras = (body: JsonObject): JsonObject => {
  const rest: JsonDraft = { ...withoutNulls(unknownMembers(body, known)) };
  const include = (optionalArray(body, 'include') ?? []).filter(
    (item) => item !== sealedReasoning && item !== textLogprobs,
  );
  if (include.length > 0) rest['include'] = include;
  if (typeof body['user'] === 'string' && typeof body['safety_identifier'] === 'string')
    rest['safety_identifier'] = body['safety_identifier'];
  const reasoning = restOfReasoning(objectAt(body, 'reasoning'));
  if (reasoning !== undefined) rest['reasoning'] = reasoning;
  const text = restOfText(objectAt(body, 'text'));
  if (text !== undefined) rest['text'] = text;
  return rest;
};

const reasoningWords = new Set(['effort', 'summary']);
const textWords = new Set(['format', 'verbosity']);

const restOfReasoning = (reasoning: JsonObject | undefined): JsonObject | undefined => {
  if (reasoning === undefined) return undefined;
  const effort = stringAt(reasoning, 'effort');
  const rest = withoutNulls(unknownMembers(reasoning, reasoningWords));
  return effort === undefined || isEffort(effort) ? rest : { ...rest, effort };
};

const restOfText = (text: JsonObject | undefined): JsonObject | undefined => {
  if (text === undefined) return undefined;
  const format = objectAt(text, 'format');
  const rest = withoutNulls(unknownMembers(text, textWords));
  return format === undefined || decodeFormat(format) !== undefined ? rest : { ...rest, format };
};
