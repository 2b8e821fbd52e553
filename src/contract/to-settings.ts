import { readAddressRange } from '../core/access/address-range.ts';
import { scopeBudgets } from '../core/access/scope-budgets.ts';
import type { CredentialValues } from '../core/catalog/cloud-credentials.ts';
import type { AuthScheme, ModelManners, ProviderEntry } from '../core/catalog/provider.ts';
import type { Budget } from '../core/ledger/budget.ts';
import { ceilingSource, type PriceVersion } from '../core/money/price.ts';
import { readUsd } from '../core/money/read-usd.ts';
import { readEgressRule } from '../core/policy/egress/egress-rule.ts';
import type { ConfigDocument } from './config-schema.ts';
import { toModelOverride, toPrice } from './models/to-model-override.ts';
import { type ConfigFiles, certificatesIn } from './network/config-files.ts';
import { toDeclared } from './objects/declared-schema.ts';
import type { ProviderDocument } from './provider-schema.ts';
import { toRoutes } from './routes/to-routes.ts';
import type { CreditSettings, ProviderSetting, SluiceConfig } from './settings.ts';

/** The checked document in the code's own spelling. */
export const toSettings = (document: ConfigDocument, files: ConfigFiles): SluiceConfig => ({
  server: toServer(document.server, files),
  ...present({ admin: document.admin }),
  metrics: present(document.metrics),
  egress: present({
    client: document.egress.client,
    proxy: document.egress.proxy,
    noProxy: document.egress.no_proxy,
    ca: certificatesOf(document.egress.ca_file, files),
    allow: document.egress.allow?.map(readEgressRule).filter((rule) => typeof rule !== 'string'),
  }),
  ...present({ masterKey: document.master_key }),
  ...present({ providers: document.providers?.map((provider) => toProvider(provider, files)) }),
  aliases: document.aliases,
  routes: toRoutes(document.routes),
  models: (document.models ?? []).map(toModelOverride),
  ...present({ catalogueUrl: document.catalogue_url }),
  declared: toDeclared(document.objects),
  money: {
    hold: document.money.hold,
    unknownPrice: document.money.unknown_price,
    ...present({ ceiling: ceilingOf(document.money) }),
    drainAbandoned: document.money.drain_abandoned,
    noOutputNoCharge: document.money.no_output_no_charge,
    durability: document.money.durability,
    ...present({ alerts: document.money.alerts === undefined ? undefined : present(document.money.alerts) }),
    ...present({ credits: creditsOf(document.money) }),
    discountPartsPerMillion: document.money.discount,
    marginPartsPerMillion: document.money.margin,
  },
  timeouts: {
    connectMs: document.timeouts.connect_ms,
    firstByteMs: document.timeouts.first_byte_ms,
    idleMs: document.timeouts.idle_ms,
    totalMs: document.timeouts.total_ms,
  },
  limits: {
    ...present({ concurrency: document.limits.concurrency, queued: document.limits.queued }),
    queueMs: document.limits.queue_ms,
    bodyBytes: document.limits.body_bytes,
    jsonValues: document.limits.json_values,
    jsonDepth: document.limits.json_depth,
    answerBytes: document.limits.answer_bytes,
    bytesInFlight: document.limits.bytes_in_flight,
    bodyMs: document.limits.body_ms,
  },
  modelSettings: document.model_settings.map(({ drop_params, ...settings }) => ({
    ...settings,
    dropParams: drop_params,
  })),
  dropParams: document.drop_params,
  ...present({ routers: toRouters(document.routers) }),
  heartbeatMs: document.heartbeat_ms,
  stallMs: document.stall_ms,
  observe: document.observe,
  cors: document.cors,
  log: document.log,
  drainMs: document.drain_ms,
});

const toRouters = (routers: ConfigDocument['routers']): SluiceConfig['routers'] =>
  routers === undefined ? undefined : { ...present({ auto: routers.auto }), codingScores: routers.coding_scores };

const toServer = (
  { host, port, tls, trusted_proxies }: ConfigDocument['server'],
  files: ConfigFiles,
): SluiceConfig['server'] => ({
  ...present({ host, port }),
  ...(trusted_proxies.length === 0
    ? {}
    : { trustedProxies: trusted_proxies.flatMap((text) => readAddressRange(text) ?? []) }),
  ...(tls === undefined
    ? {}
    : { tls: { cert: textOf(tls.cert_file, files) ?? '', key: textOf(tls.key_file, files) ?? '' } }),
});

const certificatesOf = (path: string | undefined, files: ConfigFiles): string | undefined => {
  const text = textOf(path, files);
  return text === undefined ? undefined : certificatesIn(text).join('\n');
};

/** The files were checked before. */
const textOf = (path: string | undefined, files: ConfigFiles): string | undefined => {
  const read = path === undefined ? undefined : files.read(path);
  return read === undefined || 'problem' in read ? undefined : read.text;
};

