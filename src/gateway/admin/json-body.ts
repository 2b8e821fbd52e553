import { GatewayError } from '../../core/errors/gateway-error.ts';
import { checkJsonLimits } from '../../core/json/scan.ts';
import type { Incoming } from '../incoming.ts';

const mostBodyBytes = 1024 * 1024;

/** What a request that administers something sends, within its limit. Throws `body_too_large`. */
export const bodyBytes = async (incoming: Incoming): Promise<Uint8Array> => {
  const announced = Number(incoming.header('content-length') ?? Number.NaN);
  const bytes = await incoming.readBody(mostBodyBytes, announced, () => undefined);
  if (bytes.length > mostBodyBytes)
    throw new GatewayError('body_too_large', `The body has more than ${mostBodyBytes} bytes.`);
  return bytes;
};

/** The body of a request that administers something; undefined when none came. Throws a 4xx that says what is wrong with it. */
export const jsonBody = async (incoming: Incoming): Promise<unknown> => {
  const bytes = await bodyBytes(incoming);
  if (bytes.length === 0) return undefined;
  const type = incoming.header('content-type');
  // A form of a web page cannot send this type without asking first.
  if (type === undefined || !/^application\/(?:[a-z.-]+\+)?json\b/i.test(type))
    throw new GatewayError('unsupported_media_type', 'Send JSON, with "content-type: application/json".');
  checkJsonLimits(bytes, { maxValues: 50_000, maxDepth: 32 });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new GatewayError('invalid_json', 'The body is not JSON.');
  }
};
