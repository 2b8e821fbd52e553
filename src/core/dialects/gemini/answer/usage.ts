import type { Usage } from '../../../ir/index.ts';
import { arrayAt, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { withServed } from '../../served.ts';

/** Names of the numbers that `$alt=json;enum-encoding=int` writes instead of words. */
const modalities = ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'];

/**
 * Reads `usageMetadata`; undefined when it counts nothing. Thoughts are counted apart from the answer and join it here; what server tools put
 * into the prompt is counted apart and stays so; cached tokens are part of the prompt.
 */
export const decodeUsage = (wire: JsonObject): Usage | undefined => {
  const prompt = numberAt(wire, 'promptTokenCount');
  const answer = numberAt(wire, 'candidatesTokenCount');
  const thoughts = numberAt(wire, 'thoughtsTokenCount');
  if (prompt === undefined && answer === undefined && thoughts === undefined) return undefined;
  const cached = numberAt(wire, 'cachedContentTokenCount');
  const toolUse = numberAt(wire, 'toolUsePromptTokenCount');
  const parts = {
    audioInputTokens: modalityTokens(wire, 'promptTokensDetails', 'AUDIO'),
    imageInputTokens: modalityTokens(wire, 'promptTokensDetails', 'IMAGE'),
    audioOutputTokens: modalityTokens(wire, 'candidatesTokensDetails', 'AUDIO'),
    imageOutputTokens: modalityTokens(wire, 'candidatesTokensDetails', 'IMAGE'),
  };
  const usage: Usage = {
    inputTokens: prompt ?? 0,
    outputTokens: (answer ?? 0) + (thoughts ?? 0),
    ...(toolUse === undefined ? {} : { toolInputTokens: toolUse }),
    ...(cached === undefined ? {} : { cacheReadTokens: cached }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
    ...Object.fromEntries(Object.entries(parts).filter(([, count]) => count !== undefined)),
    wire: { dialect: 'gemini', value: wire },
  };
  return withServed(usage, { tier: stringAt(wire, 'serviceTier') ?? stringAt(wire, 'trafficType') });
};

/** Google's models before the third generation pay for a prompt that was grounded, later ones for every search. */
const paysByPrompt = /(?:^|\/)gemini-[12]\b/;

/** The searches of an answer, or of a part of it, as they are charged; undefined when it was not grounded on the web. */
export const groundingSearches = (answer: JsonObject): number | undefined => {
  let searches: number | undefined;
  for (const candidate of arrayAt(answer, 'candidates')) {
    const queries = arrayAt(objectAt(candidate, 'groundingMetadata'), 'webSearchQueries').filter(
      (query) => query !== '',
    );
    if (queries.length > 0) searches = (searches ?? 0) + queries.length;
  }
  return searches !== undefined && paysByPrompt.test(stringAt(answer, 'modelVersion') ?? '') ? 1 : searches;
};

/** Chunks of a stream tell their searches once or again and again. */
export const mostSearches = (earlier: number | undefined, later: number | undefined): number | undefined =>
  earlier === undefined || later === undefined ? (earlier ?? later) : Math.max(earlier, later);

/** Counts with the searches that were seen beside them. */
export const withSearches = (usage: Usage, searches: number | undefined): Usage =>
  searches === undefined ? usage : withServed(usage, { pieces: { 'web-search': searches } });

/** Writes `usageMetadata`; Gemini's own is written as it came. */
export const encodeUsage = (usage: Usage): Json => {
  if (usage.wire?.dialect === 'gemini') return usage.wire.value;
  const { reasoningTokens, cacheReadTokens, toolInputTokens } = usage;
  const prompt = modalityDetails(usage.audioInputTokens, usage.imageInputTokens);
  const answer = modalityDetails(usage.audioOutputTokens, usage.imageOutputTokens);
  return {
    promptTokenCount: usage.inputTokens,
    ...(toolInputTokens === undefined ? {} : { toolUsePromptTokenCount: toolInputTokens }),
    ...(cacheReadTokens === undefined ? {} : { cachedContentTokenCount: cacheReadTokens }),
    candidatesTokenCount: usage.outputTokens - (reasoningTokens ?? 0),
    ...(reasoningTokens === undefined ? {} : { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: usage.inputTokens + (toolInputTokens ?? 0) + usage.outputTokens,
    ...(prompt.length === 0 ? {} : { promptTokensDetails: prompt }),
    ...(answer.length === 0 ? {} : { candidatesTokensDetails: answer }),
  };
};

const modalityTokens = (wire: JsonObject, list: string, modality: string): number | undefined => {
  for (const item of arrayAt(wire, list)) {
    const word = (item as JsonObject | null)?.['modality'];
    if (word === modality || (typeof word === 'number' && modalities[word] === modality))
      return numberAt(item, 'tokenCount');
  }
  return undefined;
};

const modalityDetails = (audio: number | undefined, image: number | undefined): readonly JsonObject[] => [
  ...(audio === undefined ? [] : [{ modality: 'AUDIO', tokenCount: audio }]),
  ...(image === undefined ? [] : [{ modality: 'IMAGE', tokenCount: image }]),
];
