import type { TokenLogprob } from '../../../ir/index.ts';
import { arrayAt, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';

/** Reads `logprobsResult`: the chosen tokens, each with the most likely ones at its place. */
export const decodeLogprobs = (wire: JsonObject): readonly TokenLogprob[] => {
  const places = arrayAt(wire, 'topCandidates');
  return arrayAt(wire, 'chosenCandidates').map((chosen, index) => {
    const top = arrayAt(places[index], 'candidates').map(readToken);
    return top.length === 0 ? readToken(chosen) : { ...readToken(chosen), top };
  });
};

/** Writes `logprobsResult`. */
export const encodeLogprobs = (logprobs: readonly TokenLogprob[]): JsonObject => {
  const withTop = logprobs.some((token) => token.top !== undefined);
  return {
    chosenCandidates: logprobs.map(writeToken),
    ...(withTop ? { topCandidates: logprobs.map((token) => ({ candidates: (token.top ?? []).map(writeToken) })) } : {}),
  };
};

const readToken = (wire: Json): TokenLogprob => ({
  token: stringAt(wire, 'token') ?? '',
  logprob: numberAt(wire, 'logProbability') ?? 0,
});

const writeToken = (token: TokenLogprob): JsonObject => ({ token: token.token, logProbability: token.logprob });
