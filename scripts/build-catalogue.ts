// Makes the catalogue of models out of the four sources: `npm run catalogue -- --sources DIR`. The same sources give the same file.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CatalogueSource, checkedText, joinCatalogue } from '../src/core/catalog/models/catalogue-file.ts';
import { writeModel } from '../src/core/catalog/models/model-line.ts';
import { mergeModel } from './catalogue/merge.ts';
import type { Quote } from './catalogue/quote.ts';
import { readGenai } from './catalogue/read-genai.ts';
import { readLitellm } from './catalogue/read-litellm.ts';
import { readModelsDev } from './catalogue/read-models-dev.ts';
import { readPortkey } from './catalogue/read-portkey.ts';
import { disagreementReport, summary } from './catalogue/report.ts';

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

const folder = option('sources');
if (folder === undefined) {
  process.stderr.write(
    'Usage: npm run catalogue -- --sources DIR [--day YYYY-MM-DD]\nDIR holds models-dev.json.gz, genai-prices.json.gz, litellm-model-prices.json.gz and portkey-models.json.gz.\n',
  );
  process.exit(2);
}
/** The day the newest of the sources is of. */
const made = option('day') ?? '2026-08-22';
const root = join(import.meta.dir, '..');

const read = (name: string): unknown =>
  JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString());
const modelsDev = read('models-dev');
const portkey = read('portkey-models');

const commitOf = (source: unknown): string => (source as { readonly commit: string }).commit;
const sources: readonly CatalogueSource[] = [
  {
    name: 'models.dev',
    origin: 'https://github.com/anomalyco/models.dev',
    commit: commitOf(modelsDev),
    licence: 'MIT',
    copyright: 'Copyright (c) 2025 models.dev',
  },
  {
    name: 'genai-prices',
    origin: 'https://github.com/pydantic/genai-prices',
    commit: '47df840a',
    licence: 'MIT',
    copyright: 'Copyright (c) Pydantic Services Inc. 2025 to present',
  },
  {
    name: 'litellm',
    origin: 'https://github.com/BerriAI/litellm (model_prices_and_context_window.json)',
    licence: 'MIT',
    copyright: 'Copyright (c) 2023 Berri AI, Copyright (c) 2026 LiteLLM Labs',
  },
  {
    name: 'portkey',
    origin: 'https://github.com/Portkey-AI/models',
    commit: commitOf(portkey),
    licence: 'MIT',
    copyright: 'Copyright (c) 2025 Portkey.ai',
  },
];

const named: readonly Quote[] = [
  ...readModelsDev(modelsDev),
  ...readLitellm(read('litellm-model-prices')),
  ...readPortkey(portkey),
].map(inFull);

/** One host names its models by a path that some sources leave out. */
function inFull(quote: Quote): Quote {
  return quote.provider === 'fireworks' && !quote.id.includes('/')
    ? { ...quote, id: `accounts/fireworks/models/${quote.id}` }
    : quote;
}

/** Providers whose whole offer one source lists. */
const covered: ReadonlySet<string> = new Set(
  named.filter(({ source }) => source === 'models.dev').map(({ provider }) => provider),
);

const ids = new Map<string, Set<string>>();
for (const { provider, id } of named) ids.set(provider, (ids.get(provider) ?? new Set()).add(id));
const quotes = [...named, ...readGenai(read('genai-prices'), made, ids)];

const merged = [...Map.groupBy(quotes, ({ provider, id }) => `${provider}/${id}`)]
  .toSorted(([one], [other]) => (one < other ? -1 : 1))
  .flatMap(([, group]) => mergeModel(firstOfEachSource(group), covered) ?? []);

/** A source may name one model twice under two keys; the first counts, with what the second alone knows left out. */
function firstOfEachSource(group: readonly Quote[]): readonly Quote[] {
  return group.filter((quote, index) => group.findIndex(({ source }) => source === quote.source) === index);
}

const models = merged.map(({ model }) => model);
const body = models
  .map((model) => `${writeModel(model)}\n`)
  .toSorted()
  .join('');
const unsigned = {
  format: 'sluice-catalogue',
  version: 1,
  made,
  models: models.length,
  priced: models.filter(({ price }) => price !== undefined).length,
  sha256: '',
  sources,
} as const;
const sha256 = createHash('sha256')
  .update(checkedText({ header: unsigned, body }))
  .digest('hex');
const file = join(root, 'src/core/catalog/models/models.tsv');
writeFileSync(file, joinCatalogue({ header: { ...unsigned, sha256 }, body }));

const disagreements = merged.flatMap((entry) => entry.disagreements);
writeFileSync(join(root, 'docs/price-disagreements.tsv'), disagreementReport(disagreements));
for (const line of summary(models, disagreements)) process.stdout.write(`${line}\n`);
