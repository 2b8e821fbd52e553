import type { DialectId, Usage } from '../ir/index.ts';
import { type JsonObject, objectAt } from '../json/json.ts';
import { decodeUsage as anthropicUsage, mergeUsage } from './anthropic-messages/wire/usage.ts';
import { decodeUsage as converseUsage } from './bedrock-converse/wire/usage.ts';
import { readUsage as cohereUsage } from './cohere/wire/usage.ts';
import { readUsage as cohereV1Usage } from './cohere-v1/answer.ts';
import { decodeUsage as geminiUsage, groundingSearches, mostSearches, withSearches } from './gemini/answer/usage.ts';
import { readUsage as ollamaUsage } from './ollama/wire/usage.ts';
import { answerUsage as chatUsage } from './openai-chat/wire/usage.ts';
import { readUsage as completionUsage } from './openai-completions/usage.ts';
import { decodeUsage as responsesUsage } from './openai-responses/wire/usage.ts';

/** Token counts of a whole answer, read without reading the answer. The native lane needs nothing else of it. */
export const answerUsage: Readonly<Record<DialectId, (answer: JsonObject) => Usage | undefined>> = {
  'openai-chat': chatUsage,
  'openai-completions': completionUsage,
  'openai-responses': responsesUsage,
  'anthropic-messages': (answer) => anthropicUsage(answer['usage']),
  gemini: (answer) => {
    const usage = objectAt(answer, 'usageMetadata');
    const counts = usage === undefined ? undefined : geminiUsage(usage);
    return counts === undefined ? undefined : withSearches(counts, groundingSearches(answer));
  },
  // The last event of a stream has them in its delta.
  cohere: (answer) => cohereUsage(answer['usage'] ?? objectAt(answer, 'delta')?.['usage']),
  'cohere-v1': (answer) => cohereV1Usage(answer['meta']),
  voyage: chatUsage,
  jina: chatUsage,
  ollama: ollamaUsage,
  'ollama-generate': ollamaUsage,
  'bedrock-converse': converseUsage,
  // Only chat is counted so.
  'amazon-titan': () => undefined,
  'vertex-predict': () => undefined,
};

/**
 * Token counts of a stream, from those of its frames that carry counts, in their order. Counts come as totals, so the last ones stand;
 * Anthropic's come in two halves.
 */
export const framesUsage = (dialect: DialectId, frames: readonly JsonObject[]): Usage | undefined => {
  if (dialect === 'anthropic-messages') {
    let merged: JsonObject | undefined;
    for (const frame of frames) {
      const counts = objectAt(frame, 'usage') ?? objectAt(objectAt(frame, 'message'), 'usage');
      if (counts !== undefined) merged = mergeUsage(merged, counts);
    }
    return anthropicUsage(merged);
  }
  if (dialect === 'gemini') return geminiFramesUsage(frames);
  let usage: Usage | undefined;
  // The Responses format repeats the whole answer in its last frame.
  for (const frame of frames) usage = answerUsage[dialect](objectAt(frame, 'response') ?? frame) ?? usage;
  return usage;
};

const geminiFramesUsage = (frames: readonly JsonObject[]): Usage | undefined => {
  let counts: JsonObject | undefined;
  let searches: number | undefined;
  for (const frame of frames) {
    counts = objectAt(frame, 'usageMetadata') ?? counts;
    searches = mostSearches(searches, groundingSearches(frame));
  }
  const usage = counts === undefined ? undefined : geminiUsage(counts);
  return usage === undefined ? undefined : withSearches(usage, searches);
};
