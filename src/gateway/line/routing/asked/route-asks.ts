import { invalidField } from '../../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../../core/ir/index.ts';
import type { Edit } from '../../../../core/json/edit.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import { patchJson } from '../../../../core/json/span-patch.ts';
import type { Identified } from '../../records.ts';
import { type MockedFailure, mockedFailure } from './mocked-failure.ts';

/** Where else a request may go: a name, or a name with members of the request that it is asked with. */
export interface FallbackAsked {
  readonly model: string;
  readonly members?: JsonObject;
}

/** What a request says of its own routing in the members and headers that LiteLLM's clients send. */
export interface RouteAsks {
  /** Without those members, which mean nothing to a provider. */
  readonly identified: Identified;
  readonly fallbacks?: readonly FallbackAsked[];
  /** Only for requests that are too long. */
  readonly longer?: readonly FallbackAsked[];
  readonly alone: boolean;
  readonly retries?: number;
  readonly timeoutMs?: number;
  readonly streamTimeoutMs?: number;
  /** How the first group of targets fails without being asked. */
  readonly failure?: MockedFailure;
  /** What is answered instead of asking anybody. */
  readonly answer?: string;
}

const readers: Readonly<Record<string, (value: Json) => Partial<RouteAsks>>> = {
  fallbacks: (value) => ({ fallbacks: fallbacksOf(value) }),
  context_window_fallback_dict: (value) => ({
    longer: Object.values(members(value)).map((to) => fallbackOf(to ?? null)),
  }),
  disable_fallbacks: (value) => ({ alone: flagOf(value, 'disable_fallbacks') }),
  num_retries: (value) => ({ retries: countOf(value, 'num_retries') }),
  max_retries: (value) => ({ retries: countOf(value, 'max_retries') }),
  timeout: (value) => ({ timeoutMs: msOf(value, 'timeout') }),
  request_timeout: (value) => ({ timeoutMs: msOf(value, 'request_timeout') }),
  stream_timeout: (value) => ({ streamTimeoutMs: msOf(value, 'stream_timeout') }),
  mock_testing_fallbacks: (value) => failing('error', value, 'mock_testing_fallbacks'),
  mock_testing_context_fallbacks: (value) => failing('context-window', value, 'mock_testing_context_fallbacks'),
  mock_testing_context_window_fallbacks: (value) =>
    failing('context-window', value, 'mock_testing_context_window_fallbacks'),
  mock_testing_content_policy_fallbacks: (value) =>
    failing('content-policy', value, 'mock_testing_content_policy_fallbacks'),
  mock_testing_rate_limit_error: (value) => failing('rate-limit', value, 'mock_testing_rate_limit_error'),
  mock_timeout: (value) => failing('timeout', value, 'mock_timeout'),
  mock_response: (value) => mockOf(value),
  mock_delay: () => ({}),
  tags: () => ({}),
};

const names: ReadonlySet<string> = new Set(Object.keys(readers));
const isMember = (name: string): boolean => names.has(name);

/** Every request passes here, and hardly any has one: nothing is made to find out. */
const holdsAny = (body: JsonObject): boolean => {
  for (const name in body) if (names.has(name)) return true;
  return false;
};

const headers: Readonly<Record<string, string>> = {
  'x-litellm-num-retries': 'num_retries',
  'x-litellm-timeout': 'timeout',
  'x-litellm-stream-timeout': 'stream_timeout',
};
const headerNames = Object.keys(headers);

const openaiShaped: ReadonlySet<DialectId> = new Set(['openai-chat', 'openai-completions', 'openai-responses']);

/** Undefined for requests that say nothing of the kind. Throws a 400 that names the member or header. */
export const routeAsks = (identified: Identified): RouteAsks | undefined => {
  const { body, incoming, door } = identified;
  const written = openaiShaped.has(door.request) && holdsAny(body) ? Object.keys(body).filter(isMember) : none;
  const sent = headerNames.some((name) => incoming.header(name) !== undefined)
    ? headerNames.filter((name) => incoming.header(name) !== undefined)
    : none;
  if (written.length === 0 && sent.length === 0) return undefined;
  identified.settlement.litellmCaller ??= identified.identity;
  const asks = Object.assign(
    { alone: false },
    ...sent.map((name) => readers[headers[name] ?? '']?.(numberIn(incoming.header(name), name))),
    ...written.map((name) => (body[name] === null ? {} : readers[name]?.(body[name] ?? null))),
  ) as Omit<RouteAsks, 'identified'>;
  return { ...asks, identified: written.length === 0 ? identified : without(identified, written) };
};

