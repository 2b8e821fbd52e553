import type { Dice } from './dice.ts';

/** The bytes cut, flipped, doubled or with others put in. */
export const mutateBytes = (bytes: Uint8Array, dice: Dice): Uint8Array => {
  const at = dice.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + dice.below(20));
  switch (dice.below(5)) {
    case 0:
      return bytes.slice(0, at);
    case 1: {
      const flipped = bytes.slice();
      for (let count = 1 + dice.below(4); count > 0 && bytes.length > 0; count -= 1) {
        const place = dice.below(bytes.length);
        flipped[place] = (flipped[place] ?? 0) ^ (1 << dice.below(8));
      }
      return flipped;
    }
    case 2:
      return join(bytes.subarray(0, to), bytes.subarray(at));
    case 3:
      return join(bytes.subarray(0, at), bytes.subarray(to));
    default:
      return join(bytes.subarray(0, at), dice.pick(insertions), bytes.subarray(at));
  }
};

const insertions = [
  '\n',
  '\n\n',
  '\r',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\\ud800',
  'data: ',
  'event: error\n',
  ': \n',
  '\ufeff',
]
  .map((text) => new TextEncoder().encode(text))
  .concat(Uint8Array.of(0xff), Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0));

const join = (...pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};
