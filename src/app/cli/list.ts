import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { configPath } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';
import { providerRow, providerTable } from './provider-row.ts';

export const listProviders = (given: Given, terminal: Terminal): Promise<number> =>
  list(given, terminal, { rows: (providers) => providers.map(providerRow), lines: providerTable });

export const listModels = (given: Given, terminal: Terminal): Promise<number> =>
  list(given, terminal, {
    rows: (providers) =>
      providers
        .filter((provider) => provider.ready)
        .flatMap(({ entry }) =>
          (entry.models ?? []).map((model) => ({ id: `${entry.id}/${model}`, provider: entry.id, model })),
        ),
    lines: (rows) => rows.map((row) => row.id),
  });

interface Listing<Row> {
  readonly rows: (providers: readonly ActiveProvider[]) => readonly Row[];
  readonly lines: (rows: readonly Row[]) => readonly string[];
}

const list = async <Row>(given: Given, terminal: Terminal, listing: Listing<Row>): Promise<number> => {
  const loaded = await loadConfig(configPath(given.flags, terminal.environment), terminal.environment);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  const rows = listing.rows(loaded.providers);
  if (given.flags['json'] !== undefined) terminal.out(JSON.stringify(rows, null, 2));
  else for (const line of listing.lines(rows)) terminal.out(line);
  return exitCodes.ok;
};
