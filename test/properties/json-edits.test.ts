import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { applyEdits, type Edit, type Path } from '../../src/core/json/edit.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/core/json/json.ts';
import { patchJson } from '../../src/core/json/span-patch.ts';
import { json } from './generators.ts';
import { runs } from './runs.ts';

const body = fc.dictionary(fc.constantFrom('model', 'messages', 'n', 'a"b', 'ключ', 'toString'), json, { maxKeys: 5 });

/** Every place in a value, and one beside each. */
const paths = (value: Json | undefined, path: Path = []): readonly Path[] => {
  const here = path.length === 0 ? [] : [path];
  if (isArray(value))
    return [...here, [...path, value.length], ...value.flatMap((item, index) => paths(item, [...path, index]))];
  if (!isObject(value)) return here;
  return [...here, [...path, 'added'], ...Object.keys(value).flatMap((key) => paths(value[key], [...path, key]))];
};

interface Draw {
  readonly op: Edit['op'];
  readonly at: number;
  readonly value: Json;
}
const draw: fc.Arbitrary<Draw> = fc.record({
  op: fc.constantFrom('set', 'remove', 'rename'),
  at: fc.nat(),
  value: json,
});

/** Edits of places that are there when their turn comes. */
const editsOf = (start: JsonObject, draws: readonly Draw[]): readonly Edit[] => {
  const edits: Edit[] = [];
  let current = start;
  for (const { op, at, value } of draws) {
    const places = paths(current);
    const path = places[at % places.length];
    if (path === undefined) continue;
    const edit: Edit =
      op === 'set' ? { op, path, value } : op === 'remove' ? { op, path } : { op, path, to: 'renamed' };
    if (edit.op === 'rename' && typeof path.at(-1) === 'number') continue;
    edits.push(edit);
    current = applyEdits(current, [edit]);
  }
  return edits;
};

const patched = (text: string, edits: readonly Edit[]): string =>
  new TextDecoder().decode(patchJson(new TextEncoder().encode(text), edits));

test('edits in the bytes mean what edits in the parsed value mean', () => {
  fc.assert(
    fc.property(body, fc.array(draw, { maxLength: 4 }), fc.constantFrom(0, 1, 2), (value, draws, indent) => {
      const edits = editsOf(value, draws);
      const text = JSON.stringify(value, null, indent);
      expect(JSON.parse(patched(text, edits))).toEqual(JSON.parse(JSON.stringify(applyEdits(value, edits))));
    }),
    runs(),
  );
});

test('bytes that no edit touches stay as they were sent', () => {
  fc.assert(
    fc.property(body, json, (value, other) => {
      const kept = JSON.stringify(value, null, 3);
      const text = `{ "first" : 1.50e2 ,\n\t"target":${JSON.stringify(other)} , "rest" :${kept} }`;
      expect(patched(text, [{ op: 'set', path: ['target'], value: 'x' }])).toBe(
        `{ "first" : 1.50e2 ,\n\t"target":"x" , "rest" :${kept} }`,
      );
      expect(patched(text, [{ op: 'rename', path: ['target'], to: 'other' }])).toBe(
        text.replace('"target"', '"other"'),
      );
      const removed = patched(text, [{ op: 'remove', path: ['target'] }]);
      expect(removed.startsWith('{ "first" : 1.50e2')).toBe(true);
      expect(removed.endsWith(`"rest" :${kept} }`)).toBe(true);
    }),
    runs(),
  );
});

test('a member named __proto__ is a member like any other', () => {
  const text = '{"__proto__":{"polluted":true},"a":1,"b":2}';
  const edits: readonly Edit[] = [{ op: 'remove', path: ['a'] }];
  const applied = applyEdits(JSON.parse(text) as JsonObject, edits);
  expect(applied['polluted']).toBeUndefined();
  expect(JSON.stringify(applied)).toBe(patched(text, edits));
});
