import { expect, test } from 'bun:test';
import { judge } from '../evaluation/evidence/verdict.ts';
import { decide } from '../learned/decide.ts';
import type { TrainingTable } from '../learned/training-table.ts';
import type { ScoredRow } from '../training-input/scored-rows.ts';
import { crossFitRouter, type RouterFunctions } from './cross-fit-router.ts';
import { outcomeRowsOf, trainingTableOf } from './training-table-of.ts';

const scored = (line: number, told: Partial<ScoredRow> = {}): ScoredRow => ({
  line,
  id: `line ${line}`,
  prompt: `question ${line}`,
  promptCharacters: 400,
  scores: [1, 0],
  costs: [Number.NaN, Number.NaN],
  outputTokens: [100, 50],
  ...told,
});

const cards = [{ id: 'a', inputPerMillion: 10, outputPerMillion: 20 }, { id: 'b' }];

test('a cost that the file does not tell is reckoned from the price and the length of the answer', () => {
  const table = trainingTableOf(
    { models: ['a', 'b'], rows: [scored(2), scored(3, { costs: [0.5, 0.25] })], rejected: [], warnings: [] },
    cards,
  );
  const [first, second] = table.rows;
  expect(first?.costs?.[0]).toBeCloseTo((10 * (first?.facts.inputTokens ?? 0) + 20 * 100) / 1e6, 12);
  expect(first?.costs?.[1]).toBeNaN();
  expect(second?.costs).toEqual([0.5, 0.25]);
  expect(first?.facts.textCharacters).toBe(400);
});

test('a missing cost is the mean of the model, and where a model has none at all everything costs nothing', () => {
  const rows = [scored(2, { costs: [0.2, 0.1] }), scored(3, { costs: [Number.NaN, 0.3] })];
  const table = trainingTableOf({ models: ['a', 'b'], rows, rejected: [], warnings: [] }, []);
  expect(outcomeRowsOf(table).map(({ costs }) => [...Array.from(costs)])).toEqual([
    [0.2, 0.1],
    [0.2, 0.3],
  ]);
  const unpriced = trainingTableOf(
    { models: ['a', 'b'], rows: [scored(2, { costs: [0.2, Number.NaN] })], rejected: [], warnings: [] },
    [],
  );
  expect([...Array.from(outcomeRowsOf(unpriced)[0]?.costs ?? [])]).toEqual([0, 0]);
});

/** Learns for each model the share of rows that hold a word and are right; notes which rows it was shown. */
const wordRouter = (shown: string[][]): RouterFunctions => ({
  train: (table: TrainingTable) => {
    shown.push(table.rows.map(({ id }) => id));
    const mean = (word: boolean, model: number): number => {
      const alike = table.rows.filter(({ facts }) => facts.text.includes('court') === word);
      return alike.reduce((sum, { scores }) => sum + (scores[model] ?? 0), 0) / Math.max(1, alike.length);
    };
    const models = table.models.map((model, index) => ({
      model,
      labels: 0,
      quality: mean(true, index),
      scatter: 0.1,
      cost: mean(false, index),
      outputTokens: 0,
      qualityIndex: Number.NaN,
    }));
    return {
      format: 1,
      seed: 1,
      labelledRows: table.rows.length,
      stage: 'prior',
      models,
      curve: [],
      cues: 0,
      meaning: 0,
      lengthWeights: new Float32Array(0),
      bytes: new Uint8Array(0),
    };
  },
  predict: ({ facts }, pool, artefact) => ({
    familiarity: 1,
    models: pool.map(({ id }) => {
      const summary = artefact?.models.find(({ model }) => model === id);
      const quality = (facts.text.includes('court') ? summary?.quality : summary?.cost) ?? 0;
      return {
        model: id,
        quality,
        qualityError: 0.1,
        cost: 1,
        costPerMillionTokens: 1,
        outputTokens: 1,
        latencyMs: Number.NaN,
      };
    }),
  }),
  ruleOf: () => ({ lambda: Number.POSITIVE_INFINITY }),
  decide,
});

test('every row is foreseen by a router that has seen neither it nor its near-duplicates', () => {
  const shown: string[][] = [];
  const rows = Array.from({ length: 60 }, (_, index) => {
    const law = index % 2 === 0;
    const prompt = law
      ? `the court heard case ${index} about matter ${index * 3}`
      : `sort list ${index} by key ${index * 5}`;
    return scored(index + 2, { id: `r${index}`, prompt, scores: law ? [1, 0] : [0, 1], costs: [1, 1] });
  });
  const twins = rows.map((row) => ({ ...row, id: `${row.id}-twin` }));
  const table = trainingTableOf({ models: ['a', 'b'], rows: [...rows, ...twins], rejected: [], warnings: [] }, []);
  const done: number[] = [];
  const fitted = crossFitRouter(table, {
    functions: wordRouter(shown),
    cards: [],
    seed: 1,
    dial: { kind: 'quality', target: 1 },
    folded: (fold) => done.push(fold),
  });
  expect(done).toEqual([1, 2, 3, 4, 5]);
  fitted.rows.forEach(({ id }, index) => {
    const seen = shown[fitted.folds[index] ?? 0] ?? [];
    expect(seen).not.toContain(id);
    expect(seen).not.toContain(id.endsWith('-twin') ? id.slice(0, -5) : `${id}-twin`);
  });
  expect(judge({ ...fitted, draws: 200 }).word).toBe('better');
});
