import { CloudAuthorizer } from '../adapters/credentials/cloud-authorizer.ts';
import { watchLoop } from '../adapters/memory/loop-watch.ts';
import { MasterKeyRing } from '../adapters/memory/master-key-ring.ts';
import { MemoryLimiter } from '../adapters/memory/memory-limiter.ts';
import { RandomIds } from '../adapters/memory/random-ids.ts';
import { systemClock } from '../adapters/memory/system-clock.ts';
import { ExchangeLog } from '../adapters/telemetry/exchange-log.ts';
import { ExchangeMetrics } from '../adapters/telemetry/exchange-metrics.ts';
import { keyRefusals } from '../adapters/telemetry/key-refusals.ts';
import { RetirementLog } from '../adapters/telemetry/retirement-log.ts';
import { HealthBook } from '../core/routing/health/health-book.ts';
import type { CompiledConfig } from '../gateway/compiled-config.ts';
import { PumpWheel } from '../gateway/doors/pump-wheel.ts';
import { Gateway } from '../gateway/gateway.ts';
import { Gates } from '../gateway/line/admission/gates.ts';
import type { Drains } from '../gateway/line/money/drains.ts';
import type { LineTools } from '../gateway/line/records.ts';
import { OrganisationConfigs } from '../gateway/organisation-config.ts';
import type { ExchangeSink } from '../ports/exchange-sink.ts';
import type { Ids } from '../ports/ids.ts';
import type { KeyRing } from '../ports/key-ring.ts';
import type { Upstream } from '../ports/upstream.ts';
import { openAdmin } from './access/open-admin.ts';
import { type OpenedKept, openKept } from './access/open-kept.ts';
import { openOpenrouter } from './access/open-openrouter.ts';
import { compileConfig, today } from './compile-config.ts';
import { ConfigReloader } from './config-reloader.ts';
import { DemoUpstream } from './demo-upstream.ts';
import { openUpstream } from './egress/open-upstream.ts';
import type { GatewaySettings, RunningGateway } from './gateway-settings.ts';
import { IdleMemory } from './idle-memory.ts';
import { openPort } from './port-error.ts';
import { type ProbeParts, ProviderProbes } from './probes/provider-probes.ts';
import { openChooser } from './routers/open-chooser.ts';
import { openRouters } from './routers/open-routers.ts';
import { openRouterParts, type RouterParts } from './routers/router-parts.ts';
import { PublicPort, serveAdmin } from './serve.ts';
import type { Served } from './side-pages.ts';
import { version } from './version.ts';

/** Builds the gateway out of its parts and opens the port. Rejects with the system's error when the port cannot be had. */
export const startGateway = async (settings: GatewaySettings): Promise<RunningGateway> => {
  let config = compileConfig(settings);
  const { upstream, closeIdle, allow } = openUpstream(settings.config, settings.write);
  const kept = await openKept(settings, upstream);
  const { store } = kept;
  const log = logOf(settings);
  const metrics = new ExchangeMetrics();
  const retirements = new RetirementLog({ today, nowMs: systemClock.wallMs, write: settings.write });
  const ids = new RandomIds();
  const routerParts = openRouterParts(settings.dataDirectory);
  const tools = toolsOf(kept, { upstream, ids, write: settings.write, routerParts });
  const { keys, organisations } = callersOf(kept, settings);
  const gateway = new Gateway({
    tools,
    sink: sinkOf({ metrics, facts: store?.facts, log, retirements }, () => memory.settled()),
    keys,
    config: () => config,
    version,
    organisations,
  });
  const memory = new IdleMemory(() => gateway.openExchanges);
  const stop = watching(tools, memory, { providers: () => config.providers, write: settings.write });
  let file = settings.config;
  const sides = openSides(kept, settings, {
    ids,
    keys,
    health: tools.health,
    routerParts,
    config: () => config,
    configOf: (orgId) => organisations?.of(config, orgId) ?? config,
    draining: () => gateway.draining,
  });
  const served: Served = { gateway, metrics, version, settings: () => file, config: () => config, ...sides };
  const close = async (): Promise<void> => {
    stop();
    closeIdle();
    sides.routers?.close();
    await store?.close();
  };
  const ports = await opened(() => openPorts(served, settings), close);
  const reloader = new ConfigReloader(settings, (loaded) => {
    config = compileConfig(loaded);
    allow(loaded.config.egress.allow);
    file = loaded.config;
    kept.access?.declare(file.declared).catch(notDeclared(settings.write));
    ports.clients.renew(loaded.config.server.tls);
  });
  return {
    url: ports.clients.url,
    ...(ports.admin === undefined ? {} : { adminUrl: ports.admin.url.href.replace(/\/$/, '') }),
    stop: async () => {
      reloader.stop();
      await drain(gateway, ports.clients, settings.config.drainMs);
      await Promise.all([ports.clients.stop(), ports.admin?.stop(true)]);
      await settled(gateway, store?.money.drains);
      await close().finally(() => log.flush());
    },
  };
};

/** What is open already must not keep a process alive that cannot serve. */
const opened = async <T>(open: () => T, close: () => Promise<void>): Promise<T> => {
  try {
    return open();
  } catch (error) {
    await close();
    throw error;
  }
};

