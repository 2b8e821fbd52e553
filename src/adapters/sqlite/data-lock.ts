import { Database } from 'bun:sqlite';
import { join } from 'node:path';

/**
 * Held as long as the process lives, and let go of by the system when it dies: two processes on one data directory would each believe that the
 * budgets are theirs. Throws when another has it.
 */
export const lockDirectory = (directory: string): Database => {
  const held = new Database(join(directory, 'lock'), { create: true });
  try {
    held.run('PRAGMA busy_timeout = 0');
    held.run('BEGIN EXCLUSIVE');
    return held;
  } catch {
    held.close();
    throw new Error(
      `The data directory ${directory} is in use by another Sluice. Stop that one, or choose another with --data.`,
    );
  }
};
