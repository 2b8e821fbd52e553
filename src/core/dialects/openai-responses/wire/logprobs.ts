import type { TokenLogprob } from '../../../ir/index.ts';
import { isArray, isNumber, isObject, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';

/** Log probabilities of a text part or a text delta; deltas of some hosts leave `bytes` out. Entries without token and number are passed over. */
export const decodeLogprobs = (wire: Json | undefined): readonly TokenLogprob[] =>
  isArray(wire) ? wire.flatMap(decodeOne) : [];

const decodeOne = (entry: Json): readonly TokenLogprob[] => {
  const token = stringAt(entry, 'token');
  const logprob = numberAt(entry, 'logprob');
  if (token === undefined || logprob === undefined || !isObject(entry)) return [];
  const bytes = entry['bytes'];
  const top = entry['top_logprobs'];
  return [
    {
      token,
      logprob,
      ...(isArray(bytes) ? { bytes: bytes.filter(isNumber) } : {}),
      ...(isArray(top) ? { top: decodeLogprobs(top) } : {}),
    },
  ];
};

/** `bytes` is required on this wire, so a token that came without them gets those of its text. */
export const encodeLogprobs = (logprobs: readonly TokenLogprob[]): readonly JsonObject[] =>
  logprobs.map((entry) => ({ ...encodeToken(entry), top_logprobs: (entry.top ?? []).map(encodeToken) }));

const encodeToken = ({ token, logprob, bytes }: TokenLogprob): JsonObject => ({
  token,
  logprob,
  bytes: bytes ?? Array.from(new TextEncoder().encode(token)),
});
