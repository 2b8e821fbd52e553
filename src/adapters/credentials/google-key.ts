import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { GoogleSource } from '../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../../core/json/json.ts';

export interface ServiceAccount {
  readonly kind: 'service-account';
  readonly email: string;
  readonly keyId?: string;
  readonly privateKey: KeyObject;
  readonly tokenUri: string;
  readonly secrets: readonly string[];
}

/** What a Google credentials file can hold, checked. */
export type GoogleKey =
  | ServiceAccount
  | {
      readonly kind: 'user';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      readonly tokenUri: string;
      readonly secrets: readonly string[];
    };

/** Reads and checks a credentials file. Throws `upstream_auth` with what is wrong with it; its content is never quoted. */
export const readGoogleKey = async (source: GoogleSource): Promise<GoogleKey> => {
  if (source.kind === 'text') return parseGoogleKey(source.json, 'service_account_json');
  const name = `The Google credentials file ${source.path}`;
  return parseGoogleKey(await textOf(source.path, name), name);
};

/** Checks the text of a credentials file, which messages call `name`. Throws as `readGoogleKey` does. */
export const parseGoogleKey = (text: string, name: string): GoogleKey => {
  const fields = objectIn(text, name);
  const type = stringAt(fields, 'type');
  if (type === 'service_account') return serviceAccount(fields, name);
  if (type === 'authorized_user') return user(fields, name);
  const found = type === undefined ? 'has no "type"' : `is of the type "${type}"`;
  throw wrong(`${name} ${found}; Sluice reads "service_account" and "authorized_user".`);
};

const wrong = (message: string): GatewayError => new GatewayError('upstream_auth', message);

const textOf = async (path: string, name: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'unknown';
    throw wrong(`${name} cannot be read (${code}). Correct service_account_file or GOOGLE_APPLICATION_CREDENTIALS.`);
  }
};

const objectIn = (text: string, name: string): JsonObject => {
  try {
    const value = JSON.parse(text) as Json;
    if (isObject(value)) return value;
  } catch {
    // Told below, without the parser's words: they quote the text.
  }
  throw wrong(`${name} is not a JSON object. Give the file that Google made, unchanged.`);
};

const serviceAccount = (fields: JsonObject, name: string): ServiceAccount => {
  const pem = needed(fields, 'private_key', name);
  const keyId = stringAt(fields, 'private_key_id');
  return {
    kind: 'service-account',
    email: needed(fields, 'client_email', name),
    ...(keyId === undefined ? {} : { keyId }),
    privateKey: privateKey(pem, name),
    tokenUri: tokenUri(fields, name),
    // The key itself is never sent, so nobody can repeat it.
    secrets: [],
  };
};

const user = (fields: JsonObject, name: string): GoogleKey => {
  const clientSecret = needed(fields, 'client_secret', name);
  const refreshToken = needed(fields, 'refresh_token', name);
  return {
    kind: 'user',
    clientId: needed(fields, 'client_id', name),
    clientSecret,
    refreshToken,
    tokenUri: tokenUri(fields, name),
    secrets: [clientSecret, refreshToken],
  };
};

const needed = (fields: JsonObject, member: string, name: string): string => {
  const value = stringAt(fields, member);
  if (value !== undefined && value !== '') return value;
  throw wrong(`${name} has no "${member}". Give the file that Google made, unchanged.`);
};

/** Line ends are often written as `\n` twice over when the text went through a variable. */
const privateKey = (pem: string, name: string): KeyObject => {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Told below, without the library's words.
  }
  throw wrong(`The "private_key" in ${name} is not an RSA key in PEM form. Give the file that Google made, unchanged.`);
};

/** The key's own address, kept off unencrypted networks. */
const tokenUri = (fields: JsonObject, name: string): string => {
  const uri = stringAt(fields, 'token_uri') ?? 'https://oauth2.googleapis.com/token';
  if (/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(uri)) return uri;
  throw wrong(`The "token_uri" in ${name} is not an https address.`);
};
