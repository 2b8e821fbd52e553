import type { KeySource } from '../../core/catalog/active-provider.ts';
import {
  type CloudCredentials,
  type CloudKind,
  type CredentialField,
  type CredentialValues,
  credentialFields,
} from '../../core/catalog/cloud-credentials.ts';
import type { AuthScheme } from '../../core/catalog/provider.ts';
import type { Environment } from '../expand-environment.ts';

export type CloudScheme = Extract<AuthScheme, { readonly kind: CloudKind }>;

/** How calls will be let in: by a fixed key in a header, or by credentials that make one. Undefined `problem` and neither: nothing was found. */
export interface FoundCredentials {
  readonly apiKey?: string;
  readonly auth?: AuthScheme;
  readonly credentials?: CloudCredentials;
  readonly keySource: KeySource;
  readonly problem?: string;
}

export interface CredentialSearch {
  readonly auth: CloudScheme;
  readonly apiKey: string | undefined;
  readonly given: CredentialValues | undefined;
  readonly region: string | undefined;
  readonly environment: Environment;
}

/**
 * What the config file says comes before the environment; a fixed key before a token, a token before what asks for one. Fields the file leaves
 * out come from the environment.
 */
export const findCredentials = (search: CredentialSearch): FoundCredentials => {
  const { auth, apiKey, given, environment } = search;
  if (apiKey !== undefined) return { apiKey, auth: keyScheme(auth), keySource: { kind: 'config' } };
  if (given === undefined) {
    for (const variable of auth.env) {
      const found = environment[variable]?.trim() ?? '';
      if (found !== '') return { apiKey: found, auth: keyScheme(auth), keySource: { kind: 'environment', variable } };
    }
  }
  const { values, sources } = fieldsOf(auth.kind, given ?? {}, environment);
  return makers[auth.kind](values, search, sources);
};

/** How a fixed key of a cloud is sent. */
const keyScheme = (auth: CloudScheme): AuthScheme => {
  const { env } = auth;
  if (auth.kind === 'aws') return { kind: 'bearer', env };
  return { kind: 'header', name: auth.kind === 'azure' ? 'api-key' : 'x-goog-api-key', env };
};

interface Fields {
  readonly values: CredentialValues;
  readonly sources: Readonly<Record<string, KeySource>>;
}

const fieldsOf = (kind: CloudKind, given: CredentialValues, environment: Environment): Fields => {
  const values: Record<string, string> = {};
  const sources: Record<string, KeySource> = {};
  const fields: Readonly<Record<string, CredentialField>> = credentialFields[kind];
  for (const [name, { env, preset }] of Object.entries(fields)) {
    const variable = env.find((candidate) => (environment[candidate]?.trim() ?? '') !== '');
    const value = given[name] ?? (variable === undefined ? preset : environment[variable]?.trim());
    if (value === undefined) continue;
    values[name] = value;
    if (given[name] !== undefined) sources[name] = { kind: 'config' };
    else if (variable !== undefined) sources[name] = { kind: 'environment', variable };
  }
  return { values, sources };
};

type Maker = (values: CredentialValues, search: CredentialSearch, sources: Fields['sources']) => FoundCredentials;

const none: KeySource = { kind: 'none' };

const ofAws: Maker = (values, { auth, region }, sources) => {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = values;
  if (accessKeyId === undefined && secretAccessKey === undefined)
    return missing(auth, ['access_key_id', 'secret_access_key']);
  if (accessKeyId === undefined) return halfGiven(auth, ['access_key_id']);
  if (secretAccessKey === undefined) return halfGiven(auth, ['secret_access_key']);
  const service = auth.kind === 'aws' ? auth.service : '';
  return {
    keySource: sources['secret_access_key'] ?? none,
    credentials: {
      kind: 'aws',
      service,
      region: region ?? '',
      accessKeyId,
      secretAccessKey,
      // A session token from the environment belongs to the keys of the environment.
      ...(sessionToken === undefined || sources['session_token']?.kind !== sources['access_key_id']?.kind
        ? {}
        : { sessionToken }),
    },
  };
};

const ofGoogle: Maker = (values, { auth, given }, sources) => {
  // What the file names itself wins over what happens to stand in the environment.
  const order = ['access_token', 'service_account_json', 'service_account_file'] as const;
  const name =
    order.find((field) => given?.[field] !== undefined) ?? order.find((field) => values[field] !== undefined);
  const value = name === undefined ? undefined : values[name];
  if (name === undefined || value === undefined) return missing(auth, ['service_account_file']);
  const keySource = sources[name] ?? none;
  if (name === 'access_token') return { apiKey: value, auth: { kind: 'bearer', env: auth.env }, keySource };
  return {
    keySource,
    credentials: {
      kind: 'google',
      source: name === 'service_account_json' ? { kind: 'text', json: value } : { kind: 'file', path: value },
    },
  };
};

/** A secret is not sent over an unencrypted network. */
const safeAddress = /^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)\/*$/;

const unsafeAuthority: FoundCredentials = {
  keySource: { kind: 'none' },
  problem:
    'its authority must be an https address without a path; correct AZURE_AUTHORITY_HOST or `credentials: {authority: …}` under it in the config file.',
};

const clientFields = ['tenant_id', 'client_id', 'client_secret'] as const;

const ofAzure: Maker = (values, { auth, given }, sources) => {
  const named = clientFields.some((field) => given?.[field] !== undefined);
  const token = named ? given?.['access_token'] : values['access_token'];
  if (token !== undefined) {
    return { apiKey: token, auth: { kind: 'bearer', env: auth.env }, keySource: sources['access_token'] ?? none };
  }
  const { tenant_id: tenantId, client_id: clientId, client_secret: clientSecret, scope = '', authority = '' } = values;
  if (tenantId === undefined || clientId === undefined || clientSecret === undefined) {
    const absent = clientFields.filter((field) => values[field] === undefined);
    return absent.length === clientFields.length ? missing(auth, clientFields) : halfGiven(auth, absent);
  }
  if (!safeAddress.test(authority)) return unsafeAuthority;
  return {
    keySource: sources['client_secret'] ?? none,
    credentials: { kind: 'azure', tenantId, clientId, clientSecret, scope, authority: authority.replace(/\/+$/, '') },
  };
};

const makers: Readonly<Record<CloudKind, Maker>> = { aws: ofAws, google: ofGoogle, azure: ofAzure };

const variableOf = (auth: CloudScheme, name: string): string => {
  const fields: Readonly<Record<string, CredentialField>> = credentialFields[auth.kind];
  return fields[name]?.env[0] ?? name;
};

const missing = (auth: CloudScheme, fields: readonly string[]): FoundCredentials => {
  const grant = fields.map((name) => variableOf(auth, name)).join(' and ');
  const ways = [...auth.env, grant].join(', or ');
  return {
    keySource: none,
    problem: `it has no credentials; set ${ways}, or write api_key or credentials (${fields.join(', ')}) under it in the config file.`,
  };
};

const halfGiven = (auth: CloudScheme, absent: readonly string[]): FoundCredentials => ({
  keySource: none,
  problem: `its credentials lack ${absent.join(' and ')}; set ${absent.map((name) => variableOf(auth, name)).join(' and ')}, or write \`credentials: {${absent.map((name) => `${name}: …`).join(', ')}}\` under it in the config file.`,
});
