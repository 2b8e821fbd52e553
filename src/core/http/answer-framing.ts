import { type AnswerHead, notHttp } from './answer-head.ts';

/** How the end of an answer's body is told. */
export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export type RequestMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

const empty: Framing = { kind: 'length', bytes: 0 };

/** By RFC 9112, 6.3, without its allowances for what can be read in two ways. Throws `upstream_invalid`. */
export const framingOf = ({ status, headers }: AnswerHead, method: RequestMethod): Framing => {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined && length !== undefined) throw notHttp('it says its length and comes in chunks');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw notHttp('its transfer-encoding is not known');
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw notHttp('its length is not a number');
  if (method === 'HEAD' || status === 204 || status === 304) return empty;
  if (coding !== undefined) return { kind: 'chunked' };
  return length === undefined ? { kind: 'until-close' } : { kind: 'length', bytes: Number(length) };
};

/** Whether the connection stays open behind the answer. */
export const keepsConnection = ({ minor, headers }: AnswerHead): boolean => {
  const connection = headers.get('connection');
  if (minor === 0)
    return connection !== undefined && has(connection, 'keep-alive') && !headers.has('transfer-encoding');
  return connection === undefined || !has(connection, 'close');
};

/** How long the provider says it keeps an idle connection. */
export const keptSeconds = ({ headers }: AnswerHead): number | undefined => {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(headers.get('keep-alive') ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
};

const has = (list: string, option: string): boolean =>
  list
    .toLowerCase()
    .split(',')
    .some((member) => member.trim() === option);
