import { isArray, isObject, type Json } from '../../src/core/json/json.ts';
import type { Dice } from './dice.ts';

type Draft = { [key: string]: unknown } | unknown[];
type Place = { readonly holder: Draft; readonly key: string | number };

/** Every place in a value, as the object or array that holds it and the key there. */
const places = (value: unknown, found: Place[] = []): Place[] => {
  if (isArray(value))
    for (const [key, item] of value.entries()) {
      found.push({ holder: value as unknown as unknown[], key });
      places(item, found);
    }
  else if (isObject(value))
    for (const key of Object.keys(value)) {
      found.push({ holder: value as { [key: string]: unknown }, key });
      places(value[key], found);
    }
  return found;
};

const at = ({ holder, key }: Place): unknown => (holder as Record<string | number, unknown>)[key];

const put = ({ holder, key }: Place, value: unknown): void => {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
};

const odd: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  -0.5,
  9_007_199_254_740_992,
  1.5,
  '',
  ' ',
  'x',
  '\u0000',
  '\ud800',
  '🙂',
  '"\\',
  'data:image/png;base64,',
  'data:;base64,AA',
  'c2x1aWNlOg==',
  'c2x1aWNlOmdlbWluaTo=',
  '[DONE]',
  '__proto__',
  'constructor',
  'toString',
  [],
  {},
  [[]],
  [null],
  { type: null },
  { '': '' },
];

/** A copy, so that a later mutation does not reach the list. */
const oddValue = (dice: Dice): unknown => structuredClone(dice.pick(odd));

const trapKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
];

const deep = (levels: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

type Mutation = (place: Place, dice: Dice, all: readonly Place[]) => void;

const insertKey = (place: Place, key: string, value: unknown): void => {
  if (isObject(at(place))) put({ holder: at(place) as { [key: string]: unknown }, key }, value);
  else put(place, { [key]: value });
};

const mutations: readonly Mutation[] = [
  // Delete.
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  // Retype, in the many wrong ways.
  (place, dice) => put(place, oddValue(dice)),
  (place, dice) => put(place, oddValue(dice)),
  // Duplicate beside itself.
  (place, dice) => {
    const { holder, key } = place;
    if (Array.isArray(holder)) holder.splice(dice.below(holder.length + 1), 0, structuredClone(at(place)));
    else put({ holder, key: `${key}${dice.below(3)}` }, structuredClone(at(place)));
  },
  // Put another part of the body here.
  (place, dice, all) => put(place, structuredClone(at(dice.pick(all)))),
  // Nest.
  (place) => put(place, [at(place)]),
  (place, dice) => put(place, { [dice.pick(['type', 'text', 'content', 'value'])]: at(place) }),
  (place, dice) => put(place, deep(dice.pick([3, 20, 70]))),
  // Unwrap.
  (place) => {
    const value = at(place);
    const inner = isArray(value) ? value[0] : isObject(value) ? Object.values(value)[0] : JSON.stringify(value);
    put(place, inner ?? null);
  },
  // Names that are traps.
  (place, dice) => insertKey(place, dice.pick(trapKeys), oddValue(dice)),
  (place) => insertKey(place, '__proto__', { polluted: true, stream: true, type: 'text', text: 'x' }),
  // A name of another member.
  (place, dice, all) => insertKey(place, String(dice.pick(all).key), oddValue(dice)),
  // Strings.
  (place, dice) => {
    const value = at(place);
    if (typeof value !== 'string') return put(place, JSON.stringify(value) ?? '');
    const cut = dice.below(value.length + 1);
    put(
      place,
      value.slice(0, cut) + dice.pick(['', '\ud83d', '\u2028', '\n', '\u0000', '💥', '\\u', '%']) + value.slice(cut),
    );
  },
  // Numbers.
  (place, dice) => {
    if (typeof at(place) === 'number') put(place, dice.pick([0, -0, -1, 1e21, 1e-9, 2 ** 53, Number.MAX_VALUE, 0.1]));
  },
];

/** Rare, since they cost: a lot of one thing. */
const floods: readonly Mutation[] = [
  (place, dice) => put(place, 'a'.repeat(dice.pick([10_000, 300_000]))),
  (place, dice) => {
    const { holder } = place;
    const copies = Array.from({ length: dice.pick([300, 3000]) }, () => structuredClone(at(place)));
    if (Array.isArray(holder) && JSON.stringify(at(place))?.length < 300) holder.push(...copies);
  },
  (place, dice) => {
    for (let count = dice.pick([200, 2000]); count > 0; count -= 1) insertKey(place, `k${count}`, count);
  },
  (place) => put(place, deep(2000)),
];

/** The value with one to five things wrong with it. The given value is not touched. */
export const mutateJson = (value: Json, dice: Dice): Json => {
  const whole: { root: unknown } = { root: structuredClone(value) };
  const flooded = dice.chance(0.002);
  for (let count = 1 + dice.below(dice.chance(0.1) ? 5 : 2); count > 0; count -= 1) {
    const all = places(whole);
    const place = dice.pick(all);
    const mutation = flooded && count === 1 ? dice.pick(floods) : dice.pick(mutations);
    mutation(place, dice, all);
    if (whole.root === undefined) whole.root = {};
  }
  return whole.root as Json;
};
