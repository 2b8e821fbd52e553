import { expect, test } from 'bun:test';
import { HealthBook } from './health-book.ts';
import { ProbeBook } from './probe-book.ts';

test('two failures in a row say that a provider is down, one answer that it is back', () => {
  const probes = new ProbeBook();
  expect([false, true, false, false, false, true].map((well) => probes.told('p', well))).toEqual([
    undefined,
    undefined,
    undefined,
    'went-down',
    undefined,
    'came-back',
  ]);
  expect(probes.isDown('p')).toBe(false);
});

test('a provider that is not probed any more is not known to be down', () => {
  const probes = new ProbeBook();
  probes.told('p', false);
  probes.told('p', false);
  expect(probes.isDown('p')).toBe(true);
  probes.keep(new Set());
  expect(probes.isDown('p')).toBe(false);
});

test('a provider that is back has its circuits tried at once, those of its silence and no others', () => {
  const book = new HealthBook();
  for (const [name, kind] of [
    ['p/m', 'timeout'],
    ['p/spent', 'quota'],
    ['q/m', 'timeout'],
  ] as const)
    for (let call = 0; call < 5; call += 1) book.of(name).begin(0).failed(0, { class: kind });
  const states = (): readonly string[] => ['p/m', 'p/spent', 'q/m'].map((name) => book.of(name).standing(10).state);
  expect(states()).toEqual(['open', 'open', 'open']);
  book.probed('p', false, 1);
  book.probed('p', false, 2);
  book.probed('p', true, 10);
  expect(states()).toEqual(['half-open', 'open', 'open']);
});
