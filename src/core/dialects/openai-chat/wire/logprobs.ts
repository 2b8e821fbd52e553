import type { TokenLogprob } from '../../../ir/index.ts';
import {
  arrayAt,
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  numberAt,
  stringAt,
} from '../../../json/json.ts';

/** Reads `logprobs.content` or `logprobs.refusal`; undefined when there is none. */
export const readLogprobs = (list: Json | undefined): readonly TokenLogprob[] | undefined =>
  isArray(list) && list.length > 0 ? list.filter(isObject).map(readToken) : undefined;

const readToken = (token: JsonObject): TokenLogprob => {
  const bytes = token['bytes'];
  const top = arrayAt(token, 'top_logprobs').filter(isObject).map(readToken);
  return {
    token: stringAt(token, 'token') ?? '',
    logprob: numberAt(token, 'logprob') ?? 0,
    ...(bytes === null || isArray(bytes) ? { bytes: bytes as readonly number[] | null } : {}),
    ...(top.length === 0 ? {} : { top }),
  };
};

export const writeLogprobs = (list: readonly TokenLogprob[]): readonly JsonObject[] =>
  list.map((token) => ({ ...writeToken(token), top_logprobs: (token.top ?? []).map(writeToken) }));

const writeToken = (token: TokenLogprob): JsonObject => {
  const draft: JsonDraft = { token: token.token, logprob: token.logprob, bytes: token.bytes ?? null };
  return draft;
};
