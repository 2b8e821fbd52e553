import type { Usage } from '../../../ir/index.ts';
import { isObject, type Json, type JsonDraft, type JsonObject, numberAt, objectAt } from '../../../json/json.ts';
import { withServed } from '../../served.ts';
import { own } from './dialect-name.ts';

/** Reads a usage object. On this wire `input_tokens` leaves out what was read from and written to the cache; the sum is what we call input. */
export const decodeUsage = (value: Json | undefined): Usage | undefined => {
  if (!isObject(value)) return undefined;
  const cacheReadTokens = numberAt(value, 'cache_read_input_tokens');
  const lifetimes = objectAt(value, 'cache_creation');
  const oneHour = numberAt(lifetimes, 'ephemeral_1h_input_tokens');
  const cacheWriteTokens =
    numberAt(value, 'cache_creation_input_tokens') ?? sum(oneHour, numberAt(lifetimes, 'ephemeral_5m_input_tokens'));
  const reasoningTokens = numberAt(objectAt(value, 'output_tokens_details'), 'thinking_tokens');
  const usage: Usage = {
    inputTokens: (numberAt(value, 'input_tokens') ?? 0) + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens: numberAt(value, 'output_tokens') ?? 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(oneHour === undefined ? {} : { cacheWriteOneHourTokens: oneHour }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    wire: { dialect: own, value },
  };
  return withServed(usage, {
    tier: value['speed'] === 'fast' ? 'fast' : value['service_tier'],
    pieces: { 'web-search': numberAt(objectAt(value, 'server_tool_use'), 'web_search_requests') },
  });
};

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

/**
 * Usage in a stream comes twice, and both are totals: the later number replaces the earlier one and is never added to it. A later null
 * says nothing. Later zeros count only when the input was counted anew (after a compaction nothing may be read from the cache); beside an
 * input of zero they are a host's that counts in the first event only.
 */
export const mergeUsage = (earlier: JsonObject | undefined, later: JsonObject): JsonObject => {
  if (earlier === undefined) return later;
  const merged: JsonDraft = { ...earlier };
  const counted = (numberAt(later, 'input_tokens') ?? 0) > 0;
  for (const [name, value] of Object.entries(later)) {
    if (value === null || value === undefined) continue;
    if (value === 0 && !counted && typeof merged[name] === 'number') continue;
    merged[name] = value;
  }
  return merged;
};

/**
 * Writes a usage object. Members of this dialect's own that have no place in ours (`server_tool_use`, `iterations`) return with it. For an
 * answer of another dialect the cache counts are written as 0 when unknown, since clients add them up.
 */
export const encodeUsage = (usage: Usage | undefined): JsonObject => {
  if (usage === undefined) return { input_tokens: 0, output_tokens: 0 };
  const kept = usage.wire?.dialect === own && isObject(usage.wire.value) ? usage.wire.value : undefined;
  // Some hosts report more cached tokens than input; here the two are added up, so the sum must stay the input.
  const read = Math.min(usage.cacheReadTokens ?? 0, usage.inputTokens);
  const write = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - read);
  const unknown = kept === undefined ? 0 : undefined;
  const draft: JsonDraft = {
    ...kept,
    input_tokens: Math.max(0, usage.inputTokens - read - write),
    output_tokens: usage.outputTokens,
  };
  put(draft, 'cache_creation_input_tokens', usage.cacheWriteTokens === undefined ? unknown : write);
  put(draft, 'cache_read_input_tokens', usage.cacheReadTokens === undefined ? unknown : read);
  if (usage.cacheWriteOneHourTokens !== undefined)
    draft['cache_creation'] = {
      ephemeral_5m_input_tokens: Math.max(0, write - usage.cacheWriteOneHourTokens),
      ephemeral_1h_input_tokens: usage.cacheWriteOneHourTokens,
    };
  else if (kept === undefined && write > 0)
    draft['cache_creation'] = { ephemeral_5m_input_tokens: write, ephemeral_1h_input_tokens: 0 };
  if (usage.reasoningTokens !== undefined)
    draft['output_tokens_details'] = {
      ...objectAt(kept, 'output_tokens_details'),
      thinking_tokens: usage.reasoningTokens,
    };
  return draft;
};

const put = (draft: JsonDraft, name: string, value: number | undefined): void => {
  if (value !== undefined) draft[name] = value;
};
