import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { GoogleFile } from '../../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../../core/json/json.ts';

export interface ServiceAccount {
  readonly kind: 'service-account';
  readonly email: string;
  readonly keyId?: string;
  readonly privateKey: KeyObject;
  readonly tokenUri: string;
  readonly secrets: readonly string[];
}

/** A token of another identity provider, which Google exchanges for its own. */
export interface ExternalAccount {
  readonly kind: 'external-account';
  readonly audience: string;
  readonly subjectTokenType: string;
  readonly tokenUrl: string;
  /** Where the other provider's token is: as text, or as a member of a JSON object. */
  readonly source: { readonly field?: string } & (
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  );
  /** Where the token of a service account is had for it. */
  readonly impersonationUrl?: string;
  readonly secrets: readonly string[];
}

/** What a Google credentials file can hold, checked. */
export type GoogleKey =
  | ServiceAccount
  | ExternalAccount
  | {
      readonly kind: 'impersonated';
      readonly source: GoogleKey;
      readonly impersonationUrl: string;
      readonly secrets: readonly string[];
    }
  | {
      readonly kind: 'user';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      readonly tokenUri: string;
      readonly secrets: readonly string[];
    };

/** Reads and checks a credentials file. Throws `upstream_auth` with what is wrong with it; its content is never quoted. */
export const readGoogleKey = async (source: GoogleFile): Promise<GoogleKey> => {
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
  if (type === 'external_account') return externalAccount(fields, name);
  if (type === 'impersonated_service_account') return impersonated(fields, name);
  const found = type === undefined ? 'has no "type"' : `is of the type "${type}"`;
  throw wrong(
    `${name} ${found}; Sluice reads "service_account", "authorized_user", "external_account" and "impersonated_service_account".`,
  );
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

const externalAccount = (fields: JsonObject, name: string): ExternalAccount => {
  const impersonationUrl = stringAt(fields, 'service_account_impersonation_url');
  return {
    kind: 'external-account',
    audience: needed(fields, 'audience', name),
    subjectTokenType: needed(fields, 'subject_token_type', name),
    tokenUrl: safeUri(stringAt(fields, 'token_url') ?? 'https://sts.googleapis.com/v1/token', 'token_url', name),
    source: subjectSource(objectAt(fields, 'credential_source') ?? {}, name),
    ...(impersonationUrl === undefined
      ? {}
      : { impersonationUrl: safeUri(impersonationUrl, 'service_account_impersonation_url', name) }),
    secrets: [],
  };
};

const subjectSource = (fields: JsonObject, name: string): ExternalAccount['source'] => {
  const format = objectAt(fields, 'format');
  const member = stringAt(format, 'type') === 'json' ? stringAt(format, 'subject_token_field_name') : undefined;
  const field = member === undefined ? {} : { field: member };
  const path = stringAt(fields, 'file');
  if (path !== undefined) return { kind: 'file', path, ...field };
  const url = stringAt(fields, 'url');
  if (url === undefined || stringAt(fields, 'environment_id') !== undefined)
    throw wrong(`The "credential_source" in ${name} is of a kind that is not read here. Use one with "file" or "url".`);
  if (!/^https?:\/\//.test(url))
    throw wrong(`The "url" of credential_source in ${name} is not an http or https address.`);
  const headers = Object.entries(objectAt(fields, 'headers') ?? {}).flatMap(([header, value]) =>
    typeof value === 'string' ? [[header.toLowerCase(), value] as const] : [],
  );
  return { kind: 'url', url, headers: Object.fromEntries(headers), ...field };
};

const impersonated = (fields: JsonObject, name: string): GoogleKey => {
  const source = objectAt(fields, 'source_credentials');
  if (source === undefined)
    throw wrong(`${name} has no "source_credentials". Give the file that Google made, unchanged.`);
  const inner = parseGoogleKey(JSON.stringify(source), `The "source_credentials" of ${name}`);
  return {
    kind: 'impersonated',
    source: inner,
    impersonationUrl: safeUri(
      needed(fields, 'service_account_impersonation_url', name),
      'service_account_impersonation_url',
      name,
    ),
    secrets: inner.secrets,
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
const tokenUri = (fields: JsonObject, name: string): string =>
  safeUri(stringAt(fields, 'token_uri') ?? 'https://oauth2.googleapis.com/token', 'token_uri', name);

const safeUri = (uri: string, member: string, name: string): string => {
  if (/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(uri)) return uri;
  throw wrong(`The "${member}" in ${name} is not an https address.`);
};
