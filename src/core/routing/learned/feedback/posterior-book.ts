import { isObject, type Json, type JsonObject } from '../../../json/json.ts';

/** A vote on one model's answer to one query. The same id counts once, however often it comes. */
export interface Vote {
  readonly id: string;
  /** Kind of query, as `queryCluster` tells it. */
  readonly cluster: string;
  readonly model: string;
  /** 0 to 1, higher is better. */
  readonly score: number;
  /** What it counts for against an explicit rating: 1; implicit signals less. */
  readonly weight: number;
  /** Whose vote it is, for the cap. */
  readonly key: string;
  readonly atMs: number;
}

export interface LearningLimits {
  /** A vote counts half after so long. */
  readonly halfLifeMs: number;
  /** What is expected of a model counts as so many votes. */
  readonly priorVotes: number;
  /** No key's votes count for more than so many, for one model and kind of query. */
  readonly mostOfKey: number;
}

export const usualLimits: LearningLimits = { halfLifeMs: 14 * 86_400_000, priorVotes: 10, mostOfKey: 5 };

/** Ids are remembered for so many votes: those of long ago have decayed. */
const mostRemembered = 50_000;

interface Tally {
  readonly good: number;
  readonly bad: number;
  readonly atMs: number;
}

export interface Posterior {
  readonly mean: number;
  readonly alpha: number;
  readonly beta: number;
}

/** What votes said of each model on each kind of query. All state can be read, kept and reset. */
export class PosteriorBook {
  readonly #limits: LearningLimits;
  /** By cluster and model, then by key. */
  readonly #cells = new Map<string, Map<string, Tally>>();
  readonly #seen = new Set<string>();

  constructor(limits: LearningLimits = usualLimits) {
    this.#limits = limits;
  }

  /** False when the vote was counted before, or is no number. */
  add(vote: Vote): boolean {
    const { id, score, weight } = vote;
    if (this.#seen.has(id) || !(score >= 0 && score <= 1) || !(weight > 0)) return false;
    if (this.#seen.size >= mostRemembered) this.#forgetOldest();
    this.#seen.add(id);
    const name = cellName(vote.cluster, vote.model);
    const cell = this.#cells.get(name) ?? new Map<string, Tally>();
    this.#cells.set(name, cell);
    const before = this.#faded(cell.get(vote.key), vote.atMs);
    const good = before.good + weight * score;
    const bad = before.bad + weight * (1 - score);
    // A key that goes on voting replaces what it said before, and never outgrows its cap.
    const shrink = Math.min(1, this.#limits.mostOfKey / (good + bad));
    cell.set(vote.key, { good: good * shrink, bad: bad * shrink, atMs: Math.max(before.atMs, vote.atMs) });
    return true;
  }

  /** Expectation and votes together. `expected` is a quality of 0 to 1. */
  posterior(cluster: string, model: string, { expected, nowMs }: { expected: number; nowMs: number }): Posterior {
    const { priorVotes } = this.#limits;
    let alpha = priorVotes * Math.min(0.99, Math.max(0.01, expected));
    let beta = priorVotes - alpha;
    for (const tally of this.#cells.get(cellName(cluster, model))?.values() ?? []) {
      const { good, bad } = this.#faded(tally, nowMs);
      alpha += good;
      beta += bad;
    }
    return { mean: alpha / (alpha + beta), alpha, beta };
  }

  /** Everything, as JSON. Keys are as they were given. */
  state(): JsonObject {
    const cells = [...this.#cells].map(([name, keys]): [string, Json] => [
      name,
      Object.fromEntries([...keys].map(([key, { good, bad, atMs }]): [string, Json] => [key, [good, bad, atMs]])),
    ]);
    return { cells: Object.fromEntries(cells), seen: [...this.#seen] };
  }

  /** Takes the place of all that was known. What cannot be read of it is left out. */
  restore(state: JsonObject): void {
    this.reset();
    const { cells, seen } = state;
    for (const id of Array.isArray(seen) ? seen : []) if (typeof id === 'string') this.#seen.add(id);
    for (const [name, keys] of Object.entries(isObject(cells) ? cells : {})) {
      const cell = new Map<string, Tally>();
      for (const [key, tally] of Object.entries(isObject(keys) ? keys : {})) {
        const [good, bad, atMs] = Array.isArray(tally) ? tally.map(Number) : [];
        if (good !== undefined && bad !== undefined && atMs !== undefined && good >= 0 && bad >= 0 && atMs >= 0)
          cell.set(key, { good, bad, atMs });
      }
      this.#cells.set(name, cell);
    }
  }

  reset(): void {
    this.#cells.clear();
    this.#seen.clear();
  }

  #faded(tally: Tally | undefined, nowMs: number): Tally {
    if (tally === undefined) return { good: 0, bad: 0, atMs: nowMs };
    const left = 0.5 ** (Math.max(0, nowMs - tally.atMs) / this.#limits.halfLifeMs);
    return { good: tally.good * left, bad: tally.bad * left, atMs: Math.max(tally.atMs, nowMs) };
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

const cellName = (cluster: string, model: string): string => `${cluster}\n${model}`;
