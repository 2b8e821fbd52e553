import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { classifyFailure, type FailureClass } from '../../../core/errors/failure-class.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { HealthBook } from '../../../core/routing/health/health-book.ts';
import type { Flight } from '../../../core/routing/health/target-health.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import type { Target } from '../records.ts';

/** Failures that are one key's, whatever is asked for. */
const ofKey: ReadonlySet<FailureClass> = new Set(['credential', 'quota']);
/** Failures that are one key's for the model that was asked for: other models may have room. */
const ofKeyAndModel: ReadonlySet<FailureClass> = new Set(['rate-limit', 'model-access']);

export interface KeyTools {
  readonly health: HealthBook;
  readonly clock: Clock;
  /** Told once, when a key that was in use is refused: where it stands in the list, never what it is. */
  keyRefused(provider: string, place: number): void;
}

/**
 * Which of a provider's keys a call is sent with: the first one that is not resting, so that prompts stay in one account's cache. A key that is refused or has
 * nothing left rests by the rules of circuits, and the call goes out with the next.
 */
export class KeyChoice {
  readonly #target: Target;
  readonly #call: WireCall;
  readonly #tools: KeyTools;
  readonly #left: string[];
  readonly #all: readonly string[];
  #key = '';
  #flights: readonly Flight[] = [];

  constructor(target: Target, call: WireCall, tools: KeyTools) {
    const { apiKey = '', otherKeys = [] } = target.provider;
    this.#target = target;
    this.#call = call;
    this.#tools = tools;
    this.#all = [apiKey, ...otherKeys];
    const usable = this.#all.filter((key) => this.#stands(key));
    // With all of them resting, the first says what is wrong.
    this.#left = usable.length === 0 ? [apiKey] : usable;
  }

  /** The call with the next key; undefined when all were tried. */
  next(): WireCall | undefined {
    const key = this.#left.shift();
    if (key === undefined) return undefined;
    this.#key = key;
    const nowMs = this.#tools.clock.monotonicMs();
    this.#flights = this.#names(key).map((name) => this.#tools.health.of(name).begin(nowMs));
    return withKey(this.#call, this.#target.provider, key);
  }

  answered(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const flight of this.#flights) {
      flight.answered(nowMs, undefined);
      flight.end();
    }
  }

  /** True when it was the key's failure, so that another one may do. */
  failed(error: GatewayError): boolean {
    const kind = classifyFailure(error);
    const place = ofKey.has(kind) ? 0 : ofKeyAndModel.has(kind) ? 1 : -1;
    const nowMs = this.#tools.clock.monotonicMs();
    const { retryAfterMs } = error.detail;
    for (const [index, flight] of this.#flights.entries())
      if (index === place) flight.failed(nowMs, { class: kind, retryAfterMs });
      else flight.end();
    if (kind === 'credential') this.#tools.keyRefused(this.#target.provider.entry.id, this.#all.indexOf(this.#key) + 1);
    return place >= 0;
  }

  /** It went wrong on the way, which is no key's fault. */
  abandoned(): void {
    for (const flight of this.#flights) flight.end();
  }

  #stands(key: string): boolean {
    const nowMs = this.#tools.clock.monotonicMs();
    return this.#names(key).every((name) => this.#tools.health.of(name).standing(nowMs).state !== 'open');
  }

  #names(key: string): readonly string[] {
    const { provider, model } = this.#target;
    const whole = `key ${provider.entry.id} ${key}`;
    return [whole, `${whole} ${model}`];
  }
}

const withKey = (call: WireCall, { entry, apiKey }: ActiveProvider, key: string): WireCall => {
  if (key === apiKey) return call;
  const { auth } = entry;
  switch (auth.kind) {
    case 'bearer':
      return { ...call, headers: { ...call.headers, authorization: `Bearer ${key}` } };
    case 'header':
      return { ...call, headers: { ...call.headers, [auth.name.toLowerCase()]: key } };
    case 'query': {
      const written = (text: string): string => `${auth.name}=${encodeURIComponent(text)}`;
      return { ...call, url: call.url.replace(written(apiKey ?? ''), written(key)) };
    }
    case 'aws':
    case 'google':
    case 'azure':
    case 'none':
      return call;
  }
};
