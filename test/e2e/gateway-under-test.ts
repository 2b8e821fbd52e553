import type { Loaded, Unloadable } from '../../src/app/gateway-settings.ts';
import { startGateway } from '../../src/app/start-gateway.ts';
import { compileProviders } from '../../src/contract/compile-providers.ts';
import { defaultConfig, type ProviderSetting, type SluiceConfig } from '../../src/contract/settings.ts';
import { catalogue } from '../../src/core/catalog/catalogue.ts';
import type { ModelCatalogue } from '../../src/core/catalog/models/model-catalogue.ts';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { configText, startProgram, testsProgram } from '../support/sluice-program.ts';

export const masterKey = 'sk-sluice-test-key';
/** What the simulated providers are called with; it must never be seen by a client. */
export const providerKey = 'sk-provider-secret-0123456789abcdef';

/** The same tests run over the other HTTP client: `SLUICE_TEST_CLIENT=socket bun test test/e2e`. */
const clientUnderTest: SluiceConfig['egress'] =
  process.env['SLUICE_TEST_CLIENT'] === 'socket' ? { client: 'socket' } : {};

export interface GatewayUnderTest {
  readonly url: string;
  /** Where operators ask, when the configuration gives them a port. */
  readonly adminUrl: string | undefined;
  readonly simulator: Simulator;
  /** Log records, parsed, oldest first. */
  readonly log: readonly Record<string, unknown>[];
  stop(): Promise<void>;
  post(path: string, body: unknown, options?: PostOptions): Promise<Response>;
  /** Waits for the log record of an answer. */
  record(response: Response): Promise<Record<string, unknown>>;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Sent as it is instead of the body as JSON. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly key?: string | null;
}

export interface Setup {
  readonly config?: Partial<SluiceConfig>;
  readonly providers?: readonly ProviderSetting[];
  readonly configPath?: string;
  readonly models?: ModelCatalogue;
  /** Keys, money and facts are kept here; nothing is kept without it. */
  readonly dataDirectory?: string;
  readonly encryptionKey?: string;
  readonly keyPepper?: string;
  readonly reload?: () => Promise<Loaded | Unloadable>;
}

/** A gateway and a simulated provider behind each of the four dialects' usual names. */
export const startGatewayUnderTest = async (setup: Setup = {}): Promise<GatewayUnderTest> => {
  const simulator = startSimulator({ key: providerKey });
  const configured = configure(simulator.url, setup);
  const log: Record<string, unknown>[] = [];
  const start = testsProgram ? startOutside : startInside;
  const gateway = await start(configured, setup, (lines) => {
    for (const line of lines.split('\n'))
      if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
  });
  return {
    url: gateway.url,
    adminUrl: gateway.adminUrl,
    simulator,
    log,
    stop: async () => {
      await gateway.stop();
      simulator.stop();
    },
    post: (path, body, options = {}) => post(gateway.url + path, body, options),
    record: (response) => recordOf(log, response.headers.get('x-request-id') ?? ''),
  };
};

interface Running {
  readonly url: string;
  readonly adminUrl?: string | undefined;
  stop(): Promise<unknown>;
}

/** The program that `SLUICE_PROGRAM` names, with the same configuration written to its file. */
const startOutside = ({ config }: Loaded, _: Setup, line: (line: string) => void): Promise<Running> =>
  startProgram({ masterKey, config: configText(config), line });

const startInside = (
  { config, providers, models }: Loaded,
  setup: Setup,
  write: (lines: string) => void,
): Promise<Running> =>
  startGateway({
    config,
    providers,
    ...(models === undefined ? {} : { models }),
    host: '127.0.0.1',
    port: 0,
    ...(setup.dataDirectory === undefined ? {} : { dataDirectory: setup.dataDirectory }),
    masterKey: { value: masterKey, made: false },
    ...(setup.encryptionKey === undefined ? {} : { encryptionKey: setup.encryptionKey }),
    ...(setup.keyPepper === undefined ? {} : { keyPepper: setup.keyPepper }),
    ...(setup.configPath === undefined ? {} : { configPath: setup.configPath }),
    reload: setup.reload ?? (() => Promise.resolve({ kind: 'unloadable', problems: ['not in this test'] })),
    write,
  });

export const configure = (simulatorUrl: string, setup: Setup): Loaded => {
  const setting = (id: string, baseUrl: string): ProviderSetting => ({
    id,
    enabled: true,
    apiKey: providerKey,
    entry: { baseUrl },
  });
  const usual: SluiceConfig = {
    ...defaultConfig,
    drainMs: 2000,
    ...setup.config,
    egress: { ...clientUnderTest, ...setup.config?.egress },
    providers: [
      setting('openai', `${simulatorUrl}/v1`),
      setting('anthropic', simulatorUrl),
      setting('gemini', simulatorUrl),
      setting('ollama', simulatorUrl),
      { ...setting('bedrock', simulatorUrl), variables: { region: 'us-east-1' } },
      {
        ...setting('cohere', simulatorUrl),
        // Without the catalogue's second way, which would keep OpenAI's clients from being translated.
        entry: {
          baseUrl: simulatorUrl,
          serves: {
            chat: [{ dialect: 'cohere', path: '/v2/chat' }],
            embeddings: [{ dialect: 'cohere', path: '/v2/embed' }],
            rerank: [{ dialect: 'cohere', path: '/v2/rerank' }],
          },
        },
      },
      setting('voyage', `${simulatorUrl}/voyage/v1`),
      setting('jina', `${simulatorUrl}/jina/v1`),
      {
        ...setting('chat-only', `${simulatorUrl}/v1`),
        entry: {
          title: 'Chat only',
          baseUrl: `${simulatorUrl}/v1`,
          serves: { chat: [{ dialect: 'openai-chat', path: '/chat/completions' }] },
        },
      },
    ],
  };
  // A test's own entry takes the place of the one that would be there.
  const own = setup.providers ?? [];
  const others = (usual.providers ?? []).filter(({ id }) => !own.some((entry) => entry.id === id));
  const config: SluiceConfig = { ...usual, providers: [...others, ...own] };
  const models = setup.models === undefined ? {} : { models: setup.models };
  return { kind: 'loaded', config, providers: compileProviders(config, catalogue, {}), ...models };
};

const post = (url: string, body: unknown, options: PostOptions): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.key === null ? {} : { authorization: `Bearer ${options.key ?? masterKey}` }),
      ...options.headers,
    },
    body: options.raw ?? JSON.stringify(body),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });

const recordOf = async (log: readonly Record<string, unknown>[], id: string): Promise<Record<string, unknown>> => {
  for (let wait = 0; wait < 200; wait += 1) {
    const found = log.find((record) => record['requestId'] === id);
    if (found !== undefined) return found;
    await Bun.sleep(10);
  }
  throw new Error(`no log record of ${id}`);
};

/** Waits until something is true, for at most two seconds. */
export const eventually = async (holds: () => boolean, what: string): Promise<void> => {
  for (let wait = 0; wait < 200; wait += 1) {
    if (holds()) return;
    await Bun.sleep(10);
  }
  throw new Error(`it did not happen within two seconds: ${what}`);
};
