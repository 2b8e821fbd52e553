import type { ChatRequest } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { own, readCacheMark, restOf } from '../wire/own.ts';
import { readArray, readBody, readBoolean, readNumber, readObject, readString } from '../wire/read-member.ts';
import { readReasoning, reasoningNames } from '../wire/read-reasoning.ts';
import { checkMessages } from './check-messages.ts';
import { readMessages } from './read-messages.ts';
import { present, readModel, readSettings, settingNames } from './read-settings.ts';
import { readOutput, readToolChoice, readTools } from './read-tools.ts';

/** Reads a body of POST /v1/chat/completions. */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const model = readModel(body, hints);
  const messages = checkMessages(body);
  const { reasoning, unread, wire } = readReasoning(body);
  const output = readOutput(body);
  const cache = readCacheMark(body);
  const extras = readExtras(body, { unread, output, cache });
  return {
    model,
    stream: readBoolean(body, 'stream') ?? hints.stream ?? false,
    turns: readMessages(messages),
    ...readSettings(body),
    ...present({
      tools: readTools(body),
      toolChoice: readToolChoice(body),
      parallelToolCalls: readBoolean(body, 'parallel_tool_calls'),
      output,
      verbosity: readString(body, 'verbosity'),
      reasoning,
      maxOutputTokens: readNumber(body, 'max_completion_tokens') ?? readNumber(body, 'max_tokens'),
      logprobs: readBoolean(body, 'logprobs'),
      topLogprobs: readNumber(body, 'top_logprobs'),
      modalities: readWords(body, 'modalities'),
      audio: readObject(body, 'audio'),
      serviceTier: readString(body, 'service_tier'),
      user: readString(body, 'user') ?? readString(body, 'safety_identifier'),
      metadata: readObject(body, 'metadata'),
      promptCacheKey: readString(body, 'prompt_cache_key'),
      cache,
      store: readBoolean(body, 'store'),
    }),
    ...(wire === undefined ? {} : { meta: { [own]: { reasoning: wire } } }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const readWords = (body: JsonObject, name: string): readonly string[] | undefined => {
  const words = readArray(body, name);
  const wrong = words?.findIndex((word) => typeof word !== 'string') ?? -1;
  if (wrong >= 0) throw wrongType(`${name}[${wrong}]`, 'a string', words?.[wrong]);
  return words as readonly string[] | undefined;
};

/** Members without a place in the IR, and known ones that say something it has no word for. */
const readExtras = (
  body: JsonObject,
  read: { readonly unread: JsonObject; readonly output: unknown; readonly cache: unknown },
): JsonObject | undefined => {
  const extras: JsonDraft = { ...restOf(body, known), ...read.unread };
  const keep = (name: string, when: boolean): void => {
    if (when && body[name] !== undefined && body[name] !== null) extras[name] = body[name];
  };
  keep('response_format', read.output === undefined);
  keep('cache_control', read.cache === undefined);
  keep('safety_identifier', typeof body['user'] === 'string' && body['user'] !== body['safety_identifier']);
  keep(
    'max_tokens',
    typeof body['max_completion_tokens'] === 'number' && body['max_tokens'] !== body['max_completion_tokens'],
  );
  const options = body['stream_options'] as JsonObject | null | undefined;
  const streamOptions = options && restOf(options, knownStreamOptions);
  if (streamOptions) extras['stream_options'] = streamOptions;
  return Object.keys(extras).length === 0 ? undefined : extras;
};

const knownStreamOptions = new Set(['include_usage']);

const known = new Set<string>([
  ...settingNames,
  ...reasoningNames,
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'response_format',
  'verbosity',
  'max_completion_tokens',
  'max_tokens',
  'logprobs',
  'top_logprobs',
  'modalities',
  'audio',
  'service_tier',
  'safety_identifier',
  'metadata',
  'prompt_cache_key',
  'cache_control',
  'store',
]);
