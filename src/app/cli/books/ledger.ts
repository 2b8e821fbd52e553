import { backUp, restore } from '../../../adapters/sqlite/upkeep/backup.ts';
import { checkLedger } from '../../../adapters/sqlite/upkeep/check-ledger.ts';
import { rebuildLedger } from '../../../adapters/sqlite/upkeep/rebuild-ledger.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import { dataDirectoryOf } from '../../launch/launch-settings.ts';
import { UsageError } from '../../launch/usage-error.ts';
import { exitCodes, type Given, type Terminal } from '../command.ts';
import { existingLedger, told } from './existing-ledger.ts';
import { rerateBooks } from './rerate.ts';

type Action = (directory: string, given: Given, terminal: Terminal) => number | Promise<number>;

/** `sluice ledger check | rebuild | rerate`: proves the ledger of a data directory, makes its sums anew, or corrects what had no price. */
export const ledger = (given: Given, terminal: Terminal): Promise<number> => {
  const [name = ''] = given.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new UsageError(`\`sluice ledger\` takes ${Object.keys(actions).join(', ')}, got "${name}".`);
  return told(terminal, () => action(existingLedger(given, terminal), given, terminal));
};

/** `sluice backup FILE`: a whole copy, also of a running server. */
export const backup = (given: Given, terminal: Terminal): Promise<number> =>
  told(terminal, () => {
    const [file = ''] = given.operands;
    backUp(existingLedger(given, terminal), file);
    terminal.out(
      `${file} holds the database, the journal and the keys' pepper. The master key and sluice.yaml are not in it.`,
    );
    return exitCodes.ok;
  });

/** `sluice restore FILE`: puts a backup in the place of what is there. */
export const restoreBackup = (given: Given, terminal: Terminal): Promise<number> =>
  told(terminal, () => {
    const [file = ''] = given.operands;
    const directory = dataDirectoryOf(given.flags, terminal.environment);
    restore(directory, file, Date.now());
    terminal.out(`${directory} holds what ${file} held. What was there before is in its folder before-restore-….`);
    return exitCodes.ok;
  });

const check: Action = (directory, { flags }, terminal) => {
  const found = checkLedger(directory);
  const { attempts, entries, facts, open, chargedNanoUsd, findings, pass } = found;
  if (flags['json'] !== undefined)
    terminal.out(JSON.stringify({ ...found, chargedNanoUsd: chargedNanoUsd.toString() }));
  else {
    terminal.out(
      `${attempts} attempts (${open} open), ${entries} entries, ${facts} facts; charged $${usdText(chargedNanoUsd)}.`,
    );
    for (const [rule, count] of Object.entries(findings)) if (count > 0) terminal.out(`${count} × ${rule}`);
    terminal.out(
      pass ? 'The books balance.' : 'The books do not balance. `sluice ledger rebuild` makes counters and sums anew.',
    );
  }
  return pass ? exitCodes.ok : exitCodes.failed;
};

const rebuild: Action = (directory, { flags }, terminal) => {
  const wrong = rebuildLedger(directory);
  if (flags['json'] !== undefined) terminal.out(JSON.stringify(wrong));
  else for (const [table, rows] of Object.entries(wrong)) terminal.out(`${table}: ${rows} rows were wrong`);
  return exitCodes.ok;
};

const actions: Readonly<Record<string, Action>> = { check, rebuild, rerate: rerateBooks };
