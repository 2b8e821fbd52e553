import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../src/core/json/json.ts';
import type { GoldenDialect } from './conversation.ts';

/** Members that belong to one wire: they travel home, and no comparison between wires can hold them to anything. */
const wireOnly = new Set(['meta', 'extras', 'wire', 'rawStop', 'createdSeconds', 'streamUsage']);

const partsOfUsage =
  /^(cacheRead|cacheWrite|cacheWriteOneHour|reasoning|audioInput|audioOutput|imageInput|imageOutput)Tokens$/;

/**
 * A request or an answer without what only one wire says. Further normal form: arguments as compact JSON, a part of usage that is 0 as one
 * that was not reported, a tool result without the name that only some wires carry, adjacent assistant turns as one.
 */
export const portable = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(portable);
  if (!isObject(value)) return (value ?? null) as Json;
  const draft: JsonDraft = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || wireOnly.has(key) || (partsOfUsage.test(key) && member === 0)) continue;
    if (key === 'name' && value['kind'] === 'tool-result') continue;
    if (key === 'argumentsJson') draft[key] = compact(String(member));
    else if (key === 'turns') draft[key] = joinTurns(portable(member));
    else draft[key] = portable(member);
  }
  return draft;
};

const compact = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};

const joinTurns = (turns: Json): Json => {
  const joined: JsonObject[] = [];
  for (const turn of turns as readonly JsonObject[]) {
    const last = joined.at(-1);
    const joins = last?.['role'] === turn['role'] && (turn['role'] === 'assistant' || turn['role'] === 'tool');
    if (joins && last !== undefined)
      joined[joined.length - 1] = { ...last, blocks: [...(last['blocks'] as Json[]), ...(turn['blocks'] as Json[])] };
    else joined.push(turn);
  }
  return joined;
};

/** A body in the one spelling of its dialect that bodies are compared in: where a wire allows a short form, the long one. */
export const spelledOut = (dialect: GoldenDialect, body: Json): Json => visit(spellings[dialect], withoutNulls(body));

type Spelling = (object: JsonObject) => JsonObject;

const spellings: Readonly<Record<GoldenDialect, Spelling>> = {
  'openai-chat': (object) => {
    const { max_tokens, content, detail, ...rest } = without(object, {
      stream: false,
      store: undefined,
      strict: false,
    });
    return {
      ...rest,
      ...(max_tokens === undefined ? {} : { max_completion_tokens: max_tokens }),
      ...(detail === undefined || detail === 'auto' ? {} : { detail }),
      ...parts(content, 'text', object['role'] !== undefined),
    };
  },
  'anthropic-messages': (object) => {
    const { system, content, ...rest } = without(object, { stream: false, is_error: false, citations: [] });
    const holdsParts = object['role'] !== undefined || object['type'] === 'tool_result';
    return {
      ...rest,
      ...(typeof system === 'string' ? { system: [{ type: 'text', text: system }] } : { system }),
      ...parts(content, 'text', holdsParts),
    };
  },
  'openai-responses': (object) => {
    const { input, output, content, ...rest } = without(object, {
      stream: false,
      strict: false,
      annotations: [],
      logprobs: [],
      detail: 'auto',
      status: 'completed',
    });
    const type = object['role'] === 'assistant' ? 'output_text' : 'input_text';
    if (rest['type'] === 'message') delete rest['type'];
    if (object['type'] === 'reasoning' || object['type'] === 'message' || object['type'] === 'function_call')
      delete rest['id'];
    return {
      ...rest,
      ...(typeof input === 'string'
        ? { input: [{ role: 'user', content: [{ type: 'input_text', text: input }] }] }
        : { input }),
      ...(typeof output === 'string' ? { output: [{ type: 'input_text', text: output }] } : { output }),
      ...parts(content, type, object['role'] !== undefined),
    };
  },
  ollama: (object) => without(object, { stream: false, content: '' }),
  cohere: (object) => {
    const { content, ...rest } = without(object, { stream: false });
    return { ...rest, ...parts(content, 'text', object['role'] !== undefined) };
  },
  'bedrock-converse': (object) => without(object, { status: 'success', system: [], inferenceConfig: {} }),
  gemini: (object) => {
    const system = object['systemInstruction'];
    const call = object['functionCall'];
    return {
      ...without(object, { index: 0 }),
      ...(isObject(system) ? { systemInstruction: { parts: system['parts'] } } : {}),
      ...(isObject(call) ? { functionCall: { args: {}, ...call } } : {}),
    };
  },
};

const parts = (content: Json | undefined, type: string, holdsParts: boolean): JsonObject => {
  if (!holdsParts || typeof content !== 'string') return { content };
  return content === '' ? {} : { content: [{ type, text: content }] };
};

/** The object without members that have just their default value. */
const without = (object: JsonObject, defaults: Readonly<Record<string, unknown>>): JsonDraft =>
  Object.fromEntries(
    Object.entries(object).filter(
      ([key, value]) => !(key in defaults) || JSON.stringify(value) !== JSON.stringify(defaults[key]),
    ),
  );

const visit = (spelling: Spelling, value: Json | undefined): Json => {
  if (isArray(value)) return value.map((item) => visit(spelling, item));
  if (!isObject(value)) return value ?? null;
  const spelled = spelling(value);
  return Object.fromEntries(
    Object.entries(spelled)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, visit(spelling, member)]),
  );
};

const withoutNulls = (value: Json): Json => {
  if (isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined || member === null ? [] : [[key, withoutNulls(member)]],
    ),
  );
};

/** Members a door writes whose value is a constant, made up, or an echo of the request: they may stand beside what is expected. */
const decoration = new Set(
  [
    'id object type status created created_at completed_at expires_at index fingerprint system_fingerprint service_tier role',
    'stop_sequence totalTokenCount promptTokensDetails modality tokenCount cache_creation avgLogprobs finishMessage signature',
    'parallel_tool_calls tools tool_choice temperature top_p top_logprobs text reasoning truncation store metadata max_output_tokens',
    'instructions background encrypted_index total_tokens responseId createTime format summary',
  ].flatMap((row) => row.split(' ')),
);

/** Where `actual` says less or other than `expected`, or says more than empty values and decoration. */
export const differences = (actual: Json | undefined, expected: Json | undefined, path = ''): readonly string[] => {
  if (isObject(actual) && isObject(expected)) {
    const missing = Object.keys(expected).flatMap((key) =>
      madeUp.has(key) && typeof actual[key] === 'string'
        ? []
        : differences(actual[key], expected[key], `${path}.${key}`),
    );
    const surplus = Object.keys(actual).filter(
      (key) => expected[key] === undefined && !isEmpty(actual[key]) && !decoration.has(key),
    );
    return [...missing, ...surplus.map((key) => `${path}.${key}: surplus ${JSON.stringify(actual[key])}`)];
  }
  if (isArray(actual) && isArray(expected) && actual.length === expected.length)
    return expected.flatMap((item, index) => differences(actual[index], item, `${path}[${index}]`));
  if (actual === expected || (isEmpty(actual) && isEmpty(expected))) return [];
  return [`${path}: is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
};

/** Ids of an answer's items are the writer's own, and a door whose clients look at the beginning of an id makes one that begins so. */
const madeUp = new Set(['id', 'item_id']);

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (isArray(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isEmpty));
