import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import { FairGate, type GateLimits, type Pass } from './fair-gate.ts';

/** Fewer calls at one time than this never were too many for the process. */
const leastOfProcess = 32;
/** A provider that fails altogether would else be left with one call at a time, long after it is well. */
const leastOfProvider = 10;
const mostProviders = 1000;

/** Who asks, and how the exchange is given up. */
export interface Caller {
  readonly identity: Identity;
  readonly cancellation: Cancellation;
}

/** The places of the process, and those at each provider that has a limit or showed one. Outlives configurations. */
export class Gates {
  readonly process: FairGate;
  readonly #clock: Clock;
  readonly #providers = new Map<string, FairGate>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.process = new FairGate({ clock, least: leastOfProcess, refusal: processBusy });
  }

  /** Undefined where nothing is limited, which costs next to nothing. Throws or rejects with `gateway_busy`. */
  enter({ identity, cancellation }: Caller, limits: GateLimits): Pass | Promise<Pass> | undefined {
    return this.process.active(limits) ? this.process.enter(claimantOf(identity), limits, cancellation) : undefined;
  }

  /** The same at a provider. Throws or rejects with `target_busy`, which lets a route go on. */
  enterProvider(provider: ActiveProvider, caller: Caller, queueMs: number): Pass | Promise<Pass> | undefined {
    const concurrency = provider.limits?.concurrency;
    if (concurrency === undefined && this.#providers.size === 0) return undefined;
    const known = this.#providers.get(nameOf(provider));
    if (concurrency === undefined && known === undefined) return undefined;
    const gate = known ?? this.#gateOf(provider);
    const limits = { concurrency, queueMs };
    if (!gate.active(limits)) return undefined;
    return gate.enter(claimantOf(caller.identity), limits, caller.cancellation);
  }

  /** The provider said that it has too much to do, or did not answer in time. */
  providerOverloaded(provider: ActiveProvider): void {
    this.#gateOf(provider).overloaded();
  }

  #gateOf(provider: ActiveProvider): FairGate {
    const name = nameOf(provider);
    const known = this.#providers.get(name);
    if (known !== undefined) return known;
    if (this.#providers.size >= mostProviders) this.#forgetIdle();
    const { title } = provider.entry;
    const refusal = (retryAfterMs: number): GatewayError =>
      new GatewayError('target_busy', `${title} has as many calls under way as it takes. Try again later.`, {
        retryAfterMs,
      });
    const gate = new FairGate({ clock: this.#clock, least: leastOfProvider, refusal });
    this.#providers.set(name, gate);
    return gate;
  }

  #forgetIdle(): void {
    for (const [name, gate] of this.#providers)
      if (gate.underWay === 0 && gate.waiting === 0) this.#providers.delete(name);
  }
}

/** An organisation's own key has places of its own. */
const nameOf = ({ entry, keyOwner }: ActiveProvider): string =>
  keyOwner === undefined ? entry.id : `${entry.id} of ${keyOwner}`;

const claimantOf = ({ orgId, keyId, label }: Identity): { readonly orgId: string; readonly key: string } => ({
  orgId,
  key: keyId ?? label,
});

const processBusy = (retryAfterMs: number): GatewayError =>
  new GatewayError('gateway_busy', 'As many calls are under way as this Sluice takes at one time. Try again later.', {
    retryAfterMs,
  });
