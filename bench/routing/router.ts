import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingHeader } from '../../src/core/routing/learned/embedding/embedding-header.ts';
import { readEmbeddingTable } from '../../src/core/routing/learned/embedding/embedding-table.ts';
import { StaticEmbedding } from '../../src/core/routing/learned/embedding/static-embedding.ts';
import type { Embed } from '../../src/core/routing/learned/learned-router.ts';
import { learnedFunctions } from '../../src/core/routing/training/learned-functions.ts';

const table = join(import.meta.dir, '../../src/core/routing/learned/embedding/static-embedding.bin');
const embedding = new StaticEmbedding(readEmbeddingTable(embeddingHeader, new Uint8Array(readFileSync(table))));
/** A text is asked about in every fold and seed. */
const remembered = new Map<string, Float32Array>();

/** What is measured: the router as it ships. */
export const functions = learnedFunctions;
export const embed: Embed = (text) => {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const vector = embedding.embed(text);
  remembered.set(text, vector);
  return vector;
};
