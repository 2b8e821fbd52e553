import type { TokenLogprob } from '../../../ir/index.ts';
import { isArray, isNumber, isObject, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';

/** Reads `logprobs`: a list of tokens, each with the most likely ones at its place. */
export const readLogprobs = (value: Json | undefined): readonly TokenLogprob[] =>
  isArray(value) ? value.filter(isObject).map(readToken) : [];

const readToken = (wire: JsonObject): TokenLogprob => {
  const { bytes, top_logprobs: top } = wire;
  return {
    token: stringAt(wire, 'token') ?? '',
    logprob: numberAt(wire, 'logprob') ?? 0,
    ...(isArray(bytes) ? { bytes: bytes.filter(isNumber) } : {}),
    ...(isArray(top) ? { top: readLogprobs(top) } : {}),
  };
};

export const writeLogprobs = (tokens: readonly TokenLogprob[]): readonly JsonObject[] =>
  tokens.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    ...(bytes === undefined || bytes === null ? {} : { bytes }),
    ...(top === undefined ? {} : { top_logprobs: writeLogprobs(top) }),
  }));
