import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Identity, KeyRing } from '../../../ports/key-ring.ts';
import type { Incoming } from '../../incoming.ts';

/** Headers a client may carry its key in, beside `Authorization: Bearer`. */
const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key', 'x-portkey-api-key'] as const;

/**
 * Stage 2: finds the caller from the headers (or `?key=`), before the body is read. Throws `missing_api_key` or `invalid_api_key`.
 * Some clients send one key in two places, so any valid one is enough.
 */
export const identify = (incoming: Incoming, keys: KeyRing): Identity => {
  // LiteLLM's own header wins over all others.
  const named = incoming.header('x-litellm-api-key');
  const first = named === undefined ? undefined : keys.find(withoutScheme(named));
  if (first !== undefined) return first;
  // The first usual place nearly always holds the key, so the others are looked at only without it.
  const bearer = bearerOf(incoming);
  const identity = bearer === undefined ? undefined : keys.find(bearer);
  if (identity !== undefined) return identity;
  const others = otherCredentials(incoming);
  for (const key of others) {
    const found = keys.find(key);
    if (found !== undefined) return found;
  }
  if (bearer !== undefined && /,\s*bearer\s/i.test(bearer)) {
    throw new GatewayError('invalid_api_key', 'The Authorization header came more than once. Send it once.');
  }
  if (incoming.header('authorization')?.startsWith('AWS4-') === true) {
    throw new GatewayError(
      'invalid_api_key',
      'The call is signed for AWS, with a key that is not known here. Set AWS_BEARER_TOKEN_BEDROCK to a key of this Sluice, or use one as the access key id.',
    );
  }
  // Headers of one name come joined by commas.
  if (others.some((key) => key.includes(', ')))
    throw new GatewayError('invalid_api_key', 'The header with the key came more than once. Send it once.');
  if (bearer !== undefined || named !== undefined || others.length > 0) {
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

/**
 * The caller, asked for in the database when nobody here knows the key and other nodes may have made it. Not a promise when the key is known, nor where all keys
 * are in memory. Throws as `identify` does, and `keys_unavailable` when the database cannot be asked.
 */
export const callerOf = (incoming: Incoming, keys: KeyRing): Identity | Promise<Identity> => {
  const { learn } = keys;
  if (learn === undefined) return identify(incoming, keys);
  try {
    return identify(incoming, keys);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid_api_key') throw error;
    return learn(credentials(incoming)).then(() => identify(incoming, keys));
  }
};

/** Everything a client sent that could be its key. */
const credentials = (incoming: Incoming): readonly string[] => {
  const named = incoming.header('x-litellm-api-key');
  const bearer = bearerOf(incoming);
  return [
    ...(named === undefined ? [] : [withoutScheme(named)]),
    ...(bearer === undefined ? [] : [bearer]),
    ...otherCredentials(incoming),
  ];
};

const withoutScheme = (value: string): string => value.replace(/^bearer\s+/i, '').trim();

const bearerOf = (incoming: Incoming): string | undefined => {
  const authorization = incoming.header('authorization');
  return authorization !== undefined && /^bearer\s/i.test(authorization) ? authorization.slice(7).trim() : undefined;
};

const otherCredentials = (incoming: Incoming): readonly string[] => {
  const found: string[] = [];
  for (const name of keyHeaders) {
    const value = incoming.header(name);
    if (value !== undefined && value !== '') found.push(value.trim());
  }
  const signer = signerOf(incoming.header('authorization'));
  if (signer !== undefined) found.push(signer);
  const fromQuery = incoming.query === '' ? undefined : /(?:^|&)key=([^&]+)/.exec(incoming.query)?.[1];
  if (fromQuery !== undefined) found.push(decodeQuery(fromQuery));
  return found;
};

/** Amazon's clients sign their calls. What they sign with cannot be checked here, but the id of their key is sent whole, and may be one of ours. */
const signerOf = (authorization: string | undefined): string | undefined =>
  authorization?.startsWith('AWS4-') === true
    ? /[\s,]Credential=([^,\s]+)\/\d{8}\/[^/,\s]+\/[^/,\s]+\/aws4_request/.exec(authorization)?.[1]
    : undefined;

const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
