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
  const presented = credentialsOf(incoming);
  for (const key of presented) {
    const identity = keys.find(key);
    if (identity !== undefined) return identity;
  }
  if (presented.length === 0) {
    throw new GatewayError(
      'missing_api_key',
      'No API key was sent. Send it as "Authorization: Bearer <key>", or in x-api-key, api-key, x-goog-api-key or ?key=.',
    );
  }
  throw new GatewayError(
    'invalid_api_key',
    'The API key is not known here. Use a key of this Sluice, not a provider’s.',
  );
};

const credentialsOf = (incoming: Incoming): readonly string[] => {
  const found: string[] = [];
  const authorization = incoming.header('authorization');
  if (authorization !== undefined && /^bearer\s/i.test(authorization)) found.push(authorization.slice(7).trim());
  for (const name of keyHeaders) {
    const value = incoming.header(name);
    if (value !== undefined && value !== '') found.push(value.trim());
  }
  const fromQuery = incoming.query === '' ? undefined : /(?:^|&)key=([^&]+)/.exec(incoming.query)?.[1];
  if (fromQuery !== undefined) found.push(decodeQuery(fromQuery));
  return found;
};

const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
