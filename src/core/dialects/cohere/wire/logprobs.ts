import type { TokenLogprob } from '../../../ir/index.ts';
import { arrayAt, isArray, isNumber, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';

/** Reads `logprobs`: pieces of text, each with the log probabilities of its tokens. A piece of several tokens counts as one with their sum. */
export const readLogprobs = (wire: Json | undefined): readonly TokenLogprob[] | undefined => {
  const items = isArray(wire) ? wire : isObject(wire) ? [wire] : [];
  return items.length === 0
    ? undefined
    : items.map((item) => ({
        token: stringAt(item, 'text') ?? '',
        logprob: arrayAt(item, 'logprobs')
          .filter(isNumber)
          .reduce((sum, one) => sum + one, 0),
      }));
};

/** Writes one token. Its number in the model's vocabulary is not known. */
export const writeLogprob = ({ token, logprob }: TokenLogprob): JsonObject => ({
  text: token,
  token_ids: [],
  logprobs: [logprob],
});
