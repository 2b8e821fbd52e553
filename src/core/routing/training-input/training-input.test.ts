import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { InputWishes } from './finish-rows.ts';
import { inputLimits } from './input-limits.ts';
import type { ScoredRows } from './scored-rows.ts';
import { TrainingInputError } from './training-input-error.ts';
import { TrainingReader } from './training-reader.ts';

const read = (text: string | Uint8Array, wishes: InputWishes = {}, limits = inputLimits): ScoredRows => {
  const reader = new TrainingReader(wishes, limits);
  reader.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return reader.end();
};

const refusal = (text: string | Uint8Array, wishes: InputWishes = {}, limits = inputLimits): string => {
  try {
    read(text, wishes, limits);
  } catch (error) {
    if (error instanceof TrainingInputError) return error.message;
    throw error;
  }
  return 'taken';
};

const header = 'prompt,openai/gpt-5/score,openai/gpt-5/response,google/gemini/score,google/gemini/response';
const lines = (count: number, row = (index: number): string => `question ${index},1,yes,0.5,no`): string =>
  Array.from({ length: count }, (_, index) => row(index)).join('\n');

test('a file with score and response columns is read, answers only by their length', () => {
  const { models, rows } = read(`${header}\n${lines(25)}\n`);
  expect(models).toEqual(['openai/gpt-5', 'google/gemini']);
  expect(rows[3]).toEqual({
    line: 5,
    id: 'line 5',
    prompt: 'question 3',
    promptCharacters: 10,
    scores: [1, 0.5],
    costs: [Number.NaN, Number.NaN],
    outputTokens: [1, 1],
  });
});

test('a byte order mark, Windows line ends, semicolons, decimal commas, quoted newlines and doubled quotes are read', () => {
  const text = `\uFEFFprompt;a/x/score;b/y/score\r\n${lines(24, () => '"one\nof ""two"" lines";0,5;1\r')}\nlast;1;0`;
  const { rows } = read(text);
  expect(rows[0]?.prompt).toBe('one\nof "two" lines');
  expect(rows[0]?.scores).toEqual([0.5, 1]);
  expect(rows[24]).toMatchObject({ prompt: 'last', scores: [1, 0], line: 50 });
});

test('Chinese and emoji stay what they are, however the bytes are cut', () => {
  const bytes = new TextEncoder().encode(`prompt,a/x/score,b/y/score\n${lines(25, () => '如何退款 🙂,1,0')}`);
  const reader = new TrainingReader({});
  for (const byte of bytes) reader.push(Uint8Array.of(byte));
  expect(reader.end().rows[24]?.prompt).toBe('如何退款 🙂');
});

test('an empty cell is a score that nobody has; a row without any is not used and named by its line', () => {
  const { rows, rejected, warnings } = read(`${header}\nfirst,,,1,a\nsecond,,,,\n,1,a,1,a\nshort,1\n${lines(25)}`);
  expect(rows[0]?.scores).toEqual([Number.NaN, 1]);
  expect(rows[1]).toMatchObject({ prompt: 'short', scores: [1, Number.NaN] });
  expect(rejected).toEqual([
    { line: 3, reason: 'no score' },
    { line: 4, reason: 'no prompt' },
  ]);
  expect(warnings).toEqual(['2 rows were not used: line 3: no score; line 4: no prompt.']);
});

test('24 rows are too few, 25 are enough', () => {
  expect(refusal(`${header}\n${lines(24)}`)).toBe(
    'line 1, column 1: 24 usable rows; 25 are the minimum, or 3 with "prototype": true',
  );
  expect(read(`${header}\n${lines(25)}`).warnings).toEqual([]);
});

test('three rows make a prototype when one is asked for, with a warning; two do not', () => {
  const { warnings } = read(`${header}\n${lines(3)}`, { prototype: true });
  expect(warnings[0]).toStartWith('A prototype of 3 rows');
  expect(refusal(`${header}\n${lines(2)}`, { prototype: true })).toContain('even a prototype needs 3');
});

test('text where a score belongs is named by line, column and header', () => {
  expect(refusal(`${header}\n"two\nlines",good,a,1,a\n${lines(25)}`)).toBe(
    'line 3, column 8: "openai/gpt-5/score" must be a number, and this cell holds text of 4 characters; leave it empty when there is none',
  );
});

test('infinite scores and NaN are refused', () => {
  expect(refusal(`${header}\na,inf,,1,\nb,1e999,,1,\nc,NaN,,1,\n${lines(25)}`).split('\n')).toEqual([
    expect.stringContaining(
      'line 2, column 3: "openai/gpt-5/score" must be a number, and this cell holds an infinite number',
    ),
    expect.stringContaining(
      'line 3, column 3: "openai/gpt-5/score" must be a number, and this cell holds an infinite number',
    ),
    expect.stringContaining('line 4, column 3: "openai/gpt-5/score" must be a number, and this cell holds NaN'),
  ]);
});

test('a column that stands twice, no prompts, no scores and one model only are refused', () => {
  expect(refusal(`prompt,a/x/score,a/x/score\n`)).toBe(
    'line 1, column 18: the column "a/x/score" stands here a second time',
  );
  expect(refusal(`frage,a/x/score,b/y/score\n`)).toContain('no column holds prompts; name one "prompt"');
  expect(refusal(`prompt,a/x\n`)).toContain('no column holds scores');
  expect(refusal(`prompt,a/x/score\n${lines(25, () => 'q,1')}`)).toContain('there are scores of 1 model');
  expect(refusal('')).toBe('line 1, column 1: the file is empty');
});

