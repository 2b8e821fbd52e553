import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../../../core/json/json.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import type { Credentials } from '../../../ports/credentials.ts';
import { keyRefused } from './masked-error.ts';
import { secretsOf } from './secrets-of.ts';

/**
 * A native answer as its client may read it: the bytes as they came, unless an error stands in them though the status was 200. That may quote the
 * key, so it is masked; and when it is about our key it is thrown as `upstream_auth`, since the client would take it for its own.
 */
export const toldAnswer = (
  bytes: Uint8Array,
  answer: Json,
  by: { readonly provider: ActiveProvider; readonly credentials: Credentials },
): Uint8Array | string => {
  const error = isObject(answer) ? answer['error'] : undefined;
  if (error === undefined || error === null) return bytes;
  const secrets = secretsOf(by.provider, by.credentials);
  const status = isObject(error) ? refusedStatus(error) : undefined;
  if (status !== undefined)
    throw keyRefused(by.provider, status, maskSecrets(stringAt(error, 'message') ?? '', secrets));
  return maskSecrets(new TextDecoder().decode(bytes), secrets);
};

const refusedWords =
  /^(?:401|403|invalid_api_key|authentication_error|permission_error|UNAUTHENTICATED|PERMISSION_DENIED)$/;

/** The status of an error about a key; undefined of any other. */
const refusedStatus = (error: JsonObject): number | undefined => {
  const words = ['code', 'type', 'status'].map((name) => String(error[name] ?? ''));
  if (!words.some((word) => refusedWords.test(word))) return undefined;
  return words.some((word) => /^(?:403|permission_error|PERMISSION_DENIED)$/.test(word)) ? 403 : 401;
};
