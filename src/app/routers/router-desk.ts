import { join } from 'node:path';
import { RouterFiles } from '../../adapters/routers/router-files.ts';
import type { ModelCard } from '../../core/routing/learned/model-card.ts';
import type { CompiledConfig } from '../../gateway/compiled-config.ts';
import { candidateOf } from '../../gateway/routers/candidate.ts';
import type { StoredRouter } from '../../ports/routing/router-store.ts';
import type { Given, Terminal } from '../cli/command.ts';
import { compileConfig } from '../compile-config.ts';
import { configPath, dataDirectoryOf } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { UsageError } from '../launch/usage-error.ts';

/** What the commands work on: the routers of a data directory, which a running server shares, and what is known of models. */
export interface RouterDesk {
  readonly files: RouterFiles;
  readonly orgId: string;
  cardsOf(models: readonly string[]): readonly ModelCard[];
}

/** Throws a `UsageError` with the config file's problems. */
export const openDesk = async ({ flags }: Given, { environment }: Terminal): Promise<RouterDesk> => {
  const directory = dataDirectoryOf(flags, environment);
  const loaded = await loadConfig(configPath(flags, environment), environment, directory);
  if (loaded.kind === 'unloadable') throw new UsageError(loaded.problems.join('\n'));
  const config = compileConfig(loaded);
  return {
    files: new RouterFiles(join(directory, 'routers'), Date.now),
    orgId: flags['org'] ?? 'default',
    cardsOf: (models) => models.map((id) => cardOf(config, id)),
  };
};

const cardOf = (config: CompiledConfig, id: string): ModelCard => candidateOf(config, { id, model: id }).card;

/** The router a command names. Throws a `UsageError` when there is none. */
export const routerNamed = async ({ files, orgId }: RouterDesk, id: string | undefined): Promise<StoredRouter> => {
  if (id === undefined) throw new UsageError('Name the router: `sluice router list` shows them.');
  const router = await files.get(orgId, id);
  if (router === undefined) throw new UsageError(`There is no router "${id}". \`sluice router list\` shows them.`);
  return router;
};

/** A whole number of a flag, or undefined. Throws a `UsageError`. */
export const numberFlag = (
  { flags }: Given,
  name: string,
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number | undefined => {
  const given = flags[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
    throw new UsageError(
      `--${name} must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, got "${given}".`,
    );
  return value;
};
