import type { Usage } from '../ir/index.ts';
import type { ExchangeFact } from './exchange-fact.ts';

/** What a provider counted beyond the usual, and bills by other rates. */
export type MoreUsage = Pick<
  Usage,
  | 'toolInputTokens'
  | 'cacheWriteOneHourTokens'
  | 'audioInputTokens'
  | 'audioOutputTokens'
  | 'imageInputTokens'
  | 'imageOutputTokens'
  | 'pieces'
  | 'service'
>;

/** Undefined for most calls. */
export const moreUsage = (usage: Usage): MoreUsage | undefined => {
  const { toolInputTokens, cacheWriteOneHourTokens, audioInputTokens, audioOutputTokens } = usage;
  const { imageInputTokens, imageOutputTokens, pieces, service } = usage;
  if (
    toolInputTokens === undefined &&
    cacheWriteOneHourTokens === undefined &&
    audioInputTokens === undefined &&
    audioOutputTokens === undefined &&
    imageInputTokens === undefined &&
    imageOutputTokens === undefined &&
    pieces === undefined &&
    service === undefined
  )
    return undefined;
  const all = { toolInputTokens, cacheWriteOneHourTokens, audioInputTokens, audioOutputTokens };
  const given = Object.entries({ ...all, imageInputTokens, imageOutputTokens, pieces, service });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as MoreUsage;
};

/** What the last attempt of an exchange used, as it was billed. Undefined when nothing was counted. */
export const usageOfFact = (fact: ExchangeFact): Usage | undefined => {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens, more } = fact;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...more,
  };
};
