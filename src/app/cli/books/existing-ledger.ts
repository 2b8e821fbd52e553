import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectoryOf } from '../../launch/launch-settings.ts';
import { UsageError } from '../../launch/usage-error.ts';
import { exitCodes, type Given, type Terminal } from '../command.ts';

/** The data directory of a command. Throws when nothing was ever written there. */
export const existingLedger = ({ flags }: Given, { environment }: Terminal): string => {
  const directory = dataDirectoryOf(flags, environment);
  if (!existsSync(join(directory, 'sluice.db')))
    throw new Error(`${directory} holds no ledger yet. Name the data directory with --data.`);
  return directory;
};

/** Runs a command whose errors are a line and an exit code. */
export const told = async (terminal: Terminal, run: () => number | Promise<number>): Promise<number> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    terminal.err(error instanceof Error ? error.message : String(error));
    return exitCodes.failed;
  }
};
