import type { ScopeLimit } from '../../access/scope-limit.ts';
import { fitsAnyName } from '../name-pattern.ts';
import { type RateKind, type RateStanding, rateKinds } from './rate-standing.ts';
import { SlidingSum } from './sliding-sum.ts';

/** `monotonicMs` measures minutes, so that a clock that is set changes none; `wallMs` says which day it is. */
export interface RateTime {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** A call that wants to pass. Tokens are an estimate, put right when the call ends. */
export interface RateAsk {
  /** `provider/model`. */
  readonly target: string;
  /** It costs nothing: patterns see it as `provider/model:free` too. */
  readonly free?: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface UsedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Why a call may not pass: the limit that makes it wait longest. */
export interface RateRefusal {
  readonly kind: 'refused';
  readonly standing: RateStanding;
  /** Undefined for calls at once: it depends on when one of them ends. */
  readonly retryAfterMs: number | undefined;
  readonly standings: readonly RateStanding[];
}

export interface RatePass {
  readonly kind: 'passed';
  standings(time: RateTime): readonly RateStanding[];
  /** The call is over: what it really used. */
  settle(used: UsedTokens | undefined, time: RateTime): void;
  /** The call was refused after all and costs no quota. */
  cancel(time: RateTime): void;
}

const fits = (models: readonly string[], { target, free }: RateAsk): boolean =>
  fitsAnyName(models, target) || (free === true && fitsAnyName(models, `${target}:free`));

const dayMs = 86_400_000;
const mostIdleCounters = 50_000;

/** What one limit of one scope has given out. */
interface Counter {
  requests?: SlidingSum;
  tokens?: SlidingSum;
  input?: SlidingSum;
  output?: SlidingSum;
  day: number;
  dayRequests: number;
  parallel: number;
  lastMs: number;
}

type SumName = 'requests' | 'tokens' | 'input' | 'output';

const sums: Readonly<Partial<Record<RateKind, SumName>>> = {
  requestsPerMinute: 'requests',
  tokensPerMinute: 'tokens',
  inputTokensPerMinute: 'input',
  outputTokensPerMinute: 'output',
};

interface Held {
  readonly limit: ScopeLimit;
  readonly counter: Counter;
}

/** Every limit's counters, in one place and one thread: a call takes from all of its limits or from none, so no number of calls at once passes one. */
export class RateLimits {
  readonly #counters = new Map<string, Counter>();

