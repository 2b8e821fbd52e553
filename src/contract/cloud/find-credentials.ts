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
import { awsSource } from './aws-source.ts';
import { azureIdentity } from './azure-identity.ts';

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

const ofAws: Maker = (values, { auth, region, given, environment }, sources) => {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = values;
  const named = sourceFields.find((field) => given?.[field] !== undefined);
  if (named !== undefined || (accessKeyId === undefined && secretAccessKey === undefined)) {
    const found = awsSource({ values, given, environment });
    if (found === undefined) return missing(auth, ['access_key_id', 'secret_access_key']);
    if ('problem' in found) return { keySource: none, problem: found.problem };
    const stsEndpoint = environment['AWS_ENDPOINT_URL_STS']?.trim() || undefined;
    return {
      keySource: sources[named ?? 'profile'] ?? sources['role_arn'] ?? none,
      credentials: {
        kind: 'aws-source',
        service: auth.kind === 'aws' ? auth.service : '',
        region: region ?? '',
        source: found.source,
        ...(stsEndpoint === undefined ? {} : { stsEndpoint }),
      },
    };
  }
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

/** What names a place to ask for keys. */
const sourceFields = ['source', 'profile', 'role_arn', 'web_identity_token_file'] as const;

const usualMetadataHost = 'metadata.google.internal';

const ofGoogle: Maker = (values, { auth, given, environment }, sources) => {
  const host = environment['GCE_METADATA_HOST']?.trim() || undefined;
  if (given?.['source'] !== undefined) {
    if (given['source'] !== 'metadata')
      return { keySource: none, problem: 'its credentials have a source that is none of Google’s; write `metadata`.' };
    return ofMetadata(host ?? usualMetadataHost, { kind: 'config' });
  }
  // What the file names itself wins over what happens to stand in the environment.
  const order = ['access_token', 'service_account_json', 'service_account_file'] as const;
  const name =
    order.find((field) => given?.[field] !== undefined) ?? order.find((field) => values[field] !== undefined);
  const value = name === undefined ? undefined : values[name];
  if (name === undefined || value === undefined) {
    if (host !== undefined) return ofMetadata(host, { kind: 'environment', variable: 'GCE_METADATA_HOST' });
    return missing(auth, ['service_account_file']);
  }
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

const ofMetadata = (host: string, keySource: KeySource): FoundCredentials =>
  /^[A-Za-z0-9.:[\]-]+$/.test(host)
    ? { keySource, credentials: { kind: 'google', source: { kind: 'metadata', host } } }
    : { keySource: none, problem: 'its GCE_METADATA_HOST is not a host, with a port or without.' };

/** A secret is not sent over an unencrypted network. */
const safeAddress = /^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)\/*$/;

const unsafeAuthority: FoundCredentials = {
  keySource: { kind: 'none' },
  problem:
    'its authority must be an https address without a path; correct AZURE_AUTHORITY_HOST or `credentials: {authority: …}` under it in the config file.',
};

const clientFields = ['tenant_id', 'client_id', 'client_secret'] as const;

const ofAzure: Maker = (values, { auth, given, environment }, sources) => {
  const named = clientFields.some((field) => given?.[field] !== undefined);
  const token = named ? given?.['access_token'] : values['access_token'];
  if (token !== undefined) {
    return { apiKey: token, auth: { kind: 'bearer', env: auth.env }, keySource: sources['access_token'] ?? none };
  }
  const { tenant_id: tenantId, client_id: clientId, client_secret: clientSecret, scope = '', authority = '' } = values;
  const identity = azureIdentity({ values, given, environment });
  if (identity !== undefined && (given?.['source'] !== undefined || clientSecret === undefined)) {
    if ('problem' in identity) return { keySource: none, problem: identity.problem };
    if (identity.credentials.kind === 'azure-federated' && !safeAddress.test(authority)) return unsafeAuthority;
    return {
      keySource: sources['federated_token_file'] ?? sources['source'] ?? none,
      credentials: identity.credentials,
    };
  }
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
