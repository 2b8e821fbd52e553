import type { UpstreamFault } from '../../../errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject, parseJson, stringAt } from '../../../json/json.ts';
import { textOf } from '../wire/own.ts';

/**
 * Reads a failed answer. Hosts of this dialect write `{error: {...}}`, `{error: "..."}`, the error's members at the top, FastAPI's `detail`
 * (a text or a list), a list of errors, or no JSON at all.
 */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  if (wire === undefined) return { status, message: textMessage(status, body) };
  const facts = readFault(wire);
  return { ...facts, status, message: facts.message === '' ? `The provider answered ${status}.` : facts.message, wire };
};

export type FaultFacts = Omit<UpstreamFault, 'status' | 'wire'>;

/** The words of an error, wherever they stand in it. */
export const readFault = (wire: Json): FaultFacts => {
  if (typeof wire === 'string') return { message: wire };
  if (isArray(wire)) return wire[0] === undefined ? { message: '' } : readFault(wire[0]);
  if (!isObject(wire)) return { message: '' };
  const error = wire['error'];
  if (typeof error === 'string') return { ...readWords(wire), message: error };
  return isObject(error) ? readWords(error) : readWords(wire);
};

const readWords = (error: JsonObject): FaultFacts => {
  const type = word(error['type']) ?? word(error['status']);
  const code = word(error['code']);
  const param = word(error['param']);
  return {
    message: messageOf(error),
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  };
};

const messageOf = (error: JsonObject): string => {
  const { message, detail } = error;
  if (typeof message === 'string') return message;
  if (typeof detail === 'string') return detail;
  if (isArray(detail)) return detailList(detail);
  if (isArray(stringlessDetail(message))) return detailList(stringlessDetail(message) as readonly Json[]);
  return message === undefined || message === null ? '' : JSON.stringify(message);
};

/** Some hosts nest FastAPI's list in the message. */
const stringlessDetail = (message: Json | undefined): Json | undefined =>
  isObject(message) ? message['detail'] : message;

const detailList = (detail: readonly Json[]): string =>
  detail
    .map((entry) => {
      const at = isObject(entry) && isArray(entry['loc']) ? `${entry['loc'].map(textOf).join('.')}: ` : '';
      return at + (stringAt(entry, 'msg') ?? JSON.stringify(entry));
    })
    .join('; ');

const word = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

/** A page or a text instead of JSON: short plain text is quoted, a page is not. */
const textMessage = (status: number, body: string): string => {
  const text = body.trim();
  return text === '' || text.startsWith('<') || text.length > 500 ? `The provider answered ${status}.` : text;
};
