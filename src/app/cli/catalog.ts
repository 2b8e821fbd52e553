import { checkCatalogue } from '../../contract/models/catalogue-schema.ts';
import { wayOut } from '../../contract/network/proxy-for.ts';
import { defaultConfig } from '../../contract/settings.ts';
import { joinCatalogue } from '../../core/catalog/models/catalogue-file.ts';
import {
  type CatalogueChanges,
  compareCatalogues,
  type PriceChange,
  withOldPrices,
} from '../../core/catalog/models/compare-catalogues.ts';
import type { ModelCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import { dayOf } from '../../core/catalog/names/retirement.ts';
import { CatalogueStore, checksum } from '../catalog/catalogue-store.ts';
import { type CatalogueNetwork, fetchCatalogue, isAddress } from '../catalog/fetch-catalogue.ts';
import { openUpstream } from '../egress/open-upstream.ts';
import { configPath, dataDirectoryOf } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { takeProxyVariables } from '../launch/take-proxy-variables.ts';
import { UsageError } from '../launch/usage-error.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';

type Action = (store: CatalogueStore, given: Given, terminal: Terminal) => Promise<number> | number;

/** `sluice catalog update | show | diff | rollback`: the catalogue of models in the data directory. */
export const catalog = async (given: Given, terminal: Terminal): Promise<number> => {
  const [name = ''] = given.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    throw new UsageError(`\`sluice catalog\` takes ${Object.keys(actions).join(', ')}, got "${name}".`);
  }
  const store = new CatalogueStore(dataDirectoryOf(given.flags, terminal.environment));
  try {
    return await action(store, given, terminal);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    terminal.err(error instanceof Error ? error.message : String(error));
    terminal.err('Nothing was changed.');
    return exitCodes.failed;
  }
};

const show: Action = (store, { flags }, terminal) => {
  const { models, notes } = store.load();
  for (const note of notes) terminal.err(note);
  const { header } = models;
  if (flags['json'] !== undefined) terminal.out(JSON.stringify(header, null, 2));
  else if (header !== undefined) {
    terminal.out(`Of ${header.made}: ${header.models} models, ${header.priced} with a price. sha256 ${header.sha256}`);
    for (const { name, origin, licence, copyright } of header.sources)
      terminal.out(`${name}: ${origin}, ${licence}, ${copyright}`);
  }
  return exitCodes.ok;
};

const diff: Action = async (store, given, terminal) => {
  const update = await prepare(store, given, terminal);
  if (update === undefined) return exitCodes.failed;
  tell(update.changes, given, terminal);
  return exitCodes.ok;
};

const update: Action = async (store, given, terminal) => {
  const prepared = await prepare(store, given, terminal);
  if (prepared === undefined) return exitCodes.failed;
  const { before, after, changes } = prepared;
  const shipped = madeOn(store.shipped());
  if (madeOn(after) < shipped) {
    throw new Error(`It is of ${madeOn(after)}; the one of ${shipped} that came with Sluice is newer.`);
  }
  const held = changes.prices.filter((change) => change.jump && !accepted(change, given));
  const body = withOldPrices(before.text.body, after.text.body, new Set(held.map(({ model }) => model)));
  // What changes nothing would only take the place of the one that a rollback leads to.
  const changed = body !== before.text.body;
  if (changed) store.put(signed(body, after));
  tell(changes, given, terminal);
  // Beside JSON, words would spoil the output for the program that reads it.
  const say = given.flags['json'] === undefined ? terminal.out : terminal.err;
  for (const { model } of held) say(`held back: ${model} keeps its price; take the new one with --accept ${model}`);
  if (held.length > 0) say('All of them: --accept-price-jumps');
  const inForce = changed
    ? `The catalogue of ${madeOn(after)} is in force. \`sluice catalog rollback\` takes it back.`
    : 'Nothing was changed.';
  say(inForce);
  return exitCodes.ok;
};

const rollback: Action = (store, _, terminal) => {
  if (!store.rollback()) {
    terminal.err('There is no update to take back: the catalogue that came with Sluice is in force.');
    return exitCodes.failed;
  }
  const made = store.load().models.header?.made ?? '';
  terminal.out(`The catalogue of ${made} is in force again.`);
  return exitCodes.ok;
};

