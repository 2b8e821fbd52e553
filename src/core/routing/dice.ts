/** A stream of numbers in [0, 1). The same seed gives the same stream, so that a decision can be computed again. */
export class Dice {
  #state: number;

  constructor(seed: string) {
    this.#state = hashOf(seed);
  }

  /** SplitMix32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 4_294_967_296;
  }
}

/** FNV-1a. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
};

/** Sixty-four bits that depend on every letter, as text. Not a secret: who can guess the text can tell it. */
export const textHash = (text: string): string => {
  let other = 0x9e3779b9;
  for (let index = text.length - 1; index >= 0; index -= 1)
    other = Math.imul(other ^ text.charCodeAt(index), 0x85ebca6b) ^ (other >>> 13);
  return ((hashOf(text) >>> 0) * 1_048_576 + ((other >>> 0) % 1_048_576)).toString(36);
};

/** Puts things in an order drawn by weight, one after the other without putting back. Those of weight 0 come last, as they stood. */
export const drawOrder = <Thing>(things: readonly Thing[], weight: (thing: Thing) => number, dice: Dice): Thing[] => {
  const left = things.filter((thing) => weight(thing) > 0);
  const order: Thing[] = [];
  let total = left.reduce((sum, thing) => sum + weight(thing), 0);
  while (left.length > 1) {
    let rest = dice.next() * total;
    let index = left.findIndex((thing) => {
      rest -= weight(thing);
      return rest < 0;
    });
    if (index < 0) index = left.length - 1;
    const [drawn] = left.splice(index, 1);
    if (drawn === undefined) break;
    total -= weight(drawn);
    order.push(drawn);
  }
  return [...order, ...left, ...things.filter((thing) => !(weight(thing) > 0))];
};

/**
 * Puts things in an order that depends on the seed and their names alone, so that each comes first for its share of all seeds. Taking one away moves only
 * the seeds for which it came first. Those of weight 0 come last, as they stood.
 */
export const stickyOrder = <Thing>(
  things: readonly Thing[],
  how: { readonly weight: (thing: Thing) => number; readonly name: (thing: Thing) => string; readonly seed: string },
): Thing[] => {
  const scored = things
    .filter((thing) => how.weight(thing) > 0)
    .map((thing) => {
      const drawn = new Dice(`${how.seed}\n${how.name(thing)}`).next();
      return { thing, score: -Math.log(Math.max(drawn, Number.MIN_VALUE)) / how.weight(thing) };
    })
    .sort((one, other) => one.score - other.score)
    .map(({ thing }) => thing);
  return [...scored, ...things.filter((thing) => !(how.weight(thing) > 0))];
};
