import { readFile } from 'node:fs/promises';
import { embeddingHeader } from '../../core/routing/learned/embedding/embedding-header.ts';
import { readEmbeddingTable } from '../../core/routing/learned/embedding/embedding-table.ts';
import shippedPath from '../../core/routing/learned/embedding/static-embedding.bin' with { type: 'file' };
import { StaticEmbedding } from '../../core/routing/learned/embedding/static-embedding.ts';
import type { Embed } from '../../core/routing/learned/learned-router.ts';

/**
 * The embedding that comes with the program: a few milliseconds and eight megabytes to load. Undefined where the file is missing or damaged: a router goes on
 * with what it reads of a query otherwise.
 */
export const loadShippedEmbedding = async (): Promise<Embed | undefined> => {
  try {
    const embedding = new StaticEmbedding(
      readEmbeddingTable(embeddingHeader, new Uint8Array(await readFile(shippedPath))),
    );
    return (text) => embedding.embed(text);
  } catch {
    return undefined;
  }
};