const actions: Readonly<Record<string, Action>> = { update, show, diff, rollback };

interface Prepared {
  readonly before: ModelCatalogue;
  readonly after: ModelCatalogue;
  readonly changes: CatalogueChanges;
}

/** Gets and checks the newer catalogue. Undefined when it has problems, which have been told. */
const prepare = async (store: CatalogueStore, given: Given, terminal: Terminal): Promise<Prepared | undefined> => {
  const { from, network, closeIdle } = await sourceOf(store, given, terminal);
  const after = await fetchCatalogue(from, network).finally(closeIdle);
  const problems = checkCatalogue(after.text);
  if (problems.length > 0) {
    terminal.err(`${from} is not taken:`);
    for (const problem of problems) terminal.err(problem);
    terminal.err('Nothing was changed.');
    return undefined;
  }
  const loaded = store.load();
  for (const note of loaded.notes) terminal.err(note);
  const before = loaded.models;
  return { before, after, changes: compareCatalogues(before.text.body, after.text.body, dayOf(Date.now())) };
};

interface Source {
  readonly from: string;
  readonly network: CatalogueNetwork;
  closeIdle(): void;
}

/** What was named, the address in the config file, or the file that came with the program; an address is reached as providers are. */
const sourceOf = async (store: CatalogueStore, { flags }: Given, terminal: Terminal): Promise<Source> => {
  const environment = takeProxyVariables(terminal.environment);
  const loaded = await loadConfig(configPath(flags, environment), environment, dataDirectoryOf(flags, environment));
  const config = loaded.kind === 'loaded' ? loaded.config : defaultConfig;
  const { catalogueUrl, egress } = config;
  const from = flags['from'] ?? (environment['SLUICE_CATALOGUE_URL'] || catalogueUrl || store.shippedPath);
  if (isAddress(from) && loaded.kind === 'unloadable')
    for (const problem of loaded.problems) terminal.err(`The config file is not used. ${problem}`);
  const { upstream, closeIdle } = openUpstream(config, terminal.err);
  return { from, network: { upstream, egress: (url) => wayOut(url, egress, environment).egress }, closeIdle };
};

const madeOn = ({ header }: ModelCatalogue): string => header?.made ?? '';

const accepted = ({ model }: PriceChange, { flags }: Given): boolean =>
  flags['accept-price-jumps'] !== undefined || (flags['accept'] ?? '').split(',').includes(model);

/** What is kept has a checksum of its own: held prices make it another text than the one that was got. */
const signed = (body: string, { text: { header } }: ModelCatalogue): string => {
  const lines = body.split('\n');
  const next = { ...header, models: lines.length - 1, priced: lines.filter((line) => /\t[^\t]+$/.test(line)).length };
  return joinCatalogue({ header: { ...next, sha256: checksum({ header: next, body }) }, body });
};

const toldNames = 20;

const tell = (changes: CatalogueChanges, { flags }: Given, terminal: Terminal): void => {
  if (flags['json'] !== undefined) {
    terminal.out(JSON.stringify(changes, null, 2));
    return;
  }
  const { added, removed, prices, facts } = changes;
  terminal.out(
    `${added.length} models added, ${removed.length} gone, ${prices.length} with another price, ${facts.length} with other facts`,
  );
  for (const [sign, names] of [
    ['+', added],
    ['-', removed],
  ] as const) {
    for (const name of names.slice(0, toldNames)) terminal.out(`${sign} ${name}`);
    if (names.length > toldNames) terminal.out(`${sign} and ${names.length - toldNames} more`);
  }
  for (const { model, changes: rates, jump } of prices) {
    const told = rates.map(({ rate, before, after }) => `${rate} ${dollars(before)} → ${dollars(after)}`).join(', ');
    terminal.out(`${jump ? '!' : '~'} ${model}: ${told}`);
  }
};

const dollars = (nano: number | undefined): string => (nano === undefined ? 'none' : `$${nano / 1e9}`);
