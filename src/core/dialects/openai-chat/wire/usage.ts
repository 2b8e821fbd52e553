import type { Usage } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt } from '../../../json/json.ts';
import { type Served, withServed } from '../../served.ts';
import { own } from './own.ts';

/**
 * Reads a usage object in any of the shapes hosts of this dialect send; undefined when it counts nothing. Two things differ between hosts
 * and are told by the sums, not by who sent them: reasoning counted beside the completion, and cache tokens counted beside the prompt. In
 * both cases the total is larger by them. `tier` stands beside it in the answer.
 */
export const readUsage = (value: Json | undefined, tier?: Json): Usage | undefined => {
  if (!isObject(value)) return undefined;
  const prompt = first(value, ['prompt_tokens', 'input_tokens']);
  const completion = first(value, ['completion_tokens', 'output_tokens']);
  if (prompt === undefined && completion === undefined) return undefined;
  const into = objectAt(value, 'prompt_tokens_details') ?? objectAt(value, 'input_tokens_details');
  const out = objectAt(value, 'completion_tokens_details') ?? objectAt(value, 'output_tokens_details');
  const cacheRead = numberAt(into, 'cached_tokens') ?? first(value, cacheReadNames);
  const cacheWrite =
    first(into, ['cache_write_tokens', 'cache_creation_tokens']) ?? numberAt(value, 'cache_creation_input_tokens');
  const reasoning = numberAt(out, 'reasoning_tokens') ?? numberAt(value, 'reasoning_tokens');
  const sums = { prompt: prompt ?? 0, completion: completion ?? 0, total: numberAt(value, 'total_tokens') };
  const usage = counted({
    inputTokens: inputTotal(sums, (cacheRead ?? 0) + (cacheWrite ?? 0)),
    outputTokens: outputTotal(sums, reasoning),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWriteOneHourTokens: numberAt(objectAt(value, 'cache_creation'), 'ephemeral_1h_input_tokens'),
    reasoningTokens: reasoning,
    audioInputTokens: numberAt(into, 'audio_tokens'),
    audioOutputTokens: numberAt(out, 'audio_tokens'),
    imageInputTokens: numberAt(into, 'image_tokens'),
    imageOutputTokens: numberAt(out, 'image_tokens'),
    wire: { dialect: own, value },
  });
  return withServed(usage, { tier: tier ?? value['service_tier'], pieces: piecesOf(value) });
};

/** Hosts count their own tools in members of their own. A search that every call makes is part of the fee for a call. */
const piecesOf = (value: JsonObject): Served['pieces'] => ({
  'web-search':
    first(value, ['num_search_queries', 'num_sources_used']) ??
    first(objectAt(value, 'server_tool_use_details') ?? objectAt(value, 'server_tool_use'), ['web_search_requests']),
  'input-second': numberAt(value, 'prompt_audio_seconds'),
});

/** The usage of a whole answer, or of the chunk of a stream that carries it. */
export const answerUsage = (answer: JsonObject): Usage | undefined =>
  readUsage(answer['usage'], answer['service_tier']) ??
  readUsage(objectAt(answer, 'x_groq')?.['usage'], answer['service_tier']);

type Counts = { [Key in keyof Usage]: Usage[Key] | undefined };

/** A loop, since every answer has counts. */
const counted = (counts: Counts): Usage => {
  const known: Partial<Record<keyof Counts, unknown>> = {};
  for (const name in counts) {
    const count = counts[name as keyof Counts];
    if (count !== undefined) known[name as keyof Counts] = count;
  }
  return known as unknown as Usage;
};

interface Sums {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number | undefined;
}

const inputTotal = (sums: Sums, cached: number): number =>
  cached > 0 && sums.total === sums.prompt + sums.completion + cached ? sums.prompt + cached : sums.prompt;

const outputTotal = (sums: Sums, reasoning = 0): number =>
  reasoning > 0 && sums.total === sums.prompt + sums.completion + reasoning
    ? sums.completion + reasoning
    : sums.completion;

const cacheReadNames = ['prompt_cache_hit_tokens', 'cache_read_input_tokens', 'cached_tokens', 'num_cached_tokens'];

const first = (value: JsonObject | undefined, names: readonly string[]): number | undefined => {
  for (const name of names) {
    const count = numberAt(value, name);
    if (count !== undefined) return count;
  }
  return undefined;
};

/** Writes usage as the door shows it. The three sums always stand: some clients refuse a usage without them. */
export const writeUsage = (usage: Usage): JsonObject => {
  const into = details({
    cached_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    audio_tokens: usage.audioInputTokens,
    image_tokens: usage.imageInputTokens,
  });
  const out = details({
    reasoning_tokens: usage.reasoningTokens,
    audio_tokens: usage.audioOutputTokens,
    image_tokens: usage.imageOutputTokens,
  });
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + (usage.toolInputTokens ?? 0) + usage.outputTokens,
    ...(into === undefined ? {} : { prompt_tokens_details: into }),
    ...(out === undefined ? {} : { completion_tokens_details: out }),
    ...(usage.cacheWriteOneHourTokens === undefined
      ? {}
      : { cache_creation: { ephemeral_1h_input_tokens: usage.cacheWriteOneHourTokens } }),
  };
};

const details = (counts: Readonly<Record<string, number | undefined>>): JsonObject | undefined => {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
};
