import type { Dice } from '../../dice.ts';
import type { Forest } from './forest.ts';

/** What trees are grown from. Features and outputs stand row after row; an output nobody measured is 0. */
export interface ForestRows {
  readonly count: number;
  readonly width: number;
  readonly features: Float32Array;
  readonly outputs: number;
  readonly targets: Float64Array;
}

export interface GrowOptions {
  readonly trees: number;
  readonly leastLeaf: number;
  /** Random splits tried at each node. */
  readonly tries: number;
  readonly mostDepth: number;
  /** Columns from this one on are a block of their own, drawn from with `blockShare`. */
  readonly blockFrom: number;
  readonly blockShare: number;
  /** Draws a leaf towards zero as that many rows of zero would. */
  readonly leafPrior: number;
  /** Which rows a tree is grown from. */
  readonly grownFrom: (tree: number, row: number) => boolean;
}

/** A node with more rows looks at so many of them to choose its split. */
const mostLookedAt = 600;
const mostRowsOfTree = 12_000;

/**
 * Extremely randomised trees for many outputs at once: each node tries random features at random thresholds and takes the split that explains most of
 * all outputs together. All chance comes from `dice`.
 */
export const growForest = (rows: ForestRows, options: GrowOptions, dice: Dice): Forest => {
  const grower = new Grower(rows, options, dice);
  for (let tree = 0; tree < options.trees; tree += 1) grower.grow(tree);
  return grower.forest();
};

interface Split {
  readonly feature: number;
  readonly threshold: number;
}

class Grower {
  readonly #rows: ForestRows;
  readonly #options: GrowOptions;
  readonly #dice: Dice;
  readonly #roots: number[] = [];
  readonly #features: number[] = [];
  readonly #thresholds: number[] = [];
  readonly #rights: number[] = [];
  readonly #leaves: number[] = [];
  readonly #left: Float64Array;
  readonly #all: Float64Array;
  #places = new Int32Array(0);
  #leafCount = 0;

  constructor(rows: ForestRows, options: GrowOptions, dice: Dice) {
    this.#rows = rows;
    this.#options = options;
    this.#dice = dice;
    this.#left = new Float64Array(rows.outputs);
    this.#all = new Float64Array(rows.outputs);
  }

