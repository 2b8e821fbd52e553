import { emptyCatalogue, type ModelCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import { listedModels, type Naming } from '../../core/catalog/names/name-index.ts';
import { dayOf, retirementOf } from '../../core/catalog/names/retirement.ts';
import { type PriceUnit, type PriceVersion, priceOn } from '../../core/money/price.ts';
import type { Loaded } from '../gateway-settings.ts';
import { configPath } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';
import { providerRow, providerTable } from './provider-row.ts';

export const listProviders = (given: Given, terminal: Terminal): Promise<number> =>
  list(given, terminal, { rows: ({ providers }) => providers.map(providerRow), lines: providerTable });

/** What can be called, and what the catalogue knows of it. As JSON, prices are the catalogue's: whole nano-dollars (docs/catalogue.md). */
export const listModels = (given: Given, terminal: Terminal): Promise<number> =>
  list(given, terminal, {
    rows: ({ config, providers, models = emptyCatalogue }) => {
      const today = dayOf(Date.now());
      const naming: Naming = { providers, models, aliases: config.aliases };
      return listedModels(naming, today).map((name) => modelRow(name, models, today));
    },
    lines: (rows) => rows.map(modelLine),
  });

const modelRow = (name: string, models: ModelCatalogue, today: string) => {
  const slash = name.indexOf('/');
  const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
  const info = models.find(provider, model);
  const { price: versions, ...facts } = info ?? {};
  const retiresOn = retirementOf(provider, model, info);
  const price = versions === undefined ? undefined : priceOn(versions, today);
  return {
    ...facts,
    id: name,
    provider,
    model,
    ...(info?.contextTokens === undefined ? {} : { contextTokens: info.contextTokens }),
    ...(retiresOn === undefined ? {} : { retiresOn }),
    ...(price === undefined ? {} : { price }),
  };
};

const modelLine = ({ id, contextTokens, price, retiresOn }: ReturnType<typeof modelRow>): string =>
  [
    id.padEnd(48),
    String(contextTokens ?? '').padStart(9),
    price === undefined ? 'price unknown' : `$${perMillion(price, 'input')} in, $${perMillion(price, 'output')} out`,
    ...(retiresOn === undefined ? [] : [`retires on ${retiresOn}`]),
  ].join('  ');

const perMillion = ({ standard }: PriceVersion, unit: PriceUnit): string => String((standard.rates[unit] ?? 0) / 1e9);

interface Listing<Row> {
  readonly rows: (loaded: Loaded) => readonly Row[];
  readonly lines: (rows: readonly Row[]) => readonly string[];
}

const list = async <Row>(given: Given, terminal: Terminal, listing: Listing<Row>): Promise<number> => {
  const loaded = await loadConfig(configPath(given.flags, terminal.environment), terminal.environment);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  const rows = listing.rows(loaded);
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify(rows, null, 2));
  else for (const line of listing.lines(rows)) terminal.out(line);
  return exitCodes.ok;
};
