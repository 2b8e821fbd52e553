import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { applicable, exclusion } from './applicable.ts';
import { type Exchange, readExchanges } from './exchange.ts';

/**
 * Chooses the recordings that come with the project: `bun test/corpus/select-quick.ts DIR`. One of every provider, api, streaming and status,
 * then one of every set of tags, the smallest first, until the size is reached.
 */
const wholeLimitBytes = 6_000_000;
const eachLimitBytes = 40_000;

interface Sourced extends Exchange {
  readonly source_repo: string;
  readonly source_commit: string;
  readonly licence: string;
}

const [from = ''] = process.argv.slice(2);
if (from === '') throw new Error('Give the folder of recordings: bun test/corpus/select-quick.ts DIR');

const size = (exchange: Exchange): number => JSON.stringify(exchange).length;

const choose = (exchanges: readonly Sourced[]): readonly Sourced[] => {
  const small = exchanges
    .filter((exchange) => applicable(exchange) !== undefined && exclusion(exchange) === undefined)
    .filter((exchange) => size(exchange) < eachLimitBytes)
    .sort((a, b) => size(a) - size(b));
  const chosen = new Map<string, Sourced>();
  let total = 0;
  const passes: readonly ((exchange: Sourced) => string)[] = [
    ({ provider, api, stream, status }) => [provider, api, stream, status].join(),
    ({ api, stream, status, tags }) => [api, stream, status, ...tags].join(),
  ];
  for (const keyOf of passes) {
    const seen = new Set<string>();
    for (const exchange of small) {
      const key = keyOf(exchange);
      if (seen.has(key) || total > wholeLimitBytes) continue;
      seen.add(key);
      if (!chosen.has(exchange.id)) total += size(exchange);
      chosen.set(exchange.id, exchange);
    }
  }
  return [...chosen.values()];
};

const licences = (exchanges: readonly Sourced[]): string => {
  const counts = new Map<string, number>();
  for (const { source_repo, source_commit, licence } of exchanges) {
    const row = `| ${source_repo} | \`${source_commit}\` | ${licence} |`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([row, count]) => `${row} ${count} |`)
    .join('\n');
};

const target = resolve(import.meta.dir, 'data');
const exchanges = choose(readExchanges(resolve(from), false) as readonly Sourced[]);
rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const provider of new Set(exchanges.map((exchange) => exchange.provider))) {
  const lines = exchanges
    .filter((exchange) => exchange.provider === provider)
    .map((exchange) => `${JSON.stringify(exchange)}\n`);
  writeFileSync(join(target, `${provider}.jsonl.gz`), gzipSync(lines.join(''), { level: 9 }));
}
writeFileSync(
  join(target, 'README.md'),
  `# Recorded provider traffic

Real exchanges with providers, so that a clone alone can replay some. They come from test recordings of the repositories below, scrubbed of keys
and account names; each line names its source (\`source_repo\`, \`source_commit\`, \`source_path\`). The recordings stay under the licence of their
repository; keep this table with any copy. \`expect\` is what a correct reading of the answer is.

Chosen by \`test/corpus/select-quick.ts\`.

| repository | commit | licence | recordings |
|---|---|---|---|
${licences(exchanges)}
`,
);
process.stdout.write(`${exchanges.length} recordings\n`);
