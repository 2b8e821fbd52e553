import type { CircuitSetting } from '../route.ts';
import { PinBook } from './pin-book.ts';
import { ProbeBook, type ProbeChange } from './probe-book.ts';
import { RetryBudget } from './retry-budget.ts';
import { Room } from './room.ts';
import { SetBreaker } from './set-breaker.ts';
import { TargetHealth } from './target-health.ts';

const mostTargets = 10_000;
const mostBudgets = 1000;
const mostMirrors = 64;

/** The health of every target and the allowance for second tries of every route. Outlives configurations. */
export class HealthBook {
  readonly #targets = new Map<string, TargetHealth>();
  readonly #budgets = new Map<string, RetryBudget>();
  /** Calls whose answers nobody gets: a target that hangs must not gather them. */
  readonly mirrors = new Room(mostMirrors);
  /** Which targets conversations stay with. */
  readonly pins = new PinBook();
  readonly #breakers = new Map<string, SetBreaker>();
  /** What was found by asking, where that is wanted. */
  readonly probes = new ProbeBook();

  /** `provider/model`. */
  of(target: string): TargetHealth {
    return entryOf(this.#targets, target, { most: mostTargets, make: () => new TargetHealth() });
  }

  /** A breaker that a route has for a target, in the place of the usual ones: one for each target and choice of numbers. */
  breaker(target: string, setting: CircuitSetting): SetBreaker {
    const { failures, failurePercent, leastCalls, openMs, statuses } = setting;
    const name = `${target} ${failures} ${failurePercent} ${leastCalls} ${openMs} ${statuses?.join()}`;
    return entryOf(this.#breakers, name, { most: mostTargets, make: () => new SetBreaker(setting) });
  }

  /** A probe of a provider came back; the answer is what changed by it. */
  probed(provider: string, well: boolean, nowMs: number): ProbeChange | undefined {
    const change = this.probes.told(provider, well);
    if (change === 'came-back')
      for (const [name, health] of this.#targets) if (name.startsWith(`${provider}/`)) health.recovered(nowMs);
    return change;
  }

  /** By the name of a route. */
  budget(route: string): RetryBudget {
    return entryOf(this.#budgets, route, { most: mostBudgets, make: () => new RetryBudget() });
  }
}

/** Clients choose names, so there is an end to how many are kept: the oldest goes. */
const entryOf = <Entry>(
  entries: Map<string, Entry>,
  name: string,
  { most, make }: { readonly most: number; readonly make: () => Entry },
): Entry => {
  const known = entries.get(name);
  if (known !== undefined) return known;
  if (entries.size >= most) {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }
  const made = make();
  entries.set(name, made);
  return made;
};
