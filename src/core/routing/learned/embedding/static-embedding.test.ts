import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingHeader } from './embedding-header.ts';
import { readEmbeddingTable } from './embedding-table.ts';
import { StaticEmbedding } from './static-embedding.ts';

const file = new Uint8Array(readFileSync(join(import.meta.dir, 'static-embedding.bin')));
const embedding = new StaticEmbedding(readEmbeddingTable(embeddingHeader, file));
const cosine = (one: string, other: string): number => {
  const vector = embedding.embed(other);
  return embedding.embed(one).reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
};

interface Golden {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vec: readonly number[];
}

const golden = readFileSync(join(import.meta.dir, 'golden.fixture.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden);

test('tokens and vectors are those of whoever made the table', () => {
  expect(golden.length).toBeGreaterThan(40);
  for (const { text, ids, vec } of golden) {
    expect([text, embedding.tokens(text)]).toEqual([text, [...ids]]);
    const worst = embedding
      .embed(text)
      .reduce((most, value, at) => Math.max(most, Math.abs(value - (vec[at] ?? 0))), 0);
    expect(worst).toBeLessThanOrEqual(1e-4);
  }
});

test('a paraphrase lies nearer than another subject', () => {
  const question = 'How do I reset my password?';
  expect(cosine(question, 'I forgot my password, how can I change it')).toBeGreaterThan(
    cosine(question, 'Compute the integral of x squared') + 0.3,
  );
});

test('a text without a word is like nothing, and a script the vocabulary lacks says so', () => {
  expect(embedding.embed(' \n').every((value) => value === 0)).toBe(true);
  expect(embedding.known('What is the capital of France?')).toBe(1);
  expect(embedding.known('сколько стоит доставка')).toBeLessThan(0.7);
});

test('a table that is cut off says which part is missing', () => {
  expect(() => readEmbeddingTable(embeddingHeader, file.subarray(0, 400_000))).toThrow('"rows"');
  expect(() => readEmbeddingTable({ ...embeddingHeader, version: 2 }, file)).toThrow('cannot read');
});
