import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import type { HealthBook } from '../../core/routing/health/health-book.ts';
import { probeCall } from '../../gateway/line/stages/wire-call.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Upstream } from '../../ports/upstream.ts';

export interface ProbeParts {
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly health: HealthBook;
  /** Those of the configuration in force. */
  providers(): readonly ActiveProvider[];
  write(line: string): void;
}

const lookMs = 250;
/** Where nobody is probed; a reload may change that. */
const idleLookMs = 2000;

/** Asks the providers that want to be probed whether they are there, by a path that costs nothing. Starts with `look` and goes on until it is stopped. */
export class ProviderProbes {
  readonly #parts: ProbeParts;
  readonly #dueMs = new Map<string, number>();
  readonly #underWay = new Set<string>();
  #stop: (() => void) | undefined;
  #stopped = false;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
  }

  /** Probes those whose time has come, and looks again a little later. */
  look(): void {
    if (this.#stopped) return;
    const { clock, health } = this.#parts;
    const probed = this.#parts.providers().filter(({ probe, ready }) => probe !== undefined && ready);
    const nowMs = clock.monotonicMs();
    health.probes.keep(new Set(probed.map(({ entry }) => entry.id)));
    for (const provider of probed) {
      const { id } = provider.entry;
      if (this.#underWay.has(id) || (this.#dueMs.get(id) ?? 0) > nowMs) continue;
      this.#dueMs.set(id, nowMs + (provider.probe?.everyMs ?? 0));
      void this.#probe(provider);
    }
    this.#stop = clock.after(probed.length === 0 ? idleLookMs : lookMs, () => this.look());
  }

  stop(): void {
    this.#stopped = true;
    this.#stop?.();
  }

  async #probe(provider: ActiveProvider): Promise<void> {
    const { id } = provider.entry;
    this.#underWay.add(id);
    const well = await this.#answers(provider);
    this.#underWay.delete(id);
    const change = this.#parts.health.probed(id, well, this.#parts.clock.monotonicMs());
    if (change === undefined) return;
    const event = change === 'went-down' ? 'provider-down' : 'provider-back';
    const time = new Date(this.#parts.clock.wallMs()).toISOString();
    this.#parts.write(JSON.stringify({ time, level: 'warn', event, provider: id }));
  }

  /** Whoever answers, if only that the path is not there or the key is wrong, is there. */
  async #answers(provider: ActiveProvider): Promise<boolean> {
    try {
      const reply = await this.#parts.upstream.send(probeCall(provider), new Cancellation());
      reply.cancel();
      return reply.status < 500;
    } catch {
      return false;
    }
  }
}
