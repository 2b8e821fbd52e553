import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Identity, KeyRing } from '../../../ports/key-ring.ts';
import type { Incoming } from '../../incoming.ts';

/** Headers a client may carry its key in, beside `Authorization: Bearer`. */
const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

/**
 * Stage 2: finds the caller from the headers (or `?key=`), before the body is read. Throws `missing_api_key` or `invalid_api_key`.
 * Some clients send one key in two places, so any valid one is enough.
 */
export const identify = (incoming: Incoming, keys: KeyRing): Identity => {
  let presented = false;
  for (const key of credentialsOf(incoming)) {
    presented = true;
    const identity = keys.find(key);
    if (identity !== undefined) return identity;
  }
  if (presented) {
    throw new GatewayError(
      'invalid_api_key',
      'The API key is not known here. Use a key of this Sluice, not a provider’s.',
    );
  }
  throw new GatewayError(
    'missing_api_key',
    'No API key was sent. Send it as "Authorization: Bearer <key>", or in x-api-key, api-key, x-goog-api-key or ?key=.',
  );
};

/** One place after the other, since the first one nearly always holds the key. */
function* credentialsOf(incoming: Incoming): Generator<string, void, undefined> {
  const authorization = incoming.header('authorization');
  if (authorization !== undefined && /^bearer\s/i.test(authorization)) yield authorization.slice(7).trim();
  for (const name of keyHeaders) {
    const value = incoming.header(name);
    if (value !== undefined && value !== '') yield value.trim();
  }
  const fromQuery = incoming.query === '' ? undefined : /(?:^|&)key=([^&]+)/.exec(incoming.query)?.[1];
  if (fromQuery !== undefined) yield decodeQuery(fromQuery);
}

const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