const callersOf = ({ access }: OpenedKept, { masterKey }: GatewaySettings) => ({
  keys: access?.keys ?? new MasterKeyRing(masterKey.value),
  organisations:
    access === undefined ? undefined : new OrganisationConfigs(access.organisationKeys, access.deployments),
});

interface Sinks {
  readonly metrics: ExchangeSink;
  readonly facts: ExchangeSink | undefined;
  readonly log: ExchangeSink;
  readonly retirements: ExchangeSink;
}

/** Everything that takes note of an exchange. */
const sinkOf = ({ metrics, facts, log, retirements }: Sinks, settled: () => void): ExchangeSink => ({
  settled: (record) => {
    metrics.settled(record);
    facts?.settled(record);
    settled();
    log.settled(record);
    retirements.settled(record);
  },
});

interface Asked {
  readonly ids: RandomIds;
  readonly keys: KeyRing;
  readonly health: HealthBook;
  readonly routerParts: () => Promise<RouterParts>;
  config(): CompiledConfig;
  /** As an organisation sees it. */
  configOf(orgId: string): CompiledConfig;
  draining(): boolean;
}

/** What is asked beside the calls: administration, and which model to call. */
const openSides = (kept: OpenedKept, { write, config }: GatewaySettings, asked: Asked) => {
  const admin = openAdmin(kept, { ...asked, write, credits: config.money.credits });
  return {
    admin,
    routers: openRouters(kept, { ...asked, write, parts: asked.routerParts }),
    openrouter: openOpenrouter(kept, {
      ...asked,
      write,
      config: asked.configOf,
      administration: () => admin?.administration(),
    }),
  };
};

/** What looks at the process and at the providers now and then. */
const watching = (
  { clock, upstream, health, gates }: LineTools,
  memory: IdleMemory,
  parts: Pick<ProbeParts, 'providers' | 'write'>,
): (() => void) => {
  const probes = new ProviderProbes({ clock, upstream, health, ...parts });
  probes.look();
  const stops = [memory.watch(), watchLoop(() => gates.process.overloaded()), () => probes.stop()];
  return () => {
    for (const stop of stops) stop();
  };
};
interface ToolParts {
  readonly upstream: Upstream;
  readonly ids: Ids;
  readonly routerParts: () => Promise<RouterParts>;
  write(line: string): void;
}

const toolsOf = ({ store, once, access }: OpenedKept, { upstream, ids, write, routerParts }: ToolParts): LineTools => ({
  clock: systemClock,
  ids,
  upstream: new DemoUpstream(upstream, ids),
  credentials: new CloudAuthorizer(upstream, systemClock),
  wheel: new PumpWheel(),
  gates: new Gates(systemClock),
  limiter: new MemoryLimiter(systemClock),
  health: new HealthBook(),
  chooser: openChooser(routerParts),
  keyRefused: keyRefusals(write, systemClock.wallMs),
  ...(store === undefined ? {} : { money: store.money }),
  ...(once === undefined ? {} : { once }),
  ...(access === undefined ? {} : { configs: access.savedConfigs, presets: access.presets }),
  ...(store === undefined ? {} : { resources: store.resources }),
});

const notDeclared =
  (write: (line: string) => void) =>
  (error: unknown): void =>
    write(
      `The objects of the config file are what they were: ${error instanceof Error ? error.message : String(error)}`,
    );

const logOf = ({ config, write }: GatewaySettings): ExchangeLog =>
  new ExchangeLog({ ...config.log, nowMs: systemClock.wallMs, write: (text) => write(text.trimEnd()) });

/** Lets running exchanges end within the drain time, and their answers go out. */
const drain = async (gateway: Gateway, clients: PublicPort, drainMs: number): Promise<void> => {
  gateway.drain();
  const endMs = performance.now() + drainMs;
  await settledBy(gateway, endMs);
  gateway.cutAll();
  // A settled answer may still be on its way to a slow reader. Clients that only keep their connection are not waited for.
  const flushedMs = Math.max(endMs, performance.now() + flushMs);
  while (clients.pendingRequests > 0 && performance.now() < flushedMs) await Bun.sleep(checkMs);
};

/** Opens the port for clients and, when there is one, the port for operators. Throws a `PortError` when one cannot be had; then neither is open. */
const openPorts = (served: Served, { config, host, port }: GatewaySettings) => {
  const { admin, server } = config;
  const adminServer = admin === undefined ? undefined : openPort(admin, () => serveAdmin(served, admin));
  const how = { tls: server.tls, operatorPages: admin === undefined };
  try {
    return { clients: openPort({ host, port }, () => new PublicPort(served, { host, port }, how)), admin: adminServer };
  } catch (error) {
    void adminServer?.stop(true);
    throw error;
  }
};

/** What was cut and what was read on is charged and logged before the books close. */
const settled = async (gateway: Gateway, drains: Drains | undefined): Promise<void> => {
  await drains?.close();
  await settledBy(gateway, performance.now() + settleMs);
};

const checkMs = 20;
/** For the last words to those who were cut. */
const flushMs = 500;
/** For calls that were cut to be settled, which takes no wire any more. */
const settleMs = 5000;

/** Waits until no exchange is open, but no longer than the drain time. */
const settledBy = async (gateway: Gateway, endMs: number): Promise<void> => {
  while (gateway.openExchanges > 0 && performance.now() < endMs) await Bun.sleep(checkMs);
};
