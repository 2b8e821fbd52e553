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
