import { systemClock } from '../adapters/memory/system-clock.ts';
import { emptyCatalogue } from '../core/catalog/models/model-catalogue.ts';
import { dayOf } from '../core/catalog/names/retirement.ts';
import type { CompiledConfig } from '../gateway/compiled-config.ts';
import type { Loaded } from './gateway-settings.ts';

/** What the line reads of a configuration. */
export const compileConfig = ({
  config,
  providers,
  models,
}: Pick<Loaded, 'config' | 'providers' | 'models'>): CompiledConfig => ({
  providers,
  models: models ?? emptyCatalogue,
  aliases: config.aliases,
  today,
  // Who may use a route may use its targets.
  routes: new Map([...config.routes].map(([name, route]) => [name, { ...route, allowedBy: name }])),
  routers: config.routers,
  modelSettings: config.modelSettings,
  dropParams: config.dropParams,
  limits: config.limits,
  heartbeatMs: config.heartbeatMs,
  stallMs: config.stallMs,
  corsOrigins: config.cors.origins,
  observe: config.observe,
});

let dayMs = Number.NaN;
let day = '';

/** Asked by every exchange, so the day is worked out once. */
export const today = (): string => {
  const startMs = Math.floor(systemClock.wallMs() / 86_400_000) * 86_400_000;
  if (startMs !== dayMs) {
    dayMs = startMs;
    day = dayOf(startMs);
  }
  return day;
};
