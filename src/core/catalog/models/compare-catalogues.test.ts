import { expect, test } from 'bun:test';
import { compareCatalogues, withOldPrices } from './compare-catalogues.ts';

const today = '2026-08-22';
const line = (name: string, title: string, price: string): string => `${name}\t${title}\t\t\t\tt>t\t\t\t\t${price}\n`;

const changesOf = (before: string, after: string) =>
  compareCatalogues(line('p/a', 'A', before), line('p/a', 'A', after), today).prices;

test('what is new, gone, priced otherwise or described otherwise is told apart', () => {
  const before = line('p/a', 'A', '=m i2 o4') + line('p/b', 'B', '=m i1') + line('p/c', 'C', '');
  const after = line('p/a', 'A', '=m i3 o4') + line('p/c', 'See', '') + line('p/d', 'D', '=m i9');
  expect(compareCatalogues(before, after, today)).toEqual({
    added: ['p/d'],
    removed: ['p/b'],
    prices: [{ model: 'p/a', changes: [{ rate: 'input', before: 2, after: 3 }], jump: false }],
    facts: ['p/c'],
  });
});

test.each([
  ['=m i100', '=m i150', false],
  ['=m i100', '=m i151', true],
  ['=m i100', '=m i50', false],
  ['=m i100', '=m i49', true],
  ['=m i0', '=m i1', true],
  ['=m i100', '', true],
  ['', '=m i100', false],
  ['=m i100', '=m i100 o900', false],
  ['=m i100 :batch i50', '=m i100 :batch i80', true],
  ['=m i100 >200000 i200', '=m i100 >200000 i301', true],
  ['=m i100|@2027-01-01 =m i100', '=m i100|@2027-01-01 =m i300', true],
])('from "%s" to "%s": a jump %p', (before, after, jump) => {
  expect(changesOf(before, after).map((change) => change.jump)).toEqual([jump]);
});

test('a change of who says it is no change of the price', () => {
  expect(changesOf('=m! i100', '=mg i100')).toEqual([]);
});

test('a held model keeps its price and takes its other facts', () => {
  const before = line('p/a', 'A', '=m i1') + line('p/b', 'B', '=m i1');
  const after = line('p/a', 'Aa', '=m i9') + line('p/b', 'Bb', '=m i9');
  expect(withOldPrices(before, after, new Set(['p/a']))).toBe(line('p/a', 'Aa', '=m i1') + line('p/b', 'Bb', '=m i9'));
});
