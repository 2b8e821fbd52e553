import { type Assertion, type CharacterSet, PatternProblem, type PatternTree } from './pattern-tree.ts';

const longestPattern = 1000;
const mostRepeats = 100;
const deepest = 50;

/** Reads a regular expression in JavaScript's words. Throws a `PatternProblem`: also for back references and look-arounds, which take unbounded time. */
export const parsePattern = (text: string): PatternTree => {
  if (text.length > longestPattern) throw new PatternProblem(`has more than ${longestPattern} characters`);
  return new PatternParser(text).whole();
};

const digit: CharacterSet['ranges'] = [[48, 57]];
const word: CharacterSet['ranges'] = [...digit, [65, 90], [95, 95], [97, 122]];
const space: CharacterSet['ranges'] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const lineEnds: CharacterSet['ranges'] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

const classes: Readonly<Record<string, CharacterSet>> = {
  d: { ranges: digit, negated: false },
  D: { ranges: digit, negated: true },
  w: { ranges: word, negated: false },
  W: { ranges: word, negated: true },
  s: { ranges: space, negated: false },
  S: { ranges: space, negated: true },
};

const assertions: Readonly<Record<string, Assertion>> = { b: 'boundary', B: 'no-boundary' };

const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };

class PatternParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): PatternTree {
    const tree = this.#either();
    if (this.#at < this.#text.length) throw this.#wrong('has a ) without its (');
    return tree;
  }

  #either(): PatternTree {
    this.#depth += 1;
    if (this.#depth > deepest) throw this.#wrong(`nests deeper than ${deepest} groups`);
    const parts = [this.#sequence()];
    while (this.#takes('|')) parts.push(this.#sequence());
    this.#depth -= 1;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'either', parts };
  }

  #sequence(): PatternTree {
    const parts: PatternTree[] = [];
    while (this.#at < this.#text.length && !this.#sees('|') && !this.#sees(')')) parts.push(this.#repeated());
    const [only] = parts;
    if (only === undefined) return { kind: 'nothing' };
    return parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  #repeated(): PatternTree {
    const part = this.#one();
    const times = this.#times();
    if (times === undefined) return part;
    this.#takes('?');
    if (this.#sees('*') || this.#sees('+') || this.#sees('?')) throw this.#wrong('has nothing to repeat');
    return { kind: 'repeat', part, ...times };
  }

  #times(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.#takes('*')) return { least: 0, most: undefined };
    if (this.#takes('+')) return { least: 1, most: undefined };
    if (this.#takes('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (counted === null) return undefined;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? undefined : Number(counted[3]);
    if (least > mostRepeats || (most ?? 0) > mostRepeats)
      throw this.#wrong(`repeats something more than ${mostRepeats} times`);
    if (most !== undefined && most < least) throw this.#wrong('has a repetition whose numbers are the wrong way round');
    this.#at += counted[0].length;
    return { least, most };
  }

  #one(): PatternTree {
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#set() };
      case '.':
        return { kind: 'set', set: { ranges: lineEnds, negated: true } };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
        throw this.#wrong('has nothing to repeat');
      default:
        return single(character.charCodeAt(0));
    }
  }

  #group(): PatternTree {
    if (this.#takes('?')) {
      const name = /^(?::|<[A-Za-z_]\w*>)/.exec(this.#text.slice(this.#at));
      if (name === null) throw this.#wrong('looks ahead or behind, which is not taken');
      this.#at += name[0].length;
    }
    const tree = this.#either();
    if (!this.#takes(')')) throw this.#wrong('has a ( without its )');
    return tree;
  }

  #escaped(): PatternTree {
    const letter = this.#text[this.#at] ?? '';
    const what = Object.hasOwn(assertions, letter) ? assertions[letter] : undefined;
    if (what !== undefined) {
      this.#at += 1;
      return { kind: 'assert', what };
    }
    const set = this.#classOf(letter);
    return set === undefined ? single(this.#character()) : { kind: 'set', set };
  }

  #classOf(letter: string): CharacterSet | undefined {
    if (!Object.hasOwn(classes, letter)) return undefined;
    this.#at += 1;
    return classes[letter];
  }

  /** The unit behind a backslash. */
  #character(): number {
    const letter = this.#text[this.#at] ?? '';
    if (letter === '') throw this.#wrong('ends with a backslash');
    if (/[1-9kpP]/.test(letter)) throw this.#wrong(`has \\${letter}, which is not taken`);
    const coded = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(this.#text.slice(this.#at, this.#at + 5));
    this.#at += coded?.[0].length ?? 1;
    if (coded !== null) return Number.parseInt(coded[1] ?? coded[2] ?? '0', 16);
    return Object.hasOwn(controls, letter) ? (controls[letter] ?? 0) : letter.charCodeAt(0);
  }

  #set(): CharacterSet {
    const negated = this.#takes('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#takes(']')) {
      if (this.#at >= this.#text.length) throw this.#wrong('has a [ without its ]');
      const first = this.#member(ranges);
      if (first === undefined) continue;
      if (!this.#sees('-') || this.#text[this.#at + 1] === ']') {
        ranges.push([first, first]);
        continue;
      }
      this.#at += 1;
      const last = this.#member(ranges);
      if (last === undefined || last < first) throw this.#wrong('has a range whose ends are the wrong way round');
      ranges.push([first, last]);
    }
    return { ranges, negated };
  }

  /** One unit of a set; a class such as \d goes into the ranges at once. */
  #member(ranges: (readonly [number, number])[]): number | undefined {
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (character !== '\\') return character.charCodeAt(0);
    if (this.#takes('b')) return 8;
    const set = this.#classOf(this.#text[this.#at] ?? '');
    if (set === undefined) return this.#character();
    ranges.push(...(set.negated ? others(set.ranges) : set.ranges));
    return undefined;
  }

  #sees(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  #takes(character: string): boolean {
    const sees = this.#sees(character);
    if (sees) this.#at += 1;
    return sees;
  }

  #wrong(message: string): PatternProblem {
    return new PatternProblem(`${message} (at character ${this.#at + 1})`);
  }
}

const single = (unit: number): PatternTree => ({ kind: 'set', set: { ranges: [[unit, unit]], negated: false } });

const lastUnit = 0xffff;

/** Everything that lies between sorted ranges. */
const others = (ranges: CharacterSet['ranges']): CharacterSet['ranges'] => {
  const found: (readonly [number, number])[] = [];
  let from = 0;
  for (const [first, last] of ranges) {
    if (first > from) found.push([from, first - 1]);
    from = last + 1;
  }
  return from <= lastUnit ? [...found, [from, lastUnit]] : found;
};
