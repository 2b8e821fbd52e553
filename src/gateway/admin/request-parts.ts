import { GatewayError } from '../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { checkJsonLimits } from '../../core/json/scan.ts';
import type { Incoming } from '../incoming.ts';
import { invalid } from './invalid-object.ts';

const mostBodyBytes = 1024 * 1024;

/** The questions behind a path, decoded; one may come several times. */
export type Questions = ReadonlyMap<string, readonly string[]>;

export const questionsOf = (query: string): Questions => {
  const found = new Map<string, readonly string[]>();
  for (const part of query === '' ? [] : query.split('&')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    found.set(name, [...(found.get(name) ?? []), decodedPart(value.replaceAll('+', ' '), name)]);
  }
  return found;
};

/** The last value of each question. A client that sends its key so has been found by it. */
export const lastOfEach = (query: string): ReadonlyMap<string, string> =>
  new Map(
    [...questionsOf(query)].filter(([name]) => name !== 'key').map(([name, values]) => [name, values.at(-1) ?? '']),
  );

/** The first value of a question, when it is not empty. */
export const asked = ({ query }: { readonly query: Questions }, name: string): string | undefined => {
  const value = query.get(name)?.[0];
  return value === undefined || value === '' ? undefined : value;
};

/** A part of a path or question. Throws `invalid_request` when it is not encoded as it must be. */
export const decodedPart = (text: string, name: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(name, 'is not percent-encoded as it must be');
  }
};

/** What a request sends, up to a limit; without one, as much as whoever administers something may. Throws `body_too_large`. */
export const bodyBytes = async (incoming: Incoming, limitBytes = mostBodyBytes): Promise<Uint8Array> => {
  const announced = Number(incoming.header('content-length') ?? Number.NaN);
  if (announced > limitBytes)
    throw new GatewayError('body_too_large', `The body has more than ${limitBytes} bytes. Send less.`);
  return incoming.readBody(limitBytes, announced, () => undefined);
};

/** The body of a request that administers something; undefined when none came. Rejects with a 4xx that says what is wrong with it. */
export const jsonBody = async (incoming: Incoming): Promise<Json | undefined> => {
  const bytes = await bodyBytes(incoming);
  if (bytes.length === 0) return undefined;
  const type = incoming.header('content-type');
  // A form of a web page cannot send this type without asking first.
  if (type === undefined || !/^application\/(?:[a-z.-]+\+)?json\b/i.test(type))
    throw new GatewayError('unsupported_media_type', 'Send JSON, with "content-type: application/json".');
  checkJsonLimits(bytes, { maxValues: 50_000, maxDepth: 32 });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw new GatewayError('invalid_json', 'The body is not JSON.');
  }
};

/** The JSON object a management request carries; an empty one when nothing came. */
export const objectBodyOf = async (incoming: Incoming): Promise<JsonObject> => {
  const read = (await jsonBody(incoming)) ?? {};
  if (!isObject(read)) throw invalid('', 'the body must be a JSON object');
  return read;
};