/** One counter for all keys of a provider. */
const budgetsOf = ({ id, like, same_models, budgets }: ProviderDocument): readonly Budget[] | undefined => {
  if (budgets === undefined) return undefined;
  const name = same_models === true && like !== undefined ? like : id;
  return scopeBudgets(budgets, { home: 'installation', scope: `provider:${name}` });
};

const toProvider = (provider: ProviderDocument, files: ConfigFiles): ProviderSetting => ({
  id: provider.id,
  enabled: provider.enabled,
  ...present({
    like: provider.like,
    sameModels: provider.same_models,
    budgets: budgetsOf(provider),
    ...keysOf(provider),
    credentials: provider.credentials === undefined ? undefined : toCredentials(provider.credentials, files),
    variables: provider.variables,
    timeouts: toTimeouts(provider.timeouts),
    limits:
      provider.limits === undefined
        ? undefined
        : present({
            bodyBytes: provider.limits.body_bytes,
            answerBytes: provider.limits.answer_bytes,
            concurrency: provider.limits.concurrency,
          }),
    probe:
      provider.probe === undefined
        ? undefined
        : { path: provider.probe.path, everyMs: provider.probe.every_ms, timeoutMs: provider.probe.timeout_ms },
    proxy: provider.proxy,
    ca: certificatesOf(provider.ca_file, files),
  }),
  entry: present({
    title: provider.title,
    aliases: provider.aliases,
    baseUrl: provider.base_url?.replace(/\/+$/, ''),
    auth: provider.auth === undefined ? undefined : toAuth(provider.auth),
    keyOptional: provider.key_optional,
    baseUrlEnv: provider.base_url_env,
    headers: provider.headers,
    serves: provider.serves === undefined ? undefined : toServes(provider.serves),
    quirks: provider.quirks,
    manners: provider.manners?.map(toManners),
    models: provider.models,
    owns: provider.owns,
    closed: provider.closed,
    free: provider.free,
  }),
});

/** The first one is the usual one. */
const keysOf = ({
  api_key: key,
  api_keys: keys = [],
}: ProviderDocument): Pick<ProviderSetting, 'apiKey' | 'otherKeys'> => {
  const [apiKey, ...otherKeys] = [...new Set([...(key === undefined ? [] : [key]), ...keys])];
  if (apiKey === undefined) return {};
  return otherKeys.length === 0 ? { apiKey } : { apiKey, otherKeys };
};

/** A credentials file is taken in here, so that its path is the config file's to mean and a change of it is noticed. */
const toCredentials = (
  { service_account_file: file, ...credentials }: NonNullable<ProviderDocument['credentials']>,
  files: ConfigFiles,
): CredentialValues =>
  present({
    ...credentials,
    ...(file === undefined ? {} : { service_account_json: textOf(file, files) }),
  }) as CredentialValues;

const toTimeouts = (timeouts: ProviderDocument['timeouts']): ProviderSetting['timeouts'] | undefined =>
  timeouts === undefined
    ? undefined
    : present({
        connectMs: timeouts.connect_ms,
        firstByteMs: timeouts.first_byte_ms,
        idleMs: timeouts.idle_ms,
        totalMs: timeouts.total_ms,
      });

const toServes = (serves: NonNullable<ProviderDocument['serves']>): ProviderEntry['serves'] =>
  Object.fromEntries(
    Object.entries(serves).map(([operation, ways]) => [
      operation,
      ways?.map(({ stream_path, ...way }) => present({ ...way, streamPath: stream_path })),
    ]),
  );

const toAuth = (auth: NonNullable<ProviderDocument['auth']>): AuthScheme =>
  auth.kind === 'none' ? auth : { ...auth, env: auth.env ?? [] };

const toManners = (manners: NonNullable<ProviderDocument['manners']>[number]): ModelManners => ({
  models: manners.models,
  ...present({ traits: manners.traits, quirks: manners.quirks, maxOutputTokens: manners.max_output_tokens }),
});

type Present<Members> = { [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key] } & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<Members[Key], undefined>;
};

/** Leaves out the members that are undefined. */
const present = <Members extends object>(members: Members): Present<Members> =>
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as Present<Members>;

/** A ceiling nobody asks for is no price. */
const ceilingOf = ({ unknown_price, ceiling }: ConfigDocument['money']): PriceVersion | undefined =>
  unknown_price === 'ceiling' && ceiling !== undefined ? toPrice(ceiling, ceilingSource) : undefined;

const creditsOf = ({ credits }: ConfigDocument['money']): CreditSettings | undefined => {
  if (credits === undefined) return undefined;
  const least = readUsd(credits.least_fee_usd);
  return {
    ...present({ hookSecret: credits.hook_secret, expireAfter: credits.expire_after }),
    feePartsPerMillion: credits.fee,
    leastFeeNanoUsd: 'nanoUsd' in least ? least.nanoUsd : 0n,
  };
};
