import { expect, test } from 'bun:test';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { Dice } from './dice.ts';
import { fuzzRequest } from './fuzz-requests.ts';
import { fuzzStream } from './fuzz-streams.ts';
import { mutateJson } from './mutate-json.ts';
import { keptBytes, spentMs } from './spent.ts';
import { Tally } from './tally.ts';

const seed = 20_261_124;
const cases = 4000;

/** The short form of `bun qa/fuzz.ts`. */
test.each([
  ['requests', fuzzRequest],
  ['streams', fuzzStream],
] as const)(
  '%s that were mutated end in an answer or a refusal',
  (_name, fuzz) => {
    const tally = new Tally();
    for (let index = 0; index < cases; index += 1) fuzz(seed, index, tally);
    expect(tally.findings).toEqual([]);
    expect(tally.counts.accepted).toBeGreaterThan(cases / 10);
    expect(tally.counts.refused).toBeGreaterThan(cases / 10);
  },
  60_000,
);

test.each<readonly [string, () => never, 'crash' | 'http5xx']>([
  [
    'a bug',
    () => {
      throw new TypeError('undefined is not an object');
    },
    'crash',
  ],
  [
    'a failure of ours',
    () => {
      throw new GatewayError('internal', 'broken');
    },
    'http5xx',
  ],
])('%s is found', (_name, work, kind) => {
  const tally = new Tally();
  tally.run('planted', work);
  expect(tally.counts[kind]).toBe(1);
  expect(tally.findings[0]).toMatchObject({ kind, case: 'planted' });
});

test('what is always slow is found, what was slow once is not', () => {
  const wait = (ms: number): undefined => {
    const end = spentMs() + ms;
    while (spentMs() < end);
    return undefined;
  };
  const slow = new Tally();
  slow.run('planted', () => wait(110));
  expect(slow.counts.slow).toBe(1);
  const busy = new Tally();
  let calls = 0;
  busy.run('planted', () => wait(calls++ === 0 ? 110 : 0));
  expect(busy.counts.slow).toBe(0);
});

test('a codec that works long over one member is found, and waiting for the machine is no work', () => {
  const slow = new Tally();
  slow.run('planted', () => {
    let sum = 0;
    const end = spentMs() + 110;
    while (spentMs() < end) sum += JSON.stringify({ text: 'x'.repeat(100) }).length;
    return sum < 0 ? 'refused' : undefined;
  });
  expect(slow.counts.slow).toBe(1);
  const waiting = new Tally();
  waiting.run('planted', () => {
    Bun.sleepSync(110);
    return undefined;
  });
  expect(waiting.counts.slow).toBe(0);
});

test('what is kept is told from rubbish', () => {
  const before = keptBytes();
  let rubbish = 0;
  for (let index = 0; index < 200; index += 1) rubbish += JSON.stringify({ text: 'x'.repeat(100_000), index }).length;
  expect(rubbish).toBeGreaterThan(20_000_000);
  expect(keptBytes() - before).toBeLessThan(5_000_000);
  const leak = Array.from({ length: 200 }, (_, index) => new Uint8Array(100_000).fill(index));
  expect(keptBytes() - before).toBeGreaterThan(15_000_000);
  expect(leak.length).toBe(200);
});

test('the same seed draws the same mutation, and the body it was drawn from stays whole', () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
  const drawn = Array.from({ length: 200 }, (_, index) => JSON.stringify(mutateJson(body, new Dice(index))));
  expect(Array.from({ length: 200 }, (_, index) => JSON.stringify(mutateJson(body, new Dice(index))))).toEqual(drawn);
  expect(body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
  expect(new Set(drawn).size).toBeGreaterThan(50);
});
