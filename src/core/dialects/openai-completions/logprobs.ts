import type { TokenLogprob } from '../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, numberAt } from '../../json/json.ts';
import { textOf } from '../openai-chat/wire/own.ts';

/** Reads the legacy form: one list each for tokens, their log probabilities and the alternatives. */
export const readLogprobs = (wire: Json | undefined): readonly TokenLogprob[] | undefined => {
  const tokens = arrayAt(wire, 'tokens');
  if (tokens.length === 0) return undefined;
  const logprobs = arrayAt(wire, 'token_logprobs');
  const tops = arrayAt(wire, 'top_logprobs');
  return tokens.map((token, place) => {
    const logprob = logprobs[place];
    const top = tops[place];
    return {
      token: textOf(token),
      // The first token of an echoed prompt is given, so it has none.
      logprob: typeof logprob === 'number' ? logprob : 0,
      ...(isObject(top) ? { top: readTop(top) } : {}),
    };
  });
};

const readTop = (top: JsonObject): readonly TokenLogprob[] =>
  Object.keys(top).map((token) => ({ token, logprob: numberAt(top, token) ?? 0 }));

/** Writes the legacy form. Offsets count from the beginning of the prompt, so `offset` is where the first token stands. */
export const writeLogprobs = (list: readonly TokenLogprob[], offset: number): JsonObject => {
  const offsets: number[] = [];
  let next = offset;
  for (const { token } of list) {
    offsets.push(next);
    next += token.length;
  }
  return {
    tokens: list.map(({ token }) => token),
    token_logprobs: list.map(({ logprob }) => logprob),
    top_logprobs: list.some(({ top }) => top !== undefined) ? list.map(({ top }) => writeTop(top ?? [])) : null,
    text_offset: offsets,
  };
};

const writeTop = (top: readonly TokenLogprob[]): JsonObject =>
  Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]));