  grow(tree: number): void {
    const picked: number[] = [];
    for (let row = 0; row < this.#rows.count; row += 1) if (this.#options.grownFrom(tree, row)) picked.push(row);
    this.#places = Int32Array.from(picked);
    const end = Math.min(picked.length, mostRowsOfTree);
    if (picked.length > end) this.#shuffle(0, picked.length, end);
    this.#roots.push(this.#features.length);
    this.#node(0, end, 0);
  }

  forest(): Forest {
    let most = 0;
    for (const value of this.#leaves) most = Math.max(most, Math.abs(value));
    const leafStep = most > 0 ? most / 32_767 : 1;
    return {
      outputs: this.#rows.outputs,
      roots: Int32Array.from(this.#roots),
      features: Int16Array.from(this.#features),
      thresholds: Float32Array.from(this.#thresholds),
      rights: Int32Array.from(this.#rights),
      leaves: Int16Array.from(this.#leaves, (value) => Math.round(value / leafStep)),
      leafStep,
    };
  }

  #node(begin: number, end: number, depth: number): void {
    const id = this.#features.length;
    this.#features.push(-1);
    this.#thresholds.push(0);
    this.#rights.push(0);
    const split = depth < this.#options.mostDepth ? this.#bestSplit(begin, end) : undefined;
    const middle = split === undefined ? begin : this.#part(begin, end, split);
    const { leastLeaf } = this.#options;
    if (split === undefined || middle - begin < leastLeaf || end - middle < leastLeaf) {
      this.#leaf(id, begin, end);
      return;
    }
    this.#features[id] = split.feature;
    this.#thresholds[id] = split.threshold;
    this.#node(begin, middle, depth + 1);
    this.#rights[id] = this.#features.length;
    this.#node(middle, end, depth + 1);
  }

  #leaf(id: number, begin: number, end: number): void {
    const sum = this.#sum(begin, end);
    const weight = end - begin + this.#options.leafPrior;
    for (const value of sum) this.#leaves.push(weight > 0 ? value / weight : 0);
    this.#rights[id] = this.#leafCount;
    this.#leafCount += 1;
  }

  #sum(begin: number, end: number): Float64Array {
    const { outputs, targets } = this.#rows;
    const sum = this.#all.fill(0);
    for (let at = begin; at < end; at += 1) {
      const first = (this.#places[at] ?? 0) * outputs;
      for (let output = 0; output < outputs; output += 1)
        sum[output] = (sum[output] ?? 0) + (targets[first + output] ?? 0);
    }
    return sum;
  }

  #bestSplit(begin: number, end: number): Split | undefined {
    const count = end - begin;
    const { leastLeaf, tries } = this.#options;
    if (count < 2 * leastLeaf) return undefined;
    const looked = Math.min(count, mostLookedAt);
    if (looked < count) this.#shuffle(begin, end, looked);
    const least = Math.max(1, Math.floor((leastLeaf * looked) / count));
    this.#sum(begin, begin + looked);
    let best: Split | undefined;
    let most = 1e-12;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const split = this.#randomSplit(begin, looked);
      if (split === undefined) continue;
      const gain = this.#gain(begin, looked, { split, least });
      if (gain <= most) continue;
      most = gain;
      best = split;
    }
    return best;
  }

  #randomSplit(begin: number, looked: number): Split | undefined {
    const { blockFrom, blockShare } = this.#options;
    const { width } = this.#rows;
    const inBlock = blockFrom < width && this.#dice.next() < blockShare;
    const feature = inBlock
      ? blockFrom + Math.floor(this.#dice.next() * (width - blockFrom))
      : Math.floor(this.#dice.next() * blockFrom);
    const one = this.#drawn(begin, looked, feature);
    const other = this.#drawn(begin, looked, feature);
    if (one === other) return undefined;
    const threshold = Math.fround(one + (other - one) * this.#dice.next());
    return { feature, threshold };
  }

  /** A feature of one of the rows looked at. */
  #drawn(begin: number, looked: number, feature: number): number {
    const row = this.#places[begin + Math.floor(this.#dice.next() * looked)] ?? 0;
    return this.#rows.features[row * this.#rows.width + feature] ?? 0;
  }

  /** How much of the sum of squares the split explains, all outputs together. */
  #gain(begin: number, looked: number, { split, least }: { readonly split: Split; readonly least: number }): number {
    const { outputs, targets, features, width } = this.#rows;
    const left = this.#left.fill(0);
    let leftCount = 0;
    for (let at = begin; at < begin + looked; at += 1) {
      const row = this.#places[at] ?? 0;
      if ((features[row * width + split.feature] ?? 0) > split.threshold) continue;
      leftCount += 1;
      const first = row * outputs;
      for (let output = 0; output < outputs; output += 1)
        left[output] = (left[output] ?? 0) + (targets[first + output] ?? 0);
    }
    const rightCount = looked - leftCount;
    if (leftCount < least || rightCount < least) return 0;
    let gain = 0;
    for (let output = 0; output < outputs; output += 1) {
      const all = this.#all[output] ?? 0;
      const part = left[output] ?? 0;
      const rest = all - part;
      gain += (part * part) / leftCount + (rest * rest) / rightCount - (all * all) / looked;
    }
    return gain;
  }

  /** Puts rows at or below the threshold first; returns where the others begin. */
  #part(begin: number, end: number, { feature, threshold }: Split): number {
    const { features, width } = this.#rows;
    let low = begin;
    let high = end - 1;
    while (low <= high) {
      const row = this.#places[low] ?? 0;
      if ((features[row * width + feature] ?? 0) <= threshold) low += 1;
      else {
        this.#places[low] = this.#places[high] ?? 0;
        this.#places[high] = row;
        high -= 1;
      }
    }
    return low;
  }

  /** Draws the first `wanted` places of a stretch at random from all of it. */
  #shuffle(begin: number, end: number, wanted: number): void {
    for (let at = begin; at < begin + wanted; at += 1) {
      const other = at + Math.floor(this.#dice.next() * (end - at));
      const row = this.#places[at] ?? 0;
      this.#places[at] = this.#places[other] ?? 0;
      this.#places[other] = row;
    }
  }
}