  pass(limits: readonly ScopeLimit[], ask: RateAsk, time: RateTime): RatePass | RateRefusal {
    const held: Held[] = [];
    for (const limit of limits)
      if (limit.models === undefined || fits(limit.models, ask))
        held.push({ limit, counter: this.#counter(limit.id, time) });
    const refusal = refusalOf(held, ask, time);
    if (refusal !== undefined) return refusal;
    return new Passed(held, ask, time);
  }

  #counter(id: string, { monotonicMs, wallMs }: RateTime): Counter {
    const day = Math.floor(wallMs / dayMs);
    let counter = this.#counters.get(id);
    if (counter === undefined) {
      if (this.#counters.size >= mostIdleCounters) this.#sweep(monotonicMs, day);
      counter = { day, dayRequests: 0, parallel: 0, lastMs: monotonicMs };
      this.#counters.set(id, counter);
    }
    counter.lastMs = monotonicMs;
    startDay(counter, day);
    return counter;
  }

  /** Forgets what has nothing to remember. */
  #sweep(nowMs: number, day: number): void {
    for (const [id, counter] of this.#counters) {
      const usedToday = counter.day === day && counter.dayRequests > 0;
      if (counter.parallel === 0 && !usedToday && nowMs - counter.lastMs > 120_000) this.#counters.delete(id);
    }
  }
}

/** A clock that goes back does not give a day's calls out a second time. */
const startDay = (counter: Counter, day: number): void => {
  if (day <= counter.day) return;
  counter.day = day;
  counter.dayRequests = 0;
};

const amountOf = (kind: RateKind, { inputTokens, outputTokens }: UsedTokens): number => {
  switch (kind) {
    case 'tokensPerMinute':
      return inputTokens + outputTokens;
    case 'inputTokensPerMinute':
      return inputTokens;
    case 'outputTokensPerMinute':
      return outputTokens;
    case 'requestsPerMinute':
    case 'requestsPerDay':
    case 'parallelRequests':
      return 1;
  }
};

const usedOf = (kind: RateKind, counter: Counter, { monotonicMs }: RateTime): number => {
  const sum = sums[kind];
  if (sum !== undefined) return counter[sum]?.total(monotonicMs) ?? 0;
  return kind === 'parallelRequests' ? counter.parallel : counter.dayRequests;
};

/** Until no more than `most` is used. */
const waitMs = (
  kind: RateKind,
  { counter, most }: { readonly counter: Counter; readonly most: number },
  time: RateTime,
): number => {
  const sum = sums[kind];
  if (sum !== undefined) return counter[sum]?.msUntil(Math.max(0, most), time.monotonicMs) ?? 0;
  return kind === 'parallelRequests' ? 0 : (counter.day + 1) * dayMs - time.wallMs;
};

const refusalOf = (held: readonly Held[], ask: RateAsk, time: RateTime): RateRefusal | undefined => {
  let worst: { readonly standing: RateStanding; readonly waits: number } | undefined;
  for (const { limit, counter } of held) {
    for (const kind of rateKinds) {
      const most = limit[kind];
      if (most === undefined) continue;
      const used = usedOf(kind, counter, time);
      const asked = amountOf(kind, ask);
      // A call that is larger than a limit of tokens passes where nothing else has used it: else it could never pass.
      if (used + asked <= most || (isTokens(kind) && used === 0 && most > 0)) continue;
      const waits = waitMs(kind, { counter, most: most - asked }, time);
      if (worst === undefined || waits > worst.waits)
        worst = { standing: standingOf(kind, { limit, counter }, time), waits };
    }
  }
  if (worst === undefined) return undefined;
  const { standing, waits } = worst;
  const retryAfterMs = standing.kind === 'parallelRequests' ? undefined : Math.max(1, waits);
  return { kind: 'refused', standing, retryAfterMs, standings: standingsOf(held, time) };
};

const isTokens = (kind: RateKind): boolean => amountOf(kind, { inputTokens: 0, outputTokens: 0 }) === 0;

const standingOf = (kind: RateKind, { limit, counter }: Held, time: RateTime): RateStanding => {
  const most = limit[kind] ?? 0;
  const used = usedOf(kind, counter, time);
  return {
    kind,
    scope: limit.scope,
    ...(limit.models === undefined ? {} : { models: limit.models }),
    limit: most,
    remaining: Math.max(0, most - used),
    resetMs: used === 0 ? 0 : waitMs(kind, { counter, most: 0 }, time),
  };
};

const standingsOf = (held: readonly Held[], time: RateTime): readonly RateStanding[] =>
  held.flatMap((each) =>
    rateKinds.filter((kind) => each.limit[kind] !== undefined).map((kind) => standingOf(kind, each, time)),
  );

/** A call that was let through, and what it has taken where. */
class Passed implements RatePass {
  readonly kind = 'passed';
  readonly #held: readonly Held[];
  readonly #ask: RateAsk;
  readonly #taken: { readonly sum: SlidingSum; readonly place: number; readonly rate: RateKind }[] = [];
  readonly #day: number;
  #over = false;

  constructor(held: readonly Held[], ask: RateAsk, { monotonicMs, wallMs }: RateTime) {
    this.#held = held;
    this.#ask = ask;
    this.#day = Math.floor(wallMs / dayMs);
    for (const { limit, counter } of held) {
      counter.parallel++;
      counter.dayRequests++;
      for (const [kind, name] of Object.entries(sums) as readonly [RateKind, SumName][]) {
        if (limit[kind] === undefined) continue;
        counter[name] ??= new SlidingSum();
        this.#taken.push({
          sum: counter[name],
          place: counter[name].add(amountOf(kind, ask), monotonicMs),
          rate: kind,
        });
      }
    }
  }

  standings(time: RateTime): readonly RateStanding[] {
    return standingsOf(this.#held, time);
  }

  settle(used: UsedTokens | undefined, time: RateTime): void {
    if (!this.#end() || used === undefined) return;
    for (const { sum, place, rate } of this.#taken)
      sum.correct(place, amountOf(rate, used) - amountOf(rate, this.#ask), time.monotonicMs);
  }

  cancel(time: RateTime): void {
    if (!this.#end()) return;
    for (const { sum, place, rate } of this.#taken) sum.correct(place, -amountOf(rate, this.#ask), time.monotonicMs);
    for (const { counter } of this.#held) if (counter.day === this.#day) counter.dayRequests--;
  }

  #end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    for (const { counter } of this.#held) counter.parallel--;
    return true;
  }
}
