import type { Usage } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt } from '../../../json/json.ts';
import { own } from './own.ts';

/** Undefined when the provider sent none, or something without token counts. */
export const decodeUsage = (wire: Json | undefined): Usage | undefined => {
  const inputTokens = numberAt(wire, 'input_tokens');
  const outputTokens = numberAt(wire, 'output_tokens');
  if (wire === undefined || (inputTokens === undefined && outputTokens === undefined)) return undefined;
  const input = objectAt(wire, 'input_tokens_details');
  const cacheReadTokens = numberAt(input, 'cached_tokens');
  const cacheWriteTokens = numberAt(input, 'cache_write_tokens');
  const reasoningTokens = numberAt(objectAt(wire, 'output_tokens_details'), 'reasoning_tokens');
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    wire: { dialect: own, value: wire },
  };
};

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