const none: readonly string[] = [];

const without = (identified: Identified, written: readonly string[]): Identified => {
  const edits: Edit[] = written.map((name) => ({ op: 'remove', path: [name] }));
  const body = Object.fromEntries(Object.entries(identified.body).filter(([name]) => !written.includes(name)));
  return { ...identified, body, bytes: patchJson(identified.bytes, edits) };
};

const numberIn = (text: string | undefined, header: string): Json => {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw invalidField(header, 'must be a number.');
  return value;
};

const members = (value: Json): JsonObject => {
  if (isObject(value)) return value;
  throw invalidField('context_window_fallback_dict', 'must be an object such as {"gpt-4o": "gpt-4.1"}.');
};

const mostFallbacks = 32;

/** Names alone, objects with `model`, or as a config file has them: `[{"a": ["b", "c"]}]`. */
const fallbacksOf = (value: Json): readonly FallbackAsked[] => {
  if (!isArray(value) || value.length > mostFallbacks)
    throw invalidField('fallbacks', `must be a list of up to ${mostFallbacks} models, such as ["gpt-4o-mini"].`);
  return value.flatMap((item, index) => {
    if (!isObject(item) || item['model'] !== undefined) return [fallbackOf(item, `fallbacks[${index}]`)];
    const lists = Object.values(item);
    if (lists.length === 0 || !lists.every((list): list is readonly Json[] => list !== undefined && isArray(list)))
      throw invalidField(`fallbacks[${index}]`, 'must be the name of a model, or an object with `model`.');
    return lists.flat().map((to) => fallbackOf(to, `fallbacks[${index}]`));
  });
};

const fallbackOf = (item: Json, at = 'context_window_fallback_dict'): FallbackAsked => {
  if (isString(item) && item !== '') return { model: item };
  if (!isObject(item) || !isString(item['model']) || item['model'] === '')
    throw invalidField(at, 'must be the name of a model, or an object with `model`.');
  const { model, ...rest } = item;
  return { model: String(model), ...(Object.keys(rest).length === 0 ? {} : { members: rest }) };
};

const flagOf = (value: Json, name: string): boolean => {
  if (typeof value === 'boolean') return value;
  throw invalidField(name, 'must be true or false.');
};

const mostRetries = 10;

const countOf = (value: Json, name: string): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return Math.min(value, mostRetries);
  throw invalidField(name, 'must be a whole number, 0 or more.');
};

/** Seconds, as they are written. */
const msOf = (value: Json, name: string): number => {
  if (typeof value === 'number' && value > 0) return value * 1000;
  throw invalidField(name, 'must be seconds above 0.');
};

const failing = (kind: MockedFailure['kind'], value: Json, name: string): Partial<RouteAsks> =>
  flagOf(value, name) ? { failure: { kind, everywhere: false } } : {};

/** A text, an object with the text where a chat's answer has it, or the name of an exception. */
const mockOf = (value: Json): Partial<RouteAsks> => {
  if (isObject(value)) return { answer: textIn(value) ?? JSON.stringify(value) };
  if (!isString(value)) throw invalidField('mock_response', 'must be a text, an answer, or the name of an exception.');
  const kind = mockedFailure(value);
  return kind === undefined ? { answer: value } : { failure: { kind, everywhere: true } };
};

const textIn = ({ choices }: JsonObject): string | undefined => {
  const [first] = choices !== undefined && isArray(choices) ? choices : [];
  const message = first !== undefined && isObject(first) ? first['message'] : undefined;
  const content = message !== undefined && isObject(message) ? message['content'] : undefined;
  return isString(content) ? content : undefined;
};
