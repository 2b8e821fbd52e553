import type { Usage } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt } from '../../../json/json.ts';
import { withServed } from '../../served.ts';
import { own } from './own.ts';

/**
 * Reads `usage`. `tokens` counts what the model read, with the provider's own prompt around the client's; `billed_units` what is paid for, which
 * some answers have alone. Cache reads are contained in the input.
 */
export const readUsage = (wire: Json | undefined): Usage | undefined => {
  if (!isObject(wire)) return undefined;
  const counts = objectAt(wire, 'tokens') ?? objectAt(wire, 'billed_units');
  if (counts === undefined) return undefined;
  const cacheReadTokens = numberAt(wire, 'cached_tokens');
  const reasoningTokens = numberAt(counts, 'reasoning_tokens');
  const usage: Usage = {
    inputTokens: numberAt(counts, 'input_tokens') ?? 0,
    outputTokens: numberAt(counts, 'output_tokens') ?? 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    wire: { dialect: own, value: wire },
  };
  const units = objectAt(wire, 'billed_units');
  return withServed(usage, {
    pieces: { query: numberAt(units, 'search_units'), 'input-image': numberAt(units, 'images') },
  });
};

export const writeUsage = (usage: Usage): JsonObject => {
  if (usage.wire?.dialect === own && isObject(usage.wire.value)) return usage.wire.value;
  const { inputTokens, outputTokens, cacheReadTokens, reasoningTokens } = usage;
  const counts = { input_tokens: inputTokens, output_tokens: outputTokens };
  return {
    billed_units: counts,
    tokens: { ...counts, ...(reasoningTokens === undefined ? {} : { reasoning_tokens: reasoningTokens }) },
    ...(cacheReadTokens === undefined ? {} : { cached_tokens: cacheReadTokens }),
  };
};
