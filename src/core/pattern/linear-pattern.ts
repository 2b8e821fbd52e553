import { parsePattern } from './parse-pattern.ts';
import { type Assertion, type CharacterSet, PatternProblem, type PatternTree } from './pattern-tree.ts';

type Step =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { kind: 'split'; to: number; other: number }
  | { kind: 'jump'; to: number }
  | { readonly kind: 'found' };

const mostSteps = 500;
/** What stands further behind in a text is not looked at. */
const longestText = 16_384;

/**
 * A regular expression that takes time in proportion to the text and to itself, whatever they say, so that a client's pattern cannot hold everyone up. It
 * finds what JavaScript's `test` without flags would find.
 */
export class LinearPattern {
  readonly source: string;
  readonly #steps: Step[] = [];

  /** Throws a `PatternProblem`. */
  constructor(source: string) {
    this.source = source;
    this.#write(parsePattern(source));
    this.#steps.push({ kind: 'found' });
  }

  /** Whether it fits anywhere in a text. */
  test(whole: string): boolean {
    const text = whole.length > longestText ? whole.slice(0, longestText) : whole;
    let here = new Places(this.#steps.length);
    let next = new Places(this.#steps.length);
    for (let at = 0; at <= text.length; at += 1) {
      if (this.#reach(0, here, { text, at })) return true;
      next.clear();
      const unit = text.charCodeAt(at);
      for (let index = 0; index < here.size; index += 1) {
        const place = here.place(index);
        const step = this.#steps[place];
        if (at < text.length && step?.kind === 'set' && contains(step.set, unit)) {
          if (this.#reach(place + 1, next, { text, at: at + 1 })) return true;
        }
      }
      [here, next] = [next, here];
    }
    return false;
  }

  /** Adds all places that can be reached without taking a character. True when the end is one of them. */
  #reach(from: number, places: Places, here: { readonly text: string; readonly at: number }): boolean {
    const open = [from];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (!places.add(place)) continue;
      const step = this.#steps[place];
      if (step === undefined) continue;
      if (step.kind === 'found') return true;
      if (step.kind === 'jump') open.push(step.to);
      else if (step.kind === 'split') open.push(step.other, step.to);
      else if (step.kind === 'assert' && asserted(step.what, here)) open.push(place + 1);
    }
    return false;
  }

  #write(tree: PatternTree): void {
    if (this.#steps.length > mostSteps) throw new PatternProblem(`comes to more than ${mostSteps} steps`);
    switch (tree.kind) {
      case 'nothing':
        return;
      case 'set':
        this.#steps.push({ kind: 'set', set: tree.set });
        return;
      case 'assert':
        this.#steps.push({ kind: 'assert', what: tree.what });
        return;
      case 'sequence':
        for (const part of tree.parts) this.#write(part);
        return;
      case 'either':
        this.#writeEither(tree.parts);
        return;
      case 'repeat':
        this.#writeRepeat(tree);
    }
  }

  #writeEither(parts: readonly PatternTree[]): void {
    const ends: { to: number }[] = [];
    parts.forEach((part, index) => {
      const last = index === parts.length - 1;
      const split = last ? undefined : this.#split();
      this.#write(part);
      if (!last) {
        const jump = { kind: 'jump' as const, to: 0 };
        this.#steps.push(jump);
        ends.push(jump);
      }
      if (split !== undefined) split.other = this.#steps.length;
    });
    for (const jump of ends) jump.to = this.#steps.length;
  }

  #writeRepeat({ part, least, most }: Extract<PatternTree, { readonly kind: 'repeat' }>): void {
    for (let time = 0; time < least; time += 1) this.#write(part);
    if (most === undefined) {
      const from = this.#steps.length;
      const split = this.#split();
      this.#write(part);
      this.#steps.push({ kind: 'jump', to: from });
      split.other = this.#steps.length;
      return;
    }
    const splits: { other: number }[] = [];
    for (let time = least; time < most; time += 1) {
      splits.push(this.#split());
      this.#write(part);
    }
    for (const split of splits) split.other = this.#steps.length;
  }

  #split(): { other: number } {
    const split = { kind: 'split' as const, to: this.#steps.length + 1, other: 0 };
    this.#steps.push(split);
    return split;
  }
}

/** A set of places in the order they were added, emptied without work. */
class Places {
  readonly #list: Uint16Array;
  readonly #round: Uint32Array;
  #now = 1;
  size = 0;

  constructor(most: number) {
    this.#list = new Uint16Array(most);
    this.#round = new Uint32Array(most);
  }

  add(place: number): boolean {
    if (this.#round[place] === this.#now) return false;
    this.#round[place] = this.#now;
    this.#list[this.size] = place;
    this.size += 1;
    return true;
  }

  place(index: number): number {
    return this.#list[index] ?? 0;
  }

  clear(): void {
    this.#now += 1;
    this.size = 0;
  }
}

const contains = ({ ranges, negated }: CharacterSet, unit: number): boolean => {
  for (const [first, last] of ranges) if (unit >= first && unit <= last) return !negated;
  return negated;
};

const asserted = (what: Assertion, { text, at }: { readonly text: string; readonly at: number }): boolean => {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'boundary':
      return atBoundary(text, at);
    case 'no-boundary':
      return !atBoundary(text, at);
  }
};

const atBoundary = (text: string, at: number): boolean =>
  isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));

const isWord = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122);
