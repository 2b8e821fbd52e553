import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { priceOn } from '../../../core/money/price.ts';
import type { HealthBook } from '../../../core/routing/health/health-book.ts';
import type { Pace } from '../../../core/routing/health/pace.ts';
import type { Candidate } from '../../../core/routing/plan-route.ts';
import type { RouteSettings } from '../../../core/routing/route.ts';
import type { RouteViews, Standing, TargetView, Unusable } from '../../../core/routing/target-view.ts';
import type { MoneyTools } from '../money/money-rules.ts';
import { providerSpent } from '../money/provider-spent.ts';
import type { Identified, Target } from '../records.ts';
import { allowed, hiding } from '../stages/admit.ts';
import { findOptionalTarget } from '../stages/plan.ts';
import { isPlaced, openedFor, placedTarget } from './placed-target.ts';

const unusable: Readonly<Partial<Record<GatewayError['code'], Unusable>>> = {
  provider_not_configured: 'not-configured',
  model_not_found: 'unknown-model',
  not_allowed: 'forbidden',
};

/** Who asks, for what. */
export type RouteCaller = Pick<Identified, 'config' | 'identity'> & {
  readonly door: Pick<Identified['door'], 'operation' | 'request'>;
};

/** What planning sees of the configured targets: what the catalogue knows, and how they did of late. */
export class TargetViews implements RouteViews {
  readonly #caller: RouteCaller;
  readonly #health: HealthBook;
  readonly #nowMs: number;
  readonly #money: MoneyTools | undefined;
  readonly #targets = new Map<string, Target>();

  constructor(
    caller: RouteCaller,
    health: { readonly book: HealthBook; readonly nowMs: number },
    money?: MoneyTools | undefined,
  ) {
    this.#caller = caller;
    this.#health = health.book;
    this.#nowMs = health.nowMs;
    this.#money = money;
  }

  target(model: string, settings: RouteSettings): TargetView {
    try {
      const { config, door } = this.#caller;
      const asked = { model, operation: door.operation, door: door.request };
      const found = findOptionalTarget(isPlaced(settings) ? openedFor(config, model) : config, asked);
      if (found === undefined) return absent(model, 'unsupported');
      const plain = allowed(this.#caller, { ...asked, model: settings.allowedBy ?? model }, found);
      const target = isPlaced(settings) ? placedTarget(plain, settings, this.#caller) : plain;
      if (target === undefined) return absent(model, 'not-configured');
      this.#targets.set(placeName(model, settings), target);
      return this.#view(target, settings);
    } catch (thrown) {
      const error = settings.allowedBy === undefined ? hiding(this.#caller, model, thrown) : thrown;
      const why = error instanceof GatewayError ? unusable[error.code] : undefined;
      if (why === undefined) throw error;
      return absent(model, why);
    }
  }

  pace(model: string, settings: RouteSettings): Pace | undefined {
    const target = this.#targets.get(placeName(model, settings));
    return target === undefined ? undefined : this.#health.of(healthKey(target)).pace(this.#nowMs);
  }

  pinned(conversation: string): string | undefined {
    return this.#health.pins.find(conversation, this.#nowMs);
  }

  /** The target of a candidate that was found usable. */
  found({ model, settings }: Pick<Candidate, 'model' | 'settings'>): Target {
    const target = this.#targets.get(placeName(model, settings));
    if (target === undefined) throw new Error(`"${model}" was not looked at before.`);
    return target;
  }

  #view(target: Target, settings: RouteSettings): TargetView {
    const { provider, model, manners } = target;
    const name = nameOf(target);
    const key = healthKey(target);
    const health = this.#health.of(key);
    const info = this.#caller.config.models.find(provider.entry.id, model);
    const firstByteMs = health.firstByteMs(this.#nowMs);
    const tokensPerSecond = health.tokensPerSecond(this.#nowMs);
    return {
      target: name,
      provider: provider.entry.id,
      ...this.#prices(target),
      ...(info?.contextTokens === undefined ? {} : { contextTokens: info.contextTokens }),
      ...(manners.maxOutputTokens === undefined ? {} : { maxOutputTokens: manners.maxOutputTokens }),
      ...(info === undefined || info.parameters.length === 0 ? {} : { parameters: info.parameters }),
      standing: standingOf(this.#health, { target, settings, nowMs: this.#nowMs }),
      ...(providerSpent(target, this.#money) ? { spent: true } : {}),
      unstable: health.unstable(this.#nowMs),
      inFlight: health.inFlight,
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
      minuteRequests: health.minuteRequests(this.#nowMs),
      minuteTokens: health.minuteTokens(this.#nowMs),
    };
  }

  #prices({ price }: Target): Pick<TargetView, 'inputPrice' | 'outputPrice'> {
    const rates = price === undefined ? undefined : priceOn(price, this.#caller.config.today())?.standard.rates;
    return {
      ...(rates?.input === undefined ? {} : { inputPrice: rates.input }),
      ...(rates?.output === undefined ? {} : { outputPrice: rates.output }),
    };
  }
}

const nameOf = ({ provider, model }: Target): string => `${provider.entry.id}/${model}`;

/** What health is kept by: an organisation's own key has a health of its own, and so have a caller's and another address. */
export const healthKey = (target: Target): string => {
  const { keyOwner } = target.provider;
  return keyOwner === undefined ? nameOf(target) : `${nameOf(target)} of ${keyOwner}`;
};

/** How a target stands: by what a probe found, by the breaker that its route has for it, else by the usual ones. */
export const standingOf = (
  book: HealthBook,
  { target, settings, nowMs }: { readonly target: Target; readonly settings: RouteSettings; readonly nowMs: number },
): Standing => {
  const { entry, probe } = target.provider;
  if (probe !== undefined && book.probes.isDown(entry.id))
    return { state: 'open', because: 'transient', readyAtMs: nowMs + probe.everyMs };
  const key = healthKey(target);
  return settings.circuit === undefined
    ? book.of(key).standing(nowMs)
    : book.breaker(key, settings.circuit).standing(nowMs);
};

const placeName = (model: string, settings: RouteSettings): string => {
  const { host, credential, apiKey } = settings;
  return isPlaced(settings) ? JSON.stringify([model, host, credential, apiKey]) : model;
};

const absent = (model: string, why: Unusable): TargetView => ({
  target: model,
  provider: model.split('/')[0] ?? model,
  unusable: why,
  standing: { state: 'closed' },
  unstable: false,
  inFlight: 0,
});
