import { startGateway } from '../../src/app/start-gateway.ts';
import { defaultConfig } from '../../src/contract/settings.ts';
import type { ActiveProvider } from '../../src/core/catalog/active-provider.ts';
import { catalogue } from '../../src/core/catalog/catalogue.ts';
import type { ProviderEntry, ServedBy } from '../../src/core/catalog/provider.ts';
import { type DialectId, dialectIds } from '../../src/core/ir/index.ts';
import type { Exchange } from './exchange.ts';
import { ReplayUpstream } from './replay-upstream.ts';

export const rigKey = 'sk-sluice-corpus';

/** The gateway under test and the providers that answer it recordings, one for each lane of work. */
export interface Rig {
  readonly url: string;
  readonly upstreams: readonly ReplayUpstream[];
  /** What the gateway metered, by request id. */
  readonly metered: ReadonlyMap<string, { readonly inputTokens?: number; readonly outputTokens?: number }>;
  stop(): Promise<void>;
}

export const startRig = async (exchanges: readonly Exchange[], lanes: number): Promise<Rig> => {
  const upstreams = Array.from({ length: lanes }, () => new ReplayUpstream());
  const names = [...new Set(exchanges.map((exchange) => exchange.provider))];
  const providers = upstreams.flatMap((upstream, lane) =>
    names.flatMap((name) =>
      dialectIds.map((dialect) => replayProvider({ name, dialect, lane, baseUrl: upstream.url })),
    ),
  );
  const metered = new Map<string, { inputTokens?: number; outputTokens?: number }>();
  const gateway = await startGateway({
    config: { ...defaultConfig, heartbeatMs: 0, drainMs: 100 },
    providers,
    host: '127.0.0.1',
    port: 0,
    masterKey: { value: rigKey, made: false },
    reload: () => Promise.resolve({ kind: 'unloadable', problems: [] }),
    write: (lines) => {
      for (const line of lines.split('\n')) {
        const record = JSON.parse(line) as { requestId?: string; inputTokens?: number; outputTokens?: number };
        if (record.requestId !== undefined) metered.set(record.requestId, record);
      }
    },
  });
  return {
    url: gateway.url,
    upstreams,
    metered,
    stop: async () => {
      await gateway.stop();
      for (const upstream of upstreams) await upstream.stop();
    },
  };
};

export const providerId = (name: string, dialect: DialectId, lane: number): string => `${name}.${dialect}.${lane}`;

/** The catalogue's entry of a provider, by the recordings' name for it. */
export const entryNamed = (name: string): ProviderEntry | undefined =>
  catalogue.find(({ id, aliases }) => id === name || aliases?.includes(name) === true);

/** Some hosts frame a dialect's streams in a way of their own. */
const framingOf = (known: ProviderEntry | undefined, dialect: DialectId): Pick<ServedBy, 'framing'> => {
  const framing = known?.serves.chat?.find((way) => way.dialect === dialect)?.framing;
  return framing === undefined ? {} : { framing };
};

const paths: Readonly<Partial<Record<DialectId, string>>> = {
  gemini: '/v1beta/models/{model}:{method}',
  'bedrock-converse': '/model/{model}/converse',
};

const replayProvider = (about: {
  readonly name: string;
  readonly dialect: DialectId;
  readonly lane: number;
  readonly baseUrl: string;
}): ActiveProvider => {
  const known = entryNamed(about.name);
  const path = paths[about.dialect] ?? `/${about.dialect}`;
  const way = { dialect: about.dialect, path };
  const entry: ProviderEntry = {
    title: about.name,
    ...known,
    id: providerId(about.name, about.dialect, about.lane),
    baseUrl: about.baseUrl,
    auth: { kind: 'bearer', env: [] },
    serves: {
      chat: [{ ...way, ...framingOf(known, about.dialect) }],
      embeddings: [way],
      rerank: [way],
      moderations: [way],
    },
    closed: false,
    models: [],
    evidence: 'recorded',
  };
  return {
    entry,
    apiKey: 'sk-upstream-key',
    keySource: { kind: 'config' },
    timeouts: defaultConfig.timeouts,
    ready: true,
  };
};
