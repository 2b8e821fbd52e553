import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

/** What whoever made the table says of some texts; it lies beside a checkout, and does not ship. */
const goldenFile =
  process.env['SLUICE_EMBEDDING_GOLDEN'] ??
  resolve(import.meta.dir, '../../../../../../shared/data/embedding/golden.jsonl');
const absent = !existsSync(goldenFile);
const reason = absent ? ' (skipped: no vectors to compare with; set SLUICE_EMBEDDING_GOLDEN)' : '';

test.skipIf(absent)(`tokens and vectors are those of whoever made the table${reason}`, () => {
  const golden = readFileSync(goldenFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Golden);
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
