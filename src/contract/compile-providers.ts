import type { ActiveProvider, Egress } from '../core/catalog/active-provider.ts';
import { entryNamed } from '../core/catalog/entry-named.ts';
import { type AuthScheme, inProcessScheme, type ProviderEntry } from '../core/catalog/provider.ts';
import { fillVariables } from './cloud/fill-variables.ts';
import { type CloudScheme, type FoundCredentials, findCredentials } from './cloud/find-credentials.ts';
import type { Environment } from './expand-environment.ts';
import { wayOut } from './network/proxy-for.ts';
import type { ProviderSetting, SluiceConfig } from './settings.ts';
import { waysAt } from './ways-at.ts';

/**
 * Every provider of the catalogue and the config file, with its key and whether it can be called. With `providers` in the file only those
 * are ready, besides the ones that answer in-process; without it, those whose usual variables are set.
 */
export const compileProviders = (
  config: SluiceConfig,
  catalogue: readonly ProviderEntry[],
  environment: Environment,
): readonly ActiveProvider[] => {
  const settings = new Map((config.providers ?? []).map((setting) => [setting.id, setting]));
  const known = new Set(catalogue.map((entry) => entry.id));
  const added = (config.providers ?? [])
    .filter((setting) => !known.has(setting.id))
    .map((setting) => newEntry(setting, catalogue));
  const listed = config.providers !== undefined;
  return [...catalogue, ...added].map((entry) =>
    activate({ entry, setting: settings.get(entry.id), listed, config, environment }),
  );
};

interface Activation {
  readonly entry: ProviderEntry;
  readonly setting: ProviderSetting | undefined;
  /** Whether the file lists providers at all. */
  readonly listed: boolean;
  readonly config: SluiceConfig;
  readonly environment: Environment;
}