test('the pool and the columns must be the same models', () => {
  const file = `${header}\n${lines(25)}`;
  expect(read(file, { models: ['google/gemini', 'openai/gpt-5'] }).rows[0]?.scores).toEqual([0.5, 1]);
  expect(refusal(file, { models: ['openai/gpt-5', 'x/other'] }).split('\n')).toEqual([
    'line 1, column 1: "x/other" has no column "x/other/score"; the file has scores of openai/gpt-5, google/gemini',
    'line 1, column 1: "google/gemini" is not in the pool (openai/gpt-5, x/other)',
  ]);
});

test('a prompt column of another name is found when it is said', () => {
  const file = `frage,a/x/score,b/y/score\n${lines(25, () => 'q,1,0')}`;
  expect(read(file, { promptColumn: 'frage' }).rows).toHaveLength(25);
  expect(refusal(file, { promptColumn: 'question' })).toContain('there is no column "question" (prompt_column)');
});

test('scores of another unit are brought to 0 to 1, and turned around where less is better', () => {
  const rows = lines(25, (index) => `q,${index === 0 ? 2 : 10},6`);
  const file = `prompt,a/x/score,b/y/score\n${rows}`;
  expect(read(file).rows[0]?.scores).toEqual([0, 0.5]);
  expect(read(file, { maximize: false }).rows[0]?.scores).toEqual([1, 0.5]);
  const shares = `prompt,a/x/score,b/y/score\n${lines(25, () => 'q,0.25,0.5')}`;
  expect(read(shares, { maximize: false }).rows[0]?.scores).toEqual([0.75, 0.5]);
});

test("RouterBench's wide table is read with its costs", () => {
  const wide =
    'sample_id,prompt,eval_name,gpt-4,gpt-4|model_response,gpt-4|total_cost,yi,yi|model_response,yi|total_cost,oracle_model_to_route_to';
  const { models, rows } = read(
    `${wide}\n${lines(25, (index) => `mmlu.${index},"a,b",mmlu,1.0,"['A']",0.002,0,"['B']",0.0001,gpt-4`)}`,
  );
  expect(models).toEqual(['gpt-4', 'yi']);
  expect(rows[0]).toMatchObject({ id: 'mmlu.0', task: 'mmlu', prompt: 'a,b', scores: [1, 0], costs: [0.002, 0.0001] });
});

test('JSON Lines are read, with prompts or with messages', () => {
  const one = { id: 7, task: 't', prompt: 'q', scores: { a: 1, b: null }, costs: { a: 0.5 }, output_tokens: { a: 9 } };
  const other = {
    messages: [
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: [{ type: 'text', text: 'second' }] },
    ],
    scores: { b: true },
  };
  const { models, rows } = read(lines(26, (index) => JSON.stringify(index % 2 === 0 ? one : other)));
  expect(models).toEqual(['a', 'b']);
  expect(rows[0]).toMatchObject({ id: '7', task: 't', prompt: 'q', scores: [1, Number.NaN], costs: [0.5, Number.NaN] });
  expect(rows[1]).toMatchObject({ prompt: 'second', system: 'be kind', scores: [Number.NaN, 1] });
});

test('a line that is no JSON, and a score that is no number, are named by line and column', () => {
  expect(refusal('{"prompt": "a", "scores": {"x": 1}\n')).toStartWith('line 1, column 35: the line is not JSON');
  expect(refusal('{"prompt":"a","scores":{"x":"good"}}\n')).toBe(
    'line 1, column 25: scores."x" must be a number, not text',
  );
});

test('a quote that is never closed is named where it was opened, before it has filled the memory', () => {
  expect(refusal(`${header}\na,1,"never closed\n${lines(25)}`)).toBe(
    'line 2, column 5: a quote is opened here and never closed',
  );
  const bomb = `${header}\n"${'x'.repeat(5000)}`;
  expect(refusal(bomb, {}, { ...inputLimits, cellBytes: 1000 })).toStartWith(
    'line 2, column 1: a cell has more than 1000 bytes',
  );
});

test('too many bytes, rows and columns are refused', () => {
  expect(refusal(`${header}\n${lines(9)}`, {}, { ...inputLimits, bytes: 200 })).toContain(
    'the file has more than 200 bytes',
  );
  expect(refusal(`${header}\n${lines(30)}`, {}, { ...inputLimits, rows: 26 })).toContain('there are more than 26 rows');
  expect(refusal(','.repeat(2000))).toContain('a row has more than 1000 cells');
  expect(refusal(`${header}\na,1,b,1,c,d`)).toStartWith('line 2, column 11: this row has 6 cells and the first line 5');
});

test('UTF-16 and broken UTF-8 are named', () => {
  expect(refusal(Uint8Array.of(0xff, 0xfe, 0x70, 0, 0x0a, 0))).toContain('the file is not UTF-8');
  const broken = [...new TextEncoder().encode('prompt,a/x/score,b/y/score\n'), 0xc3, 0x28, 0x2c, 0x31, 0x2c, 0x31];
  expect(refusal(Uint8Array.from(broken))).toBe(
    'line 2, column 1: the cell is not UTF-8; save the file as "CSV UTF-8"',
  );
});

test('any cells come back from a file that was written by the rules, however it is cut', () => {
  const cellText = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', ' ', 'é', '語') });
  fc.assert(
    fc.property(
      fc.array(cellText, { minLength: 25, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (prompts, size) => {
        const body = prompts.map((prompt) => `"x${prompt.replaceAll('"', '""')}",1,0`).join('\n');
        const bytes = new TextEncoder().encode(`prompt,a/x/score,b/y/score\n${body}`);
        const reader = new TrainingReader({});
        for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
        expect(reader.end().rows.map(({ prompt }) => prompt)).toEqual(prompts.map((prompt) => `x${prompt}`));
      },
    ),
    { numRuns: 100 },
  );
});
