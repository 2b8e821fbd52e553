import type { Usage } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { type Served, sumOf, withServed } from '../../served.ts';
import { own } from './own.ts';

/** The usage of an answer, or of the answer that a stream's last event repeats. Undefined when the provider sent none, or something without token counts. */
export const decodeUsage = (answer: JsonObject): Usage | undefined => {
  const wire = answer['usage'];
  const inputTokens = numberAt(wire, 'input_tokens');
  const outputTokens = numberAt(wire, 'output_tokens');
  if (wire === undefined || (inputTokens === undefined && outputTokens === undefined)) return undefined;
  const input = objectAt(wire, 'input_tokens_details');
  const cacheReadTokens = numberAt(input, 'cached_tokens');
  const cacheWriteTokens = numberAt(input, 'cache_write_tokens');
  const reasoningTokens = numberAt(objectAt(wire, 'output_tokens_details'), 'reasoning_tokens');
  const usage: Usage = {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    wire: { dialect: own, value: wire },
  };
  return withServed(usage, { tier: answer['service_tier'], pieces: piecesOf(answer) });
};

/** Calls of the provider's own tools: counted by it where it does, else by the items of the output. */
const piecesOf = (answer: JsonObject): Served['pieces'] => {
  const items = arrayAt(answer, 'output').filter(isObject);
  const calls = (type: string): readonly JsonObject[] => items.filter((item) => item['type'] === type);
  const told =
    numberAt(objectAt(objectAt(answer, 'tool_usage'), 'web_search'), 'num_requests') ??
    sumOf(objectAt(objectAt(answer, 'usage'), 'server_side_tool_usage_details'), [
      'web_search_calls',
      'x_search_calls',
    ]);
  return {
    'web-search': told ?? calls('web_search_call').filter(isSearch).length,
    'file-search': calls('file_search_call').length,
    'code-session': new Set(calls('code_interpreter_call').map((call) => stringAt(call, 'container_id') ?? '')).size,
  };
};

/** Opening a page it found costs nothing more. */
const isSearch = (call: JsonObject): boolean => (stringAt(objectAt(call, 'action'), 'type') ?? 'search') === 'search';

/** Clients require both detail objects and their first member, so an unreported part is written as 0. The provider's own further members stay. */
export const encodeUsage = (usage: Usage): JsonObject => {
  const wire = usage.wire?.dialect === own && isObject(usage.wire.value) ? usage.wire.value : {};
  return {
    ...wire,
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      ...objectAt(wire, 'input_tokens_details'),
      cached_tokens: usage.cacheReadTokens ?? 0,
      ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: {
      ...objectAt(wire, 'output_tokens_details'),
      reasoning_tokens: usage.reasoningTokens ?? 0,
    },
    total_tokens:
      numberAt(wire, 'total_tokens') ?? usage.inputTokens + (usage.toolInputTokens ?? 0) + usage.outputTokens,
  };
};
