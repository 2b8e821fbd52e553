import { GatewayError } from '../../core/errors/gateway-error.ts';
import { isObject, type JsonObject } from '../../core/json/json.ts';
import { checkJsonLimits } from '../../core/json/scan.ts';
import type { Incoming } from '../incoming.ts';
import { invalid } from './invalid-object.ts';

const mostBodyBytes = 1024 * 1024;

/** The questions behind a path, decoded; one may come several times. */
export const questionsOf = (query: string): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const part of query === '' ? [] : query.split('&')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    found.set(name, [...(found.get(name) ?? []), decodedPart(value.replaceAll('+', ' '), name)]);
  }
  return found;
};

/** A part of a path or question. Throws `invalid_request` when it is not encoded as it must be. */
export const decodedPart = (text: string, name: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(name, 'is not percent-encoded as it must be');
  }
};

/** The JSON object a management request carries; an empty one when nothing came. */
export const objectBodyOf = async (incoming: Incoming): Promise<JsonObject> => {
  const announced = Number(incoming.header('content-length') ?? Number.NaN);
  const bytes = await incoming.readBody(mostBodyBytes, announced, () => undefined);
  if (bytes.length > mostBodyBytes)
    throw new GatewayError('body_too_large', `The body has more than ${mostBodyBytes} bytes.`);
  if (bytes.length === 0) return {};
  const type = incoming.header('content-type');
  // A form of a web page cannot send this type without asking first.
  if (type === undefined || !/^application\/(?:[a-z.-]+\+)?json\b/i.test(type))
    throw new GatewayError('unsupported_media_type', 'Send JSON, with "content-type: application/json".');
  checkJsonLimits(bytes, { maxValues: 50_000, maxDepth: 32 });
  const read = parsed(bytes);
  if (!isObject(read)) throw invalid('', 'the body must be a JSON object');
  return read;
};

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new GatewayError('invalid_json', 'The body is not JSON.');
  }
};
