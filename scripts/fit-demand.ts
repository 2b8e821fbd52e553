/**
 * Writes src/core/routing/learned/shipped-demand.ts from public tables of labels: `bun scripts/fit-demand.ts FOLDER`. The folder holds
 * `NAME.jsonl.gz` with rows of `{prompt, s: {model: score}, cont}`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingHeader } from '../src/core/routing/learned/embedding/embedding-header.ts';
import { readEmbeddingTable } from '../src/core/routing/learned/embedding/embedding-table.ts';
import { StaticEmbedding } from '../src/core/routing/learned/embedding/static-embedding.ts';
import { factsOfPrompt } from '../src/core/routing/learned/query-facts-of.ts';
import { fitDemand } from '../src/core/routing/learned/train/fit-demand.ts';
import type { TrainingTable } from '../src/core/routing/learned/training-table.ts';

/** What may be shipped from, each under the Apache License 2.0, with the score that stands for a right answer. */
const sources = { zeroeval: 1, mmlupro: 1, routellm_mmlu: 1, routellm_gsm8k: 1, arenabench: 10 } as const;
const home = join(import.meta.dir, '../src/core/routing/learned');

interface SourceRow {
  readonly id: string;
  readonly prompt: string;
  readonly s: Readonly<Record<string, number>>;
  readonly cont?: number;
}

const tableOf = (folder: string, name: string, full: number): TrainingTable => {
  const packed = readFileSync(join(folder, `${name}.jsonl.gz`));
  const lines = new TextDecoder().decode(Bun.gunzipSync(packed)).trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as SourceRow).filter(({ cont }) => cont !== 1);
  const counts = new Map<string, number>();
  for (const { s } of rows) for (const model of Object.keys(s)) counts.set(model, (counts.get(model) ?? 0) + 1);
  const models = [...counts].filter(([, count]) => count > rows.length * 0.95).map(([model]) => model);
  return {
    models,
    rows: rows.map(({ id, prompt, s }) => ({
      id,
      facts: factsOfPrompt(prompt),
      scores: models.map((model) => (s[model] ?? Number.NaN) / full),
    })),
  };
};

const [folder = '.'] = process.argv.slice(2);
const table = readEmbeddingTable(embeddingHeader, readFileSync(join(home, 'embedding/static-embedding.bin')));
const embedding = new StaticEmbedding(table);
const tables = Object.entries(sources).map(([name, full]) => tableOf(folder, name, full));
const weights = fitDemand(tables, (text) => embedding.embed(text));
const listed = [...weights].map((weight) => Number(weight.toPrecision(4)));
writeFileSync(
  join(home, 'shipped-demand.ts'),
  `/**
 * Made by scripts/fit-demand.ts from public labels: ${Object.keys(sources).join(', ')} (Apache License 2.0; see NOTICE). One weight for
 * each feature of a query.
 */
export const demandWeights = Float32Array.from([
${Array.from({ length: Math.ceil(listed.length / 12) }, (_, line) => `  ${listed.slice(line * 12, line * 12 + 12).join(', ')},`).join('\n')}
]);
`,
);
