import { expect, test } from 'bun:test';
import type { ChoiceRule, Dial } from './choice.ts';
import { decide } from './decide.ts';
import type { ModelCard } from './model-card.ts';
import { predict } from './predict.ts';
import { factsOfPrompt } from './query-facts-of.ts';
import { ruleOf } from './rule-of.ts';

const pool: readonly ModelCard[] = [
  { id: 'small', qualityIndex: 0.5, inputPerMillion: 0.1, outputPerMillion: 0.4 },
  { id: 'middle', qualityIndex: 0.7, inputPerMillion: 1, outputPerMillion: 4 },
  { id: 'large', qualityIndex: 0.8, inputPerMillion: 5, outputPerMillion: 25 },
];

test.each([
  [{ kind: 'willingness-to-pay', dollars: 0.1 }, { lambda: 1 }],
  [
    { kind: 'max-cost', dollars: 0.02 },
    { lambda: Infinity, maxCost: 0.02 },
  ],
  [
    { kind: 'max-cost-per-million', dollars: 3 },
    { lambda: Infinity, maxCostPerMillionTokens: 3 },
  ],
  [{ kind: 'slider', at: 0 }, { lambda: Infinity }],
  [{ kind: 'slider', at: 10 }, { lambda: 0 }],
  [{ kind: 'cost-tier', tier: 'max' }, { lambda: Infinity }],
  [
    { kind: 'quality-floor', floor: 0.7 },
    { lambda: 0, qualityFloor: 0.7 },
  ],
  [
    { kind: 'quality-floor', floor: { asGoodAs: 'middle' } },
    { lambda: 0, qualityFloor: 0.7 },
  ],
  [
    { kind: 'budget', dollarsPerThousand: 2 },
    { lambda: Infinity, maxCost: 0.002 },
  ],
  [
    { kind: 'quality', target: 0.95 },
    { lambda: 0, qualityFloor: 0.76 },
  ],
] satisfies readonly (readonly [Dial, ChoiceRule])[])('%j is the rule %j', (dial: Dial, rule: ChoiceRule) => {
  expect(ruleOf(dial, pool)).toEqual(rule);
});

test('the further the slider stands at cost, the less is paid', () => {
  const query = { facts: factsOfPrompt('Explain how a transformer works') };
  const costs = Array.from({ length: 11 }, (_, at) => {
    const decision = decide(predict(query, pool), ruleOf({ kind: 'slider', at }, pool));
    return decision.ranked[0]?.cost ?? 0;
  });
  expect(costs).toEqual([...costs].sort((one, other) => other - one));
  expect([costs[0], costs[10]]).toEqual([Math.max(...costs), Math.min(...costs)]);
});

test('words mean places on the slider, and latency gives seconds a price', () => {
  const same = (one: Dial, other: Dial): void => expect(ruleOf(one, pool)).toEqual(ruleOf(other, pool));
  same({ kind: 'tradeoff', word: 'cost' }, { kind: 'slider', at: 7 });
  same({ kind: 'cost-tier', tier: 'low' }, { kind: 'slider', at: 9 });
  expect(ruleOf({ kind: 'tradeoff', word: 'latency' }, pool).latencyPrice).toBeGreaterThan(0);
});

test('a dial out of range is refused by name', () => {
  const slider: Dial = { kind: 'slider', at: 11 };
  expect(() => ruleOf(slider, pool)).toThrow('"slider" must be a number from 0 to 10; it is 11.');
  expect(() => ruleOf({ kind: 'willingness-to-pay', dollars: Number.NaN }, pool)).toThrow('"willingness_to_pay"');
  expect(() => ruleOf({ kind: 'quality-floor', floor: { asGoodAs: 'nobody' } }, pool)).toThrow('"nobody"');
});
