import { Dice } from '../../dice.ts';
import { hashOf, wordsOf } from '../baselines/word-vectors.ts';

/** How alike two prompts are when they stand in one group: the share of their triples of words that they have in common. */
const sameFrom = 0.6;
const signatureLength = 24;
/** Two lanes of a signature must agree for a pair to be looked at. */
const bandWidth = 2;
const mostWords = 700;

/**
 * Groups of near-duplicates: for each prompt the number of its group. Instructions that many prompts share do not make them alike, so triples of words
 * that stand in more than one prompt of fifty (but at least in ten) are not counted.
 */
export const groupsOf = (prompts: readonly string[]): Int32Array => {
  const triples = withoutShared(prompts.map(triplesOf));
  const groups = new Groups(prompts.length);
  joinEqual(prompts, groups);
  for (const members of bandsOf(triples)) {
    const [first] = members;
    if (first === undefined) continue;
    for (const other of members) if (likeness(triples[first], triples[other]) >= sameFrom) groups.join(first, other);
    // A bucket may hold several groups; its neighbours are compared as well.
    members.forEach((member, at) => {
      const next = members[at + 1];
      if (next !== undefined && likeness(triples[member], triples[next]) >= sameFrom) groups.join(member, next);
    });
  }
  return groups.numbers();
};

/** A fold for each row, 0 to `folds` − 1: whole groups, of near equal size, drawn by the seed. */
export const groupedFolds = (
  groups: Int32Array,
  { folds, seed }: { readonly folds: number; readonly seed: string },
): Int32Array => {
  const dice = new Dice(seed);
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const drawn = [...sizes].map(([group, size]) => ({ group, size, ticket: dice.next() }));
  // The largest first, each to the fold that has least: the folds come out even.
  const order = drawn.toSorted((one, other) => other.size - one.size || one.ticket - other.ticket);
  const filled = new Float64Array(Math.max(1, folds));
  const foldOf = new Map<number, number>();
  for (const { group, size } of order) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(group, fold);
    filled[fold] = (filled[fold] ?? 0) + size;
  }
  return groups.map((group) => foldOf.get(group) ?? 0);
};

const triplesOf = (prompt: string): ReadonlySet<number> => {
  const words = wordsOf(prompt).slice(-mostWords);
  if (words.length < 3) return new Set([hashOf(words.join(' '))]);
  return new Set(words.slice(2).map((word, at) => hashOf(`${words[at]} ${words[at + 1]} ${word}`)));
};

const withoutShared = (all: readonly ReadonlySet<number>[]): readonly ReadonlySet<number>[] => {
  const most = Math.max(10, all.length / 50);
  const counts = new Map<number, number>();
  for (const triples of all) for (const triple of triples) counts.set(triple, (counts.get(triple) ?? 0) + 1);
  return all.map((triples) => new Set([...triples].filter((triple) => (counts.get(triple) ?? 0) <= most)));
};

const joinEqual = (prompts: readonly string[], groups: Groups): void => {
  const first = new Map<string, number>();
  prompts.forEach((prompt, index) => {
    const known = first.get(prompt);
    if (known === undefined) first.set(prompt, index);
    else groups.join(known, index);
  });
};

/** Prompts whose signatures agree in a band: nearly all pairs that are alike, and few that are not. */
const bandsOf = (all: readonly ReadonlySet<number>[]): readonly (readonly number[])[] => {
  const bands = new Map<string, number[]>();
  all.forEach((triples, index) => {
    if (triples.size === 0) return;
    const signature = signatureOf(triples);
    for (let at = 0; at < signatureLength; at += bandWidth) {
      const key = `${at}:${signature.subarray(at, at + bandWidth).join()}`;
      const members = bands.get(key);
      if (members === undefined) bands.set(key, [index]);
      else members.push(index);
    }
  });
  return [...bands.values()].filter((members) => members.length > 1);
};

/** The least hash of the triples under each of several hash functions. */
const signatureOf = (triples: ReadonlySet<number>): Uint32Array => {
  const signature = new Uint32Array(signatureLength).fill(0xffffffff);
  for (const triple of triples) {
    for (let lane = 0; lane < signatureLength; lane++) {
      const mixed = Math.imul(triple ^ Math.imul(lane + 1, 0x9e3779b1), 0x735a2d97);
      const hash = (mixed ^ (mixed >>> 15)) >>> 0;
      if (hash < (signature[lane] ?? 0)) signature[lane] = hash;
    }
  }
  return signature;
};

const likeness = (one: ReadonlySet<number> | undefined, other: ReadonlySet<number> | undefined): number => {
  if (one === undefined || other === undefined || one.size === 0 || other.size === 0) return 0;
  let both = 0;
  for (const triple of one) if (other.has(triple)) both += 1;
  return both / (one.size + other.size - both);
};

/** Sets that are joined two by two. */
class Groups {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, index) => index);
  }

  join(one: number, other: number): void {
    const [left, right] = [this.#root(one), this.#root(other)];
    this.#parents[Math.max(left, right)] = Math.min(left, right);
  }

  numbers(): Int32Array {
    return this.#parents.map((_, index) => this.#root(index));
  }

  #root(index: number): number {
    let at = index;
    for (let parent = this.#parents[at] ?? at; parent !== at; parent = this.#parents[at] ?? at) {
      this.#parents[at] = this.#parents[parent] ?? parent;
      at = parent;
    }
    return at;
  }
}
