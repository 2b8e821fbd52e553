import { describe, expect, test } from 'bun:test';
import { Dice } from '../../dice.ts';
import { readArtefact } from '../artefact/read-artefact.ts';
import { decide } from '../decide.ts';
import { predict } from '../predict.ts';
import { factsOfPrompt } from '../query-facts-of.ts';
import { ruleOf } from '../rule-of.ts';
import type { TrainingTable } from '../training-table.ts';
import { train } from './train.ts';

const starts = ['Please', 'Hello,', 'Could you', 'I need this today:', 'Task:', 'Quick question.'];
const code = [
  'write a python function that parses a csv file',
  'fix the bug in this javascript class',
  'implement an algorithm that sorts an array',
  'refactor this method so that it returns a list',
  'why does my rust program not compile',
];
const law = [
  'is this contract clause enforceable in court',
  'what can the plaintiff claim from the defendant',
  'explain the statute on tort liability',
  'does a tenant have the right to end the lease',
  'summarise the legal evidence in this trial',
];

/** A is right on code, B on law; every tenth label is wrong. */
const rowsOf = (count: number, seed: string, rule: 'known' | 'shuffled' = 'known'): TrainingTable => {
  const dice = new Dice(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(dice.next() * list.length)] ?? '';
  const rows = Array.from({ length: count }, (_, index) => {
    const isCode = dice.next() < 0.5;
    const text = `${pick(starts)} ${pick(isCode ? code : law)} number ${Math.floor(dice.next() * 1000)}`;
    const right = rule === 'known' ? isCode !== dice.next() < 0.1 : dice.next() < 0.5;
    return {
      id: `${index}`,
      task: isCode ? 'code' : 'law',
      facts: factsOfPrompt(text),
      scores: right ? [1, 0] : [0, 1],
      costs: [0.001, 0.004],
    };
  });
  return { models: ['a', 'b'], rows };
};

const pool = [{ id: 'a' }, { id: 'b' }];

