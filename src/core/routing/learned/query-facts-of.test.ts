import { expect, test } from 'bun:test';
import { cutText, factsOfPrompt, scriptOf } from './query-facts-of.ts';

test('of a long message its first thousand and last three thousand characters are read', () => {
  const text = cutText(`${'a'.repeat(5000)}${'z'.repeat(5000)}`);
  expect(text).toBe(`${'a'.repeat(1000)}\n${'z'.repeat(3000)}`);
  expect(cutText('short')).toBe('short');
});

test('the script is that of most letters', () => {
  const texts = [
    'Hello',
    'Привет, GPT',
    'مرحبا',
    '你好世界',
    'これは漢字です',
    '안녕하세요',
    'สวัสดี',
    '12 + 3',
    'Ünïcödé',
  ];
  expect(texts.map(scriptOf)).toEqual([
    'latin',
    'cyrillic',
    'arabic',
    'han',
    'kana',
    'hangul',
    'thai',
    'none',
    'latin',
  ]);
});

test('a prompt of a table becomes a first user message', () => {
  const facts = factsOfPrompt('What is 2 + 2?');
  expect(facts).toMatchObject({
    text: 'What is 2 + 2?',
    textCharacters: 14,
    userTurns: 1,
    inputTokens: 4,
    form: 'text',
  });
});
