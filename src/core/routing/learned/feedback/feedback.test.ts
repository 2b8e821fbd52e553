import { describe, expect, test } from 'bun:test';
import { Dice } from '../../dice.ts';
import { decide } from '../decide.ts';
import type { ModelPrediction } from '../prediction.ts';
import { factsOfPrompt } from '../query-facts-of.ts';
import { explore } from './explore.ts';
import { PosteriorBook, usualLimits, type Vote } from './posterior-book.ts';
import { queryCluster } from './query-cluster.ts';
import { stayOrSwitch } from './stay-or-switch.ts';

const vote = (id: string, score: number, more: Partial<Vote> = {}): Vote => ({
  id,
  cluster: 'code',
  model: 'a',
  score,
  weight: 1,
  key: id,
  atMs: 0,
  ...more,
});

const expected = { expected: 0.5, nowMs: 0 };

describe('votes', () => {
  test('move the expectation, count once, and can be taken back', () => {
    const book = new PosteriorBook();
    for (let index = 0; index < 30; index += 1) book.add(vote(`v${index}`, 1));
    expect(book.posterior('code', 'a', expected).mean).toBeCloseTo(35 / 40);
    expect(book.add(vote('v1', 0))).toBe(false);
    expect(book.posterior('code', 'b', expected).mean).toBe(0.5);
    book.reset();
    expect(book.posterior('code', 'a', expected).mean).toBe(0.5);
  });

  test('a thousand hostile votes from one key count for no more than the cap', () => {
    const book = new PosteriorBook();
    for (let index = 0; index < 1000; index += 1) book.add(vote(`v${index}`, 0, { key: 'hostile' }));
    const { mean } = book.posterior('code', 'a', { expected: 0.8, nowMs: 0 });
    expect(mean).toBeCloseTo(8 / (usualLimits.priorVotes + usualLimits.mostOfKey));
  });

  test('lose half their weight in a half-life', () => {
    const book = new PosteriorBook();
    for (let index = 0; index < 10; index += 1) book.add(vote(`v${index}`, 1));
    const { alpha } = book.posterior('code', 'a', { expected: 0.5, nowMs: usualLimits.halfLifeMs });
    expect(alpha).toBeCloseTo(5 + 5);
  });

  test('survive being kept and read again', () => {
    const book = new PosteriorBook();
    for (let index = 0; index < 10; index += 1) book.add(vote(`v${index}`, index % 2));
    const again = new PosteriorBook();
    again.restore(JSON.parse(JSON.stringify(book.state())));
    expect(again.posterior('code', 'a', expected)).toEqual(book.posterior('code', 'a', expected));
    expect(again.add(vote('v3', 1))).toBe(false);
  });
});

const model = (name: string, quality: number, cost = 0.001): ModelPrediction => ({
  model: name,
  quality,
  qualityError: 0.05,
  cost,
  costPerMillionTokens: cost * 1000,
  outputTokens: 100,
  latencyMs: Number.NaN,
});
const decisionOf = (models: readonly ModelPrediction[], lambda = Infinity) =>
  decide({ models, familiarity: 1 }, { lambda });

describe('exploration', () => {
  const flat = { posteriorOf: (_: string, mean: number) => ({ mean, alpha: mean * 10, beta: 10 - mean * 10 }) };

  test('takes no more than its share, none outside the safe band, and says how likely it was', () => {
    const dice = new Dice('explore');
    const decision = decisionOf([model('best', 0.8), model('near', 0.78), model('far', 0.5), model('dear', 0.79, 1)]);
    const counts = new Map<string, number>();
    let propensities = 0;
    for (let request = 0; request < 20_000; request += 1) {
      const taken = explore(decision, { share: 0.5, dice, ...flat });
      counts.set(taken.model ?? '', (counts.get(taken.model ?? '') ?? 0) + 1);
      if (taken.model === 'near') propensities += 1 / taken.propensity;
    }
    expect([...counts.keys()].sort()).toEqual(['best', 'near']);
    expect(counts.get('near') ?? 0).toBeGreaterThan(50);
    expect(counts.get('near') ?? 0).toBeLessThanOrEqual(20_000 * 0.02);
    // Inverse propensities add up to the number of requests: what another rule earns can be reckoned.
    expect(propensities / 20_000).toBeGreaterThan(0.8);
    expect(propensities / 20_000).toBeLessThan(1.2);
  });

  test('with votes on every request the better model is found, and found again after they change places', () => {
    const dice = new Dice('bandit');
    const book = new PosteriorBook({ ...usualLimits, halfLifeMs: 300 });
    const run = (truth: Readonly<Record<string, number>>, from: number, to: number): number => {
      let right = 0;
      for (let now = from; now < to; now += 1) {
        const posterior = (name: string, quality: number) =>
          book.posterior('code', name, { expected: quality, nowMs: now });
        const models = ['a', 'b'].map((name) => model(name, posterior(name, 0.6).mean));
        const taken = explore(decisionOf(models), { share: 0.02, band: 1, dice, posteriorOf: posterior });
        const name = taken.model ?? '';
        if ((truth[name] ?? 0) > 0.5) right += 1;
        const score = dice.next() < (truth[name] ?? 0) ? 1 : 0;
        book.add(vote(`${now}`, score, { model: name, atMs: now, key: `${now % 200}` }));
      }
      return right / (to - from);
    };
    run({ a: 0.9, b: 0.3 }, 0, 1000);
    expect(run({ a: 0.9, b: 0.3 }, 1000, 2000)).toBeGreaterThan(0.95);
    run({ a: 0.3, b: 0.9 }, 2000, 4000);
    expect(run({ a: 0.3, b: 0.9 }, 4000, 5000)).toBeGreaterThan(0.95);
  });
});

test.each([
  ['Fix the bug in this python function', 'code'],
  ['Can the plaintiff sue under this contract?', 'law'],
  ['Сколько будет два плюс два', 'script:cyrillic'],
  ['zzz', 'other'],
] as const)('%j is of the kind %p', (prompt, cluster) => {
  expect(queryCluster(factsOfPrompt(prompt))).toBe(cluster);
});

describe('a conversation', () => {
  const facts = { ...factsOfPrompt('and now?'), userTurns: 3, prefixTokens: 100_000 };
  const pool = [{ id: 'pinned' }, { id: 'other', inputPerMillion: 3, cachedInputPerMillion: 0.3 }];
  const models = [model('pinned', 0.7, 0.03), model('other', 0.9, 0.03)];

  test('stays while tools are at work and when its reasoning is sealed', () => {
    const decision = decisionOf(models);
    expect(decision.model).toBe('other');
    const inLoop = stayOrSwitch(decision, { pinned: 'pinned', pool, facts: { ...facts, insideToolLoop: true } });
    expect([inLoop.model, inLoop.reason]).toEqual(['pinned', 'pinned']);
    expect(stayOrSwitch(decision, { pinned: 'pinned', pool, facts, sealed: true }).model).toBe('pinned');
    expect(stayOrSwitch(decision, { pinned: 'pinned', pool, facts }).model).toBe('other');
  });

  test('changes only when what is gained pays for the prefix', () => {
    const session = { pinned: 'pinned', pool, facts };
    expect(stayOrSwitch(decisionOf(models, 1), session).model).toBe('pinned');
    expect(stayOrSwitch(decisionOf(models, 10), session).model).toBe('other');
  });

  test('leaves a model that is gone', () => {
    expect(stayOrSwitch(decisionOf([model('other', 0.5)]), { pinned: 'pinned', pool, facts }).model).toBe('other');
  });
});
