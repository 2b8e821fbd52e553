import type { ChatRequest } from '../../../ir/index.ts';
import type { JsonDraft } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { mergeMembers } from '../member-names.ts';
import { encodeGeneration } from '../settings/encode-generation.ts';
import { encodeToolChoice, encodeTools } from '../settings/encode-tools.ts';
import { ContentWriter } from './encode-contents.ts';

/** Settings that have no word at Gemini. */
const unknownFields = [
  'verbosity',
  'logitBias',
  'audio',
  'user',
  'metadata',
  'promptCacheKey',
  'store',
  'cache',
] as const satisfies readonly (keyof ChatRequest)[];

/** Writes a `generateContent` body. Model and streaming stand in the path. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const losses = new LossLog();
  const levels = context.traits.has('thinking-levels');
  const { systemInstruction, contents } = new ContentWriter(losses, levels).write(request.turns);
  const draft: JsonDraft = {};
  if (systemInstruction !== undefined) draft['systemInstruction'] = systemInstruction;
  draft['contents'] = contents;
  if (request.tools !== undefined) draft['tools'] = encodeTools(request.tools, losses);
  const calling = request.toolChoice === undefined ? undefined : encodeToolChoice(request.toolChoice, losses);
  if (calling !== undefined) draft['toolConfig'] = { functionCallingConfig: calling };
  const generation = encodeGeneration(request, levels, losses);
  if (generation !== undefined) draft['generationConfig'] = generation;
  const tier = request.serviceTier === undefined ? undefined : (tiers.get(request.serviceTier) ?? request.serviceTier);
  if (tier !== undefined && tier !== 'auto') draft['serviceTier'] = tier;
  losses.dropPresent(request, unknownFields);
  if (request.parallelToolCalls === false) losses.dropped('parallelToolCalls');
  losses.dropForeignExtras(request, 'gemini');
  return { body: mergeMembers(draft, request.extras?.gemini), losses: losses.list };
};

/** Other dialects' words for a service tier. `auto` is what happens without a word. */
const tiers: ReadonlyMap<string, string> = new Map(Object.entries({ default: 'standard', standard_only: 'standard' }));
