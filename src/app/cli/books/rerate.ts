import { rerateLedger } from '../../../adapters/sqlite/upkeep/rerate-ledger.ts';
import { emptyCatalogue } from '../../../core/catalog/models/model-catalogue.ts';
import { dayOf } from '../../../core/catalog/names/retirement.ts';
import { rerate, type Unrated } from '../../../core/ledger/rerate.ts';
import { freePrice, type ModelPrice, priceOn } from '../../../core/money/price.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import type { Loaded } from '../../gateway-settings.ts';
import { configPath } from '../../launch/launch-settings.ts';
import { loadConfig } from '../../launch/load-config.ts';
import { exitCodes, type Given, type Terminal } from '../command.ts';
import { timeOf } from './time-flag.ts';

/** `sluice ledger rerate`: corrects what was charged without a price, now that there is one. The exit code is 1 when the configuration cannot be read. */
export const rerateBooks = async (directory: string, given: Given, terminal: Terminal): Promise<number> => {
  const { flags } = given;
  const loaded = await loadConfig(configPath(flags, terminal.environment), terminal.environment, directory);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  const { discountPartsPerMillion, marginPartsPerMillion } = loaded.config.money;
  const terms = { discountPartsPerMillion, marginPartsPerMillion };
  const dryRun = flags['dry-run'] !== undefined;
  const atMs = Date.now();
  const found = rerateLedger(directory, {
    ...days(flags),
    dryRun,
    rerate: (unrated) => rerate(unrated, { price: priceAt(loaded, unrated), terms, atMs }),
  });
  const { unrated, adjusted, same, noUsage, noPrice, nanoUsd } = found;
  if (flags['json'] !== undefined) {
    terminal.out(JSON.stringify({ ...found, nanoUsd: nanoUsd.toString(), dryRun }));
    return exitCodes.ok;
  }
  terminal.out(
    `${unrated} attempts were charged without a price: ${adjusted} ${dryRun ? 'would be' : 'are'} corrected by $${usdText(nanoUsd)} in all, ` +
      `${same} were right, ${noUsage} have no counts.`,
  );
  for (const [target, count] of Object.entries(noPrice))
    terminal.out(`${count} × ${target}: nobody knows its price yet`);
  return exitCodes.ok;
};

/** The price that held on the day of the call. */
const priceAt = ({ models = emptyCatalogue, providers }: Loaded, { target, fact }: Unrated) => {
  const slash = target.indexOf('/');
  const provider = target.slice(0, slash);
  const free = providers.some(({ entry }) => entry.id === provider && entry.free === true);
  const price: ModelPrice | undefined =
    models.find(provider, target.slice(slash + 1))?.price ?? (free ? freePrice : undefined);
  return price === undefined || fact === undefined ? undefined : priceOn(price, dayOf(fact.atMs));
};

const days = ({ from, to }: Given['flags']): { readonly fromMs?: number; readonly toMs?: number } => {
  const fromMs = timeOf('--from', from);
  const toMs = timeOf('--to', to);
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
};
