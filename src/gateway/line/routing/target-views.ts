import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { priceOn } from '../../../core/money/price.ts';
import type { HealthBook } from '../../../core/routing/health/health-book.ts';
import type { RouteViews, TargetView, Unusable } from '../../../core/routing/target-view.ts';
import type { Identified, Target } from '../records.ts';
import { allowed, hiding } from '../stages/admit.ts';
import { findOptionalTarget } from '../stages/plan.ts';

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
  readonly #targets = new Map<string, Target>();

  constructor(caller: RouteCaller, health: { readonly book: HealthBook; readonly nowMs: number }) {
    this.#caller = caller;
    this.#health = health.book;
    this.#nowMs = health.nowMs;
  }

  target(model: string, allowedBy: string | undefined): TargetView {
    try {
      const { config, door } = this.#caller;
      const asked = { model, operation: door.operation, door: door.request };
      const found = findOptionalTarget(config, asked);
      if (found === undefined) return absent(model, 'unsupported');
      const target = allowed(this.#caller, { ...asked, model: allowedBy ?? model }, found);
      this.#targets.set(model, target);
      return this.#view(target);
    } catch (thrown) {
      const error = allowedBy === undefined ? hiding(this.#caller, model, thrown) : thrown;
      const why = error instanceof GatewayError ? unusable[error.code] : undefined;
      if (why === undefined) throw error;
      return absent(model, why);
    }
  }

  /** The target behind a name that was found usable. */
  found(model: string): Target {
    const target = this.#targets.get(model);
    if (target === undefined) throw new Error(`"${model}" was not looked at before.`);
    return target;
  }

  #view(target: Target): TargetView {
    const { provider, model, manners } = target;
    const name = nameOf(target);
    const health = this.#health.of(healthKey(target));
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
      standing: health.standing(this.#nowMs),
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

/** What health is kept by: an organisation's own key has a health of its own. */
export const healthKey = (target: Target): string => {
  const { keyOwner } = target.provider;
  return keyOwner === undefined ? nameOf(target) : `${nameOf(target)} of ${keyOwner}`;
};

const absent = (model: string, why: Unusable): TargetView => ({
  target: model,
  provider: model.split('/')[0] ?? model,
  unusable: why,
  standing: { state: 'closed' },
  unstable: false,
  inFlight: 0,
});
