import { afterAll, expect, test } from 'bun:test';
import { getEncoding } from 'js-tiktoken';
import { tokenRuleOf } from '../../core/catalog/models/token-rules.ts';
import { systemClock } from '../memory/system-clock.ts';
import { TokenThread } from './token-thread.ts';

const tokenizer = new TokenThread(systemClock);
afterAll(() => tokenizer.close());

const texts = [
  'The quick brown fox jumps over the lazy dog.',
  'export const sum = (a: number, b: number): number => a + b;',
  '日本語のテキストも数えられます。',
  'A mark such as <|endoftext|> is text here.',
];

test.each([
  ['gpt-4o', 'o200k_base'],
  ['gpt-5-mini', 'o200k_base'],
  ['o3', 'o200k_base'],
  ['gpt-4-turbo', 'cl100k_base'],
  ['gpt-3.5-turbo', 'cl100k_base'],
] as const)('%s is counted as %s counts', async (model, encoding) => {
  const judge = getEncoding(encoding);
  const expected = texts.reduce((sum, text) => sum + judge.encode(text, [], []).length, 0);
  expect(await tokenizer.count({ rule: tokenRuleOf(model), texts })).toBe(expected);
});

test('a family without a public vocabulary is scaled', async () => {
  const gpt = await tokenizer.count({ rule: tokenRuleOf('gpt-4o'), texts });
  const claude = await tokenizer.count({ rule: tokenRuleOf('claude-sonnet-4-5'), texts });
  expect(claude).toBe(Math.round(gpt * 1.22));
});

test('a thread that is ended while it counts answers by the rule of thumb, and the next count starts another', async () => {
  const stuck = new TokenThread(systemClock);
  const counting = stuck.count({ rule: tokenRuleOf('gpt-4o'), texts: ['a'.repeat(350)] });
  stuck.close();
  expect(await counting).toBe(100);
  expect(await stuck.count({ rule: tokenRuleOf('gpt-4o'), texts: ['hello'] })).toBe(1);
  stuck.close();
});

test('a word without an end is counted in good time', async () => {
  const begunMs = performance.now();
  expect(await tokenizer.count({ rule: tokenRuleOf('gpt-4o'), texts: ['a'.repeat(200_000)] })).toBeGreaterThan(20_000);
  expect(performance.now() - begunMs).toBeLessThan(20_000);
}, 30_000);
