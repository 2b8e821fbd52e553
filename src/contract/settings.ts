import type { AddressRange } from '../core/access/address-range.ts';
import type { DeclaredObject } from '../core/access/declared-object.ts';
import type { ProbeSetting, ProviderLimits, Timeouts } from '../core/catalog/active-provider.ts';
import type { CredentialValues } from '../core/catalog/cloud-credentials.ts';
import type { ModelOverride } from '../core/catalog/models/model-override.ts';
import type { Aliases } from '../core/catalog/names/aliases.ts';
import type { ProviderEntry } from '../core/catalog/provider.ts';
import type { Budget } from '../core/ledger/budget.ts';
import type { HoldMode } from '../core/ledger/hold-size.ts';
import type { PriceVersion } from '../core/money/price.ts';
import type { EgressRule } from '../core/policy/egress/egress-rule.ts';
import type { ModelSettings } from '../core/policy/model-settings.ts';
import type { Route } from '../core/routing/route.ts';
import type { ProxySettings } from './network/proxy-for.ts';

/** One entry of `providers` in the config file: what it says about a provider of the catalogue, or a new provider. */
export interface ProviderSetting {
  readonly id: string;
  readonly enabled: boolean;
  /** Id of the entry of the catalogue whose shape a new provider has. */
  readonly like?: string;
  /** What the catalogue knows of that one's models holds for these. */
  readonly sameModels?: boolean;
  /** Of all calls to it together; a second key of the same provider counts with the first. */
  readonly budgets?: readonly Budget[];
  readonly apiKey?: string;
  /** More keys of the same provider. */
  readonly otherKeys?: readonly string[];
  /** By field name, for clouds whose calls are signed or carry tokens. */
  readonly credentials?: CredentialValues;
  /** Values for the `{name}`s in the address. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<ProviderLimits>;
  readonly probe?: ProbeSetting;
  /** An address, or `none`. */
  readonly proxy?: string;
  /** Certificates in PEM. */
  readonly ca?: string;
  /** The members of the entry that the file names. */
  readonly entry: Partial<Omit<ProviderEntry, 'id'>>;
}

export interface Limits {
  /** Calls under way at one time; absent: as many as come. */
  readonly concurrency?: number;
  /** How many may wait for their turn; absent: as many as may be under way. */
  readonly queued?: number;
  readonly queueMs: number;
  readonly bodyBytes: number;
  readonly jsonValues: number;
  readonly jsonDepth: number;
  /** A whole answer of a provider. */
  readonly answerBytes: number;
  /** All request bodies held at one time. */
  readonly bytesInFlight: number;
  /** How long a client may take to send its body. */
  readonly bodyMs: number;
}

/** What a payment system may add, and what is taken off it. */
export interface CreditSettings {
  readonly hookSecret?: string;
  readonly feePartsPerMillion: number;
  readonly leastFeeNanoUsd: bigint;
  /** A time span such as `365d`. */
  readonly expireAfter?: string;
}

/** How calls are paid for. */
export interface MoneySettings {
  readonly hold: HoldMode;
  readonly unknownPrice: 'refuse' | 'ceiling' | 'free';
  /** What models without a price are charged at; only with `ceiling`. */
  readonly ceiling?: PriceVersion;
  readonly durability: 'kill' | 'power';
  /** Whom to tell of budgets that are passed; absent: only the log. */
  readonly alerts?: { readonly url: string; readonly secret?: string };
  readonly credits?: CreditSettings;
  readonly drainAbandoned: boolean;
  readonly noOutputNoCharge: boolean;
  readonly discountPartsPerMillion: number;
  readonly marginPartsPerMillion: number;
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logFormats = ['json', 'text'] as const;
export const observations = ['usage', 'full'] as const;

/** Texts in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** What `openrouter/auto` and `openrouter/pareto-code` go by. */
export interface RouterSettings {
  /** A model or a route. */
  readonly auto?: string;
  /** Names of models → how well they write code, 0 to 1. */
  readonly codingScores: Readonly<Record<string, number>>;
}

/** The config file, read and checked. Every member is present; what the file leaves out has its default. */
export interface SluiceConfig {
  readonly server: {
    readonly host?: string;
    readonly port?: number;
    readonly tls?: TlsPair;
    readonly trustedProxies?: readonly AddressRange[];
  };
  /** Where `/metrics` and the health pages are served when not on the public port. */
  readonly admin?: { readonly host: string; readonly port: number };
  /** With a token, `/metrics` is answered only to who sends it. */
  readonly metrics: { readonly token?: string };
  readonly egress: ProxySettings & {
    readonly ca?: string;
    readonly client?: 'fetch' | 'socket';
    /** What requests may name as an address beyond the open internet. */
    readonly allow?: readonly EgressRule[];
  };
  readonly modelSettings: readonly ModelSettings[];
  /** Parameters that the target's format cannot take are dropped instead of refused. */
  readonly dropParams: boolean;
  readonly masterKey?: string;
  /** Absent when the file does not list providers: they are then found from the environment. */
  readonly providers?: readonly ProviderSetting[];
  /** The operator's own names for models. */
  readonly aliases: Aliases;
  /** The operator's routes by name. */
  readonly routes: ReadonlyMap<string, Route>;
  /** What names that choose a model go by. */
  readonly routers?: RouterSettings;
  /** What the operator says of models, over the catalogue. */
  readonly models: readonly ModelOverride[];
  /** Where `sluice catalog update` gets a newer catalogue when it is not told. */
  readonly catalogueUrl?: string;
  /** Organisations, teams, keys and the like that the file declares. */
  readonly declared: readonly DeclaredObject[];
  readonly money: MoneySettings;
  readonly timeouts: Timeouts;
  readonly limits: Limits;
  /** Silence after which a stream gets a heartbeat comment; 0 sends none. */
  readonly heartbeatMs: number;
  /** How long a client may leave a stream unread before it is cut. */
  readonly stallMs: number;
  /** `usage` reads only token counts from native answers; `full` decodes every frame, and the log tells what an answer held. */
  readonly observe: (typeof observations)[number];
  /** `*` allows every origin; an empty list answers no cross-origin call. */
  readonly cors: { readonly origins: readonly string[] };
  readonly log: { readonly level: (typeof logLevels)[number]; readonly format: (typeof logFormats)[number] };
  /** How long running exchanges may take to end after SIGTERM. */
  readonly drainMs: number;
}

/**
 * What holds without a config file. The reasons for the time limits are in `docs/decisions/0013-time-limits.md`.
 */
export const defaultConfig: SluiceConfig = {
  server: {},
  aliases: {},
  routes: new Map(),
  models: [],
  metrics: {},
  egress: { client: 'fetch' },
  modelSettings: [],
  dropParams: false,
  declared: [],
  money: {
    hold: 'sliced',
    unknownPrice: 'refuse',
    durability: 'kill',
    drainAbandoned: true,
    noOutputNoCharge: false,
    discountPartsPerMillion: 0,
    marginPartsPerMillion: 0,
  },
  timeouts: { connectMs: 3000, firstByteMs: 300_000, idleMs: 120_000, totalMs: 1_200_000 },
  limits: {
    bodyBytes: 67_108_864,
    jsonValues: 200_000,
    jsonDepth: 64,
    answerBytes: 268_435_456,
    bytesInFlight: 536_870_912,
    bodyMs: 300_000,
    queueMs: 1000,
  },
  heartbeatMs: 15_000,
  stallMs: 60_000,
  observe: 'usage',
  cors: { origins: [] },
  log: { level: 'info', format: 'json' },
  drainMs: 30_000,
};