describe('training', () => {
  test('thirty rows of a plain rule are enough to follow it on five hundred others', () => {
    const artefact = train(rowsOf(30, 'thirty'), { seed: 1 });
    const { rows } = rowsOf(500, 'others');
    const right = rows.filter(({ facts, task }) => {
      const { model } = decide(predict({ facts }, pool, artefact), { lambda: Infinity });
      return model === (task === 'code' ? 'a' : 'b');
    });
    expect(artefact.stage).toBe('neighbours');
    expect(right.length).toBeGreaterThanOrEqual(450);
  });

  test('labels without a rule teach no difference', () => {
    const artefact = train(rowsOf(300, 'noise', 'shuffled'), { seed: 1 });
    const { rows } = rowsOf(200, 'others');
    const spreads = rows.map(({ facts }) => {
      const [a, b] = predict({ facts }, pool, artefact).models;
      return (a?.quality ?? 0) - (b?.quality ?? 0);
    });
    expect(Math.max(...spreads) - Math.min(...spreads)).toBeLessThan(0.25);
  });

  test('a query like those it has seen is more familiar than one unlike them', () => {
    const artefact = train(rowsOf(120, 'familiar'), { seed: 1 });
    const familiarity = (text: string): number => predict({ facts: factsOfPrompt(text) }, pool, artefact).familiarity;
    const [like, unlike] = [
      familiarity(`Please ${code[0]} number 7`),
      familiarity('∑ 12/7 ≤ x²? 9 8 7 6 5\n(A) 1\n(B) 2'),
    ];
    expect(like).toBeGreaterThan(0.5);
    expect(unlike).toBeLessThan(like / 2);
  });

  test('what ships about demanding queries fades with the rows, and is gone at fifteen hundred', () => {
    const dice = new Dice('fading');
    const { models, rows } = rowsOf(60, 'fading');
    const uneven = rows.map((row) => ({ ...row, scores: [dice.next() < 0.7 ? 1 : 0, dice.next() < 0.3 ? 1 : 0] }));
    const embed = () => new Float32Array(256);
    const artefact = train({ models, rows: uneven }, { seed: 1, embed });
    const facts = factsOfPrompt('Prove that √2 is irrational, step by step, and compute 17 * 23 - 4.');
    const lead = (labelledRows: number): number => {
      const [a, b] = predict({ facts, embed }, pool, { ...artefact, labelledRows }).models;
      return (a?.quality ?? 0) - (b?.quality ?? 0);
    };
    const whole = lead(0) - lead(1500);
    expect(Math.abs(whole)).toBeGreaterThan(0.02);
    expect(lead(300) - lead(1500)).toBeCloseTo(whole * 0.8, 9);
    expect(lead(6000)).toBe(lead(1500));
  });

  test('the same table and seed give the same bytes, another seed others', () => {
    const table = rowsOf(120, 'bytes');
    const { bytes } = train(table, { seed: 7 });
    expect(train(table, { seed: 7 }).bytes).toEqual(bytes);
    expect(train(table, { seed: 8 }).bytes).not.toEqual(bytes);
  });

  test('what was written reads back and says the same of every query', () => {
    const artefact = train(rowsOf(120, 'again'), { seed: 1 });
    const again = readArtefact(Uint8Array.from(artefact.bytes));
    const { rows } = rowsOf(20, 'others');
    for (const { facts } of rows) expect(predict({ facts }, pool, again)).toEqual(predict({ facts }, pool, artefact));
    expect(again.curve).toEqual(artefact.curve);
  });

  test('a damaged, foreign or newer file is refused with a word on what to do', () => {
    const { bytes } = train(rowsOf(10, 'few'), { seed: 1 });
    const broken = Uint8Array.from(bytes, (value, at) => (at === bytes.length - 9 ? value ^ 1 : value));
    expect(() => readArtefact(broken)).toThrow('damaged');
    expect(() => readArtefact(bytes.subarray(0, 100))).toThrow('damaged');
    expect(() => readArtefact(new TextEncoder().encode('{"a": 1} and some more'))).toThrow('not a router artefact');
  });

  test('fewer than thirty rows only say how strong a model is, drawn towards what is publicly known', () => {
    const cards = [
      { id: 'a', qualityIndex: 0.8 },
      { id: 'b', qualityIndex: 0.4 },
    ];
    const table: TrainingTable = {
      models: ['a', 'b'],
      rows: rowsOf(3, 'three').rows.map((row) => ({ ...row, scores: [0, 1] })),
    };
    const artefact = train(table, { seed: 1, cards });
    const [a, b] = artefact.models;
    expect(artefact.stage).toBe('prior');
    expect((a?.quality ?? 0) - (b?.quality ?? 0)).toBeGreaterThan(-0.3);
    expect(artefact.learned).toBeUndefined();
  });

  test('a model nobody labelled takes part by its card', () => {
    const artefact = train(rowsOf(120, 'new'), {
      seed: 1,
      cards: [
        { id: 'a', qualityIndex: 0.5 },
        { id: 'b', qualityIndex: 0.5 },
      ],
    });
    const prediction = predict(
      { facts: factsOfPrompt('anything') },
      [...pool, { id: 'new', qualityIndex: 0.9 }],
      artefact,
    );
    expect(prediction.models[2]?.quality).toBeGreaterThan(0.75);
    expect(prediction.models[2]?.qualityError).toBeGreaterThan(prediction.models[0]?.qualityError ?? 1);
  });

  test('a target of the best model is met by learning, or by that model itself where nothing was learned', () => {
    const learned = ruleOf({ kind: 'quality', target: 1 }, pool, train(rowsOf(400, 'dial'), { seed: 1 }));
    expect(learned.anchor).toBeUndefined();
    const artefact = train(rowsOf(400, 'dial', 'shuffled'), { seed: 1 });
    const rule = ruleOf({ kind: 'quality', target: 1 }, pool, artefact);
    const best = artefact.models.reduce((one, other) => (other.quality > one.quality ? other : one));
    const chosen = rowsOf(50, 'others').rows.map(({ facts }) => decide(predict({ facts }, pool, artefact), rule).model);
    if (rule.anchor !== undefined) expect(new Set(chosen)).toEqual(new Set([best.model]));
  });

  test('an empty table and one without a score leave an artefact that says nothing', () => {
    expect(train({ models: ['a'], rows: [] }, { seed: 1 }).labelledRows).toBe(0);
    const [row] = rowsOf(1, 'one').rows;
    const table: TrainingTable = {
      models: ['a', 'b'],
      rows: row === undefined ? [] : [{ ...row, scores: [Number.NaN, Number.NaN] }],
    };
    const artefact = train(table, { seed: 1 });
    expect(decide(predict({ facts: factsOfPrompt('x') }, pool, artefact), { lambda: 1 }).model).toBeDefined();
  });
});
