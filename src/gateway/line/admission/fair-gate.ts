import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import { AdaptiveLimit } from '../../../core/policy/admission/adaptive-limit.ts';
import { type Claimant, FairQueue, type QueueLimits, type Waiting } from '../../../core/policy/admission/fair-queue.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { Clock } from '../../../ports/clock.ts';

/** A place that was had; it is given back once. */
export interface Pass {
  leave(well: boolean): void;
}

/** What the configuration allows. */
export interface GateLimits {
  /** Absent: no limit but the one that is found when there is too much. */
  readonly concurrency?: number | undefined;
  readonly queued?: number | undefined;
  readonly queueMs: number;
}

export interface GateParts {
  readonly clock: Clock;
  /** The least the limit that is found by trying falls to. */
  readonly least: number;
  /** What those who cannot be taken are told. */
  refusal(retryAfterMs: number): GatewayError;
}

/** Lets in as many calls as may be under way at one time; the others wait their turn, or are told to come again. */
export class FairGate {
  readonly #parts: GateParts;
  readonly #queue = new FairQueue();
  readonly #adaptive: AdaptiveLimit;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#adaptive = new AdaptiveLimit(parts.least);
  }

  /** Whether anything is limited or counted; otherwise nobody needs a pass. */
  active({ concurrency }: GateLimits): boolean {
    return concurrency !== undefined || this.#adaptive.counting;
  }

  get underWay(): number {
    return this.#queue.taken;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  /** More than could be done. */
  overloaded(): void {
    this.#adaptive.overloaded(this.#parts.clock.monotonicMs(), this.#queue.taken);
  }

  /** A pass at once, or as soon as it is this caller's turn. Throws or rejects with the refusal, or `client_gone`. */
  enter(who: Claimant, limits: GateLimits, cancellation: Cancellation): Pass | Promise<Pass> {
    const waiting = new Waiter(who);
    const entered = this.#queue.enter(waiting, this.#limitsOf(limits), this.#parts.clock.monotonicMs());
    if (entered.kind === 'shed') throw this.#parts.refusal(entered.retryAfterMs);
    if (entered.kind === 'started') return this.#pass(who, limits);
    return this.#turnOf(waiting, limits, cancellation);
  }

  async #turnOf(waiting: Waiter, limits: GateLimits, cancellation: Cancellation): Promise<Pass> {
    const stop = this.#parts.clock.after(limits.queueMs, () => {
      if (this.#queue.giveUp(waiting)) waiting.shed(limits.queueMs);
    });
    const gone = (): void => {
      if (this.#queue.giveUp(waiting)) waiting.gone(cancellation.failure());
    };
    cancellation.listen(gone);
    const outcome = await waiting.outcome;
    stop();
    cancellation.forget(gone);
    if (outcome.kind === 'started') return this.#pass(waiting, limits);
    throw outcome.kind === 'gone' ? outcome.failure : this.#parts.refusal(outcome.retryAfterMs);
  }

  #pass({ orgId, key }: Claimant, limits: GateLimits): Pass {
    let left = false;
    return {
      leave: (well) => {
        if (left) return;
        left = true;
        const nowMs = this.#parts.clock.monotonicMs();
        if (well) this.#adaptive.succeeded(nowMs, this.#queue.taken);
        this.#queue.leave({ orgId, key }, this.#limitsOf(limits), nowMs);
      },
    };
  }

  #limitsOf({ concurrency, queued, queueMs }: GateLimits): QueueLimits {
    const found = this.#adaptive.limit ?? Number.POSITIVE_INFINITY;
    const capacity = Math.min(concurrency ?? Number.POSITIVE_INFINITY, found);
    return { capacity, queued: queued ?? (Number.isFinite(capacity) ? capacity : 0), waitMs: queueMs };
  }
}

type Outcome =
  | { readonly kind: 'started' }
  | { readonly kind: 'shed'; readonly retryAfterMs: number }
  | { readonly kind: 'gone'; readonly failure: GatewayError };

class Waiter implements Waiting {
  readonly orgId: string;
  readonly key: string;
  readonly #outcome = Promise.withResolvers<Outcome>();

  constructor({ orgId, key }: Claimant) {
    this.orgId = orgId;
    this.key = key;
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  start(): void {
    this.#outcome.resolve({ kind: 'started' });
  }

  shed(retryAfterMs: number): void {
    this.#outcome.resolve({ kind: 'shed', retryAfterMs });
  }

  gone(failure: GatewayError): void {
    this.#outcome.resolve({ kind: 'gone', failure });
  }
}
