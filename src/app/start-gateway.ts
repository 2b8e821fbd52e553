import { CloudAuthorizer } from '../adapters/credentials/cloud-authorizer.ts';
import { FetchUpstream } from '../adapters/fetch/fetch-upstream.ts';
import { MasterKeyRing } from '../adapters/memory/master-key-ring.ts';
import { RandomIds } from '../adapters/memory/random-ids.ts';
import { systemClock } from '../adapters/memory/system-clock.ts';
import { ExchangeLog } from '../adapters/telemetry/exchange-log.ts';
import { ExchangeMetrics } from '../adapters/telemetry/exchange-metrics.ts';
import { RetirementLog } from '../adapters/telemetry/retirement-log.ts';
import { emptyCatalogue } from '../core/catalog/models/model-catalogue.ts';
import { dayOf } from '../core/catalog/names/retirement.ts';
import type { CompiledConfig } from '../gateway/compiled-config.ts';
import { PumpWheel } from '../gateway/doors/pump-wheel.ts';
import { Gateway } from '../gateway/gateway.ts';
import { ConfigReloader } from './config-reloader.ts';
import { DemoUpstream } from './demo-upstream.ts';
import type { GatewaySettings, Loaded, RunningGateway } from './gateway-settings.ts';
import { IdleMemory } from './idle-memory.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

/** Builds the gateway out of its parts and opens the port. Rejects with the system's error when the port cannot be had. */
export const startGateway = async (settings: GatewaySettings): Promise<RunningGateway> => {
  let config = compileConfig(settings);
  const log = new ExchangeLog({
    ...settings.config.log,
    nowMs: systemClock.wallMs,
    write: (text) => settings.write(text.trimEnd()),
  });
  const metrics = new ExchangeMetrics();
  const retirements = new RetirementLog({ today, nowMs: systemClock.wallMs, write: settings.write });
  const ids = new RandomIds();
  const upstream = new FetchUpstream();
  const gateway = new Gateway({
    tools: {
      clock: systemClock,
      ids,
      upstream: new DemoUpstream(upstream, ids),
      credentials: new CloudAuthorizer(upstream, systemClock),
      wheel: new PumpWheel(),
    },
    sink: {
      settled: (record) => {
        metrics.settled(record);
        memory.settled();
        log.settled(record);
        retirements.settled(record);
      },
    },
    keys: new MasterKeyRing(settings.masterKey.value),
    config: () => config,
  });
  const memory = new IdleMemory(() => gateway.openExchanges);
  const stopWatching = memory.watch();
  const server = serve({ gateway, metrics, version, config: () => config }, settings);
  const reloader = new ConfigReloader(settings, (loaded) => {
    config = compileConfig(loaded);
  });
  return {
    url: server.url.href.replace(/\/$/, ''),
    stop: async () => {
      reloader.stop();
      stopWatching();
      gateway.drain();
      const endMs = performance.now() + settings.config.drainMs;
      await settledBy(gateway, endMs);
      gateway.cutAll();
      // A settled answer may still be on its way to a slow reader. Clients that only keep their connection are not waited for.
      const flushedMs = Math.max(endMs, performance.now() + flushMs);
      while (server.pendingRequests > 0 && performance.now() < flushedMs) await Bun.sleep(checkMs);
      await server.stop(true);
      log.flush();
    },
  };
};

const compileConfig = ({
  config,
  providers,
  models,
}: Pick<Loaded, 'config' | 'providers' | 'models'>): CompiledConfig => ({
  providers,
  models: models ?? emptyCatalogue,
  aliases: config.aliases,
  today,
  limits: config.limits,
  heartbeatMs: config.heartbeatMs,
  stallMs: config.stallMs,
  corsOrigins: config.cors.origins,
  observe: config.observe,
});

let dayMs = Number.NaN;
let day = '';

/** Asked by every exchange, so the day is worked out once. */
const today = (): string => {
  const startMs = Math.floor(systemClock.wallMs() / 86_400_000) * 86_400_000;
  if (startMs !== dayMs) {
    dayMs = startMs;
    day = dayOf(startMs);
  }
  return day;
};

const checkMs = 20;
/** For the last words to those who were cut. */
const flushMs = 500;

/** Waits until no exchange is open, but no longer than the drain time. */
const settledBy = async (gateway: Gateway, endMs: number): Promise<void> => {
  while (gateway.openExchanges > 0 && performance.now() < endMs) await Bun.sleep(checkMs);
};
