import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { unwrapSeal, wrapSeal } from '../../src/core/ir/index.ts';
import { goldenDialects } from '../golden/conversation.ts';
import { seal, text } from './generators.ts';
import { runs } from './runs.ts';

const door = fc.constantFrom(...goldenDialects);

test('a seal that crosses any door finds its way home', () => {
  fc.assert(
    fc.property(fc.oneof(seal, fc.record({ dialect: door, value: text })), door, (sealed, at) => {
      expect(unwrapSeal(wrapSeal(sealed, at), at)).toEqual(sealed);
    }),
    runs(),
  );
});

test('a seal at a foreign door is base64', () => {
  fc.assert(
    fc.property(seal, door, (sealed, at) => {
      if (sealed.dialect !== at) expect(() => atob(wrapSeal(sealed, at))).not.toThrow();
    }),
    runs(),
  );
});

test('text that nobody wrapped belongs to the door and stays as it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((value) => `c2x1aWNl${value}`),
      ),
      door,
      (wire, at) => {
        const read = unwrapSeal(wire, at);
        expect(read).toEqual({ dialect: at, value: wire });
      },
    ),
    runs(),
  );
});