const activate = (activation: Activation): ActiveProvider => {
  const { setting, config, environment } = activation;
  const filled = fillVariables(merged(activation.entry, setting, environment), setting?.variables, environment);
  const found = keyOf(filled.entry, setting, { environment, region: filled.values['region'] });
  const { apiKey, credentials, keySource } = found;
  const reason = reasonNotReady(filled.entry, activation, found) ?? filled.problem;
  const entry = found.auth === undefined ? filled.entry : { ...filled.entry, auth: found.auth };
  return {
    entry,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(apiKey === undefined || setting?.otherKeys === undefined ? {} : { otherKeys: setting.otherKeys }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(Object.keys(filled.values).length === 0 ? {} : { variables: filled.values }),
    keySource,
    timeouts: { ...config.timeouts, ...setting?.timeouts },
    ...(entry.baseUrl === activation.entry.baseUrl ? {} : { ownAddress: true }),
    ...(setting?.entry.models === undefined ? {} : { modelsChosen: true }),
    limits: { answerBytes: config.limits.answerBytes, ...setting?.limits },
    ...(setting?.budgets === undefined ? {} : { budgets: setting.budgets }),
    ...(setting?.probe === undefined ? {} : { probe: setting.probe }),
    ...egressOf(entry.baseUrl, activation),
    ready: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    ...(reason === undefined || !lacksKey(filled, activation, found) ? {} : { lacksKey: true }),
  };
};

/** Whether a key is all that is missing. */
const lacksKey = (
  { entry, problem }: { readonly entry: ProviderEntry; readonly problem?: string | undefined },
  activation: Activation,
  found: FoundCredentials,
): boolean => {
  if (problem !== undefined || entry.auth.kind === 'none' || isCloud(entry.auth)) return false;
  return reasonNotReady(entry, activation, { keySource: found.keySource, apiKey: 'any' }) === undefined;
};

/** How calls leave: the provider's own settings, then the general ones, then the environment. */
const egressOf = (baseUrl: string, { setting, config, environment }: Activation): { readonly egress?: Egress } => {
  const own = setting?.proxy === undefined ? config.egress : { proxy: setting.proxy, noProxy: [] };
  return wayOut(baseUrl, { ...own, ca: setting?.ca ?? config.egress.ca }, environment);
};

const merged = (
  entry: ProviderEntry,
  setting: ProviderSetting | undefined,
  environment: Environment,
): ProviderEntry => {
  const variable = entry.baseUrlEnv?.find((name) => isSet(environment[name]));
  const found = variable === undefined ? undefined : addressIn(environment[variable] ?? '', entry);
  const based = found === undefined ? entry : at(withUsualPath(found, entry), entry);
  if (setting === undefined) return based;
  const headers = { ...entry.headers, ...setting.entry.headers };
  const given = setting.entry.baseUrl;
  const baseUrl = given !== undefined && setting.entry.serves === undefined ? withUsualPath(given, entry) : given;
  const placed = baseUrl === undefined ? based : at(baseUrl, entry);
  return {
    ...placed,
    ...setting.entry,
    baseUrl: placed.baseUrl,
    ...aliasesOf(entry, setting),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    serves: { ...placed.serves, ...setting.entry.serves },
  };
};

/** Names the file adds stand beside those of the catalogue. */
const aliasesOf = (entry: ProviderEntry, { entry: { aliases } }: ProviderSetting): Pick<ProviderEntry, 'aliases'> =>
  aliases === undefined ? {} : { aliases: [...new Set([...(entry.aliases ?? []), ...aliases])] };

/** Some tools keep a bare host in the variable. */
const addressIn = (text: string, { baseUrl }: ProviderEntry): string => {
  const address = text.trim().replace(/\/+$/, '');
  if (/^https?:\/\//i.test(address)) return address;
  return `${baseUrl.startsWith('http:') ? 'http' : 'https'}://${address}`;
};

/** An entry at another address, which is meant for every value of its variables. */
const at = (baseUrl: string, { baseUrlCases: _cases, ...entry }: ProviderEntry): ProviderEntry => ({
  ...entry,
  baseUrl,
  serves: waysAt(baseUrl, entry.serves),
});

/**
 * An address that is nothing but host and port gets the path the provider's own address has (`/v1`): it is the commonest slip, and no host serves
 * these formats at its root and under another path too. An address with a path is taken as it is.
 */
const withUsualPath = (given: string, entry: ProviderEntry): string => {
  if (!bareOrigin.test(given)) return given;
  const usual = entry.baseUrl === '' ? newProviderPath(entry) : entry.baseUrl.replace(/^[a-z]+:\/\/[^/]*/i, '');
  return given + usual;
};

const bareOrigin = /^https?:\/\/[^/]+$/i;

/** Where most hosts have the formats whose paths do not say it. */
const newProviderPath = ({ serves }: ProviderEntry): string =>
  Object.values(serves).some((ways) => ways.some(({ path }) => /^\/v\d/.test(path))) ? '' : '/v1';

const keyOf = (
  entry: ProviderEntry,
  setting: ProviderSetting | undefined,
  from: { readonly environment: Environment; readonly region: string | undefined },
): FoundCredentials => {
  const { auth } = entry;
  if (isCloud(auth)) return findCredentials({ auth, apiKey: setting?.apiKey, given: setting?.credentials, ...from });
  if (setting?.apiKey !== undefined) return { apiKey: setting.apiKey, keySource: { kind: 'config' } };
  const variables = auth.kind === 'none' ? [] : auth.env;
  for (const variable of variables) {
    const apiKey = from.environment[variable]?.trim();
    if (isSet(apiKey)) return { apiKey, keySource: { kind: 'environment', variable } };
  }
  return { keySource: { kind: 'none' } };
};

const isCloud = (auth: AuthScheme): auth is CloudScheme =>
  auth.kind === 'aws' || auth.kind === 'google' || auth.kind === 'azure';

const reasonNotReady = (
  entry: ProviderEntry,
  activation: Activation,
  { apiKey, credentials, problem }: FoundCredentials,
): string | undefined => {
  const { setting, listed, environment } = activation;
  if (setting?.enabled === false) return 'the config file switches it off (enabled: false).';
  if (setting === undefined) {
    if (entry.baseUrl.startsWith(inProcessScheme)) return undefined;
    if (listed) return 'the config file has a list of providers and it is not on it.';
  }
  if (entry.baseUrl === '')
    return `it has no address; set ${entry.baseUrlEnv?.[0] ?? 'one'}, or give it a base_url in the config file.`;
  const { auth } = entry;
  const needsKey = auth.kind !== 'none' && entry.keyOptional !== true;
  if (needsKey && problem !== undefined) return problem;
  if (needsKey && apiKey === undefined && credentials === undefined) {
    return auth.env.length === 0
      ? 'it has no key; give it an api_key in the config file.'
      : `it has no key; set ${auth.env.join(' or ')}, or give it an api_key in the config file.`;
  }
  if (setting !== undefined || needsKey) return undefined;
  const variables = [...(entry.baseUrlEnv ?? []), ...(auth.kind === 'none' ? [] : auth.env)];
  if (variables.some((name) => isSet(environment[name]))) return undefined;
  return `list it under providers in the config file, or set ${variables[0] ?? 'its address'}.`;
};

/** A provider the catalogue does not have: shaped like the one it names, else OpenAI's formats, and a key only if it has one. */
const newEntry = (setting: ProviderSetting, catalogue: readonly ProviderEntry[]): ProviderEntry => {
  const env = [`${setting.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_API_KEY`];
  const pattern = setting.like === undefined ? undefined : entryNamed(setting.like, catalogue);
  if (pattern !== undefined) return shapedLike(pattern, setting.id, env);
  return {
    id: setting.id,
    title: setting.id,
    baseUrl: '',
    auth: { kind: 'bearer', env },
    ...(setting.entry.auth === undefined ? { keyOptional: true } : {}),
    serves: setting.entry.serves === undefined ? defaultServes : {},
    evidence: 'listed',
  };
};

/** Names, keys and models stay with the provider they belong to: a key of one host must not reach another. */
const shapedLike = (pattern: ProviderEntry, id: string, env: readonly string[]): ProviderEntry => {
  const {
    aliases: _aliases,
    baseUrlEnv: _baseUrlEnv,
    models: _models,
    owns: _owns,
    closed: _closed,
    ...shape
  } = pattern;
  return { ...shape, id, title: id, auth: pattern.auth.kind === 'none' ? pattern.auth : { ...pattern.auth, env } };
};

const defaultServes: ProviderEntry['serves'] = {
  chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
};

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
