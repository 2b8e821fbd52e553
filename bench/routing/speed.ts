import { quantile } from '../../src/core/routing/evaluation/evidence/bootstrap.ts';
import { factsOfPrompt } from '../../src/core/routing/learned/query-facts-of.ts';
import type { Figures } from './figure.ts';
import { FittedRouter } from './fitted.ts';
import { embed } from './router.ts';
import type { Table } from './tables.ts';

const storedExamples = 10_000;
const candidates = 12;
const measured = 2000;

/** Milliseconds from a prompt to a choice, with ten thousand stored examples and twelve candidates. */
export const measureSpeed = (table: Table, { figures }: { readonly figures: Figures }): void => {
  const models = table.models.slice(0, candidates);
  if (models.length < candidates || table.rows.length === 0) return;
  const rows = Array.from({ length: storedExamples }, (_, index) => {
    const row = table.rows[index % table.rows.length];
    const again = Math.floor(index / table.rows.length);
    const text = `${row?.facts.text ?? ''}${again === 0 ? '' : ` (${again})`}`;
    return { ...row, id: String(index), facts: factsOfPrompt(text), scores: (row?.scores ?? []).slice(0, candidates) };
  }).map(({ costs: _, outputTokens: __, ...row }) => row);
  const begun = performance.now();
  const router = new FittedRouter({ models, rows }, { seed: 0 });
  const add = (name: string, value: number): void => figures.add({ part: 'speed', table: table.name, name, value });
  add('training of 10,000 rows (s)', (performance.now() - begun) / 1000);
  add('artefact (MB)', (router.artefact?.bytes.length ?? 0) / 1e6);
  const rule = router.rule({ kind: 'quality', target: 0.98 });
  const vectorTimes = new Float64Array(measured);
  const times = Float64Array.from({ length: measured }, (_, index) => {
    const text = table.rows[(index * 7) % table.rows.length]?.facts.text ?? '';
    const facts = factsOfPrompt(`${text} ${index}`);
    // Its vector is counted apart, and remembered for the choice.
    const vectorFrom = performance.now();
    embed(facts.text);
    vectorTimes[index] = performance.now() - vectorFrom;
    const from = performance.now();
    router.choose(factsOfPrompt(`${text} ${index}`), rule);
    return performance.now() - from;
  });
  const sorted = times.slice(measured / 4).toSorted();
  for (const [name, share] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const)
    add(`features and decision ${name} (ms)`, quantile(sorted, share));
  add('embedding p50 (ms)', quantile(vectorTimes.toSorted(), 0.5));
};
