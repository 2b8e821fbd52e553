import { describe, expect, test } from 'bun:test';
import { factsOfPrompt } from '../query-facts-of.ts';
import type { TrainingTable } from '../training-table.ts';
import { answerKind } from './answer-kind.ts';
import { withCascade } from './cascade-column.ts';
import { sameAnswer } from './same-answer.ts';

describe('which answers can be compared', () => {
  test.each([
    ['What is it?\nA. one\nB. two\nC. three', 'multiple-choice'],
    ['How many apples are left?', 'number'],
    ['Write a SQL query that lists all users', 'sql'],
    ['Is water wet? Answer with yes or no.', 'short-text'],
    ['Write a poem about the sea', undefined],
  ] as const)('%j wants %p', (prompt, kind) => {
    expect(answerKind(factsOfPrompt(prompt))).toBe(kind);
  });

  test('JSON is told by the form that is asked for, and calls of tools are not compared', () => {
    const facts = factsOfPrompt('List three colours');
    expect(answerKind({ ...facts, form: 'json-schema' })).toBe('json');
    expect(answerKind({ ...facts, form: 'json', toolNames: ['look'] })).toBeUndefined();
  });
});

test.each([
  ['multiple-choice', 'The answer is (B).', 'Let me see... **B**', true],
  ['multiple-choice', 'B', 'Answer: C', false],
  ['multiple-choice', 'I cannot say', 'I cannot say', false],
  ['number', 'So the total is $1,200.', 'The answer is 1200.00', true],
  ['number', '12 apples', '13 apples', false],
  ['json', '{"a": 1, "b": [2]}', '```json\n{ "b": [2], "a": 1 }\n```', true],
  ['json', '{"a": 1}', '{"a": "1"}', false],
  ['json', 'not json', 'not json', false],
  ['sql', 'SELECT a, b FROM t;', 'select a,b\nfrom t', true],
  ['sql', "select * from t where n = 'A'", "select * from t where n = 'a'", false],
  ['short-text', 'Yes.', 'yes', true],
  ['short-text', '', '', false],
] as const)('as %s, %j and %j agree: %p', (kind, one, other, agree) => {
  expect(sameAnswer(one, other, kind)).toBe(agree);
});

test('a cascade pays for every call it makes and has the score of the answer it gives', () => {
  const row = { id: '1', facts: factsOfPrompt('x'), scores: [1, 0, 0.5], costs: [1, 2, 10] };
  const table: TrainingTable = { models: ['a', 'b', 'strong'], rows: [row, { ...row, id: '2' }] };
  const cascade = { name: 'cascade', first: 0, second: 1, strong: 2 };
  const { models, rows } = withCascade(table, cascade, ({ id }) => id === '1');
  expect(models.at(-1)).toBe('cascade');
  expect(rows.map(({ scores, costs }) => [scores.at(-1), costs?.at(-1)])).toEqual([
    [1, 3],
    [0.5, 13],
  ]);
});
