import { expect, test } from 'bun:test';
import type { ChoiceRule } from './choice.ts';
import { decide } from './decide.ts';
import type { ModelPrediction, QueryPrediction } from './prediction.ts';

const model = (name: string, quality: number, cost: number, rest: Partial<ModelPrediction> = {}): ModelPrediction => ({
  model: name,
  quality,
  qualityError: 0.05,
  cost,
  costPerMillionTokens: cost * 1000,
  outputTokens: 100,
  latencyMs: Number.NaN,
  ...rest,
});

const pool = [model('small', 0.6, 0.001), model('middle', 0.75, 0.004), model('large', 0.8, 0.02)];
const of = (models: readonly ModelPrediction[]): QueryPrediction => ({ models, familiarity: 1 });
const chosen = (rule: ChoiceRule, models: readonly ModelPrediction[] = pool): string | undefined =>
  decide(of(models), rule).model;

test('what a point of quality is worth moves the choice from the cheapest to the best', () => {
  expect([0, 0.01, 0.1, 1, Infinity].map((lambda) => chosen({ lambda }))).toEqual([
    'small',
    'small',
    'middle',
    'large',
    'large',
  ]);
});

test('seconds have a price where the rule gives them one', () => {
  const slow = [model('small', 0.6, 0.001, { latencyMs: 500 }), model('large', 0.8, 0.02, { latencyMs: 9000 })];
  expect(chosen({ lambda: 1 }, slow)).toBe('large');
  expect(chosen({ lambda: 1, latencyPrice: 0.1 }, slow)).toBe('small');
});

test('nothing above a cap is chosen, and a cap that leaves nobody says so', () => {
  expect(chosen({ lambda: Infinity, maxCost: 0.01 })).toBe('middle');
  const nobody = decide(of(pool), { lambda: Infinity, maxCost: 0.0001 });
  expect(nobody.model).toBeUndefined();
  expect(nobody.reason).toBe('no-candidate-in-limits');
  expect(nobody.ranked.map(({ dropped }) => dropped)).toEqual(['above-max-cost', 'above-max-cost', 'above-max-cost']);
});

test('a floor that nobody reaches leaves the best there is', () => {
  expect(chosen({ lambda: 0, qualityFloor: 0.7 })).toBe('middle');
  expect(chosen({ lambda: 0, qualityFloor: 0.99 })).toBe('large');
});

test('a prediction that is not a number loses, whatever the rule', () => {
  const broken = [model('broken', Number.NaN, 0), ...pool];
  expect(chosen({ lambda: 1 }, broken)).toBe('large');
  expect(chosen({ lambda: 0 }, [model('unpriced', 0.99, Number.NaN), ...pool])).toBe('small');
  expect(chosen({ lambda: Infinity }, [model('unpriced', 0.99, Number.NaN), ...pool])).toBe('unpriced');
});

test('another than the anchor must be better by the margin', () => {
  const rule = { lambda: 1, margin: 0.05, anchor: 'middle' };
  const decision = decide(of(pool), rule);
  expect([decision.model, decision.reason]).toEqual(['middle', 'within-margin-of-default']);
  expect(chosen({ ...rule, margin: 0.01 })).toBe('large');
});

test('the record is enough to compute the winner again', () => {
  const decision = decide(of(pool), { lambda: 0.1 });
  expect(decide(of(decision.ranked), decision.rule).model).toBe(decision.model);
  expect(decision.ranked.map(({ model: name, dropped }) => [name, dropped])).toEqual([
    ['middle', undefined],
    ['large', 'lower-utility'],
    ['small', 'lower-utility'],
  ]);
  expect(decision.confidence).toBeGreaterThan(0.5);
  expect(decide({ models: pool, familiarity: 0.3 }, { lambda: 0.1 }).familiarity).toBe(0.3);
});
