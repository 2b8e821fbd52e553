import { databaseObjects, type WantedRow } from '../../contract/litellm/database-objects.ts';
import { AdminCallError, AdminClient } from '../access/admin-client.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { readTables } from './read-tables.ts';

/** Makes what a database of LiteLLM's holds in the running gateway: keys go on working, since their hashes are taken over. May be run again. */
export const importDatabase = async (given: Given, terminal: Terminal): Promise<number> => {
  const url = given.flags['database-url'] ?? '';
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    terminal.err('Write `sluice import litellm --database-url postgres://USER:PASSWORD@HOST/DATABASE`.');
    return exitCodes.usage;
  }
  try {
    const { rows, left } = databaseObjects(await readTables(url).catch(unreadable), Date.now());
    const counts = await makeAll(rows, await AdminClient.of(given, terminal), terminal);
    for (const place of left) terminal.err(`not carried over: ${place}`);
    for (const [kind, { made, there, failed }] of counts)
      terminal.out(`${kind}: ${made} made, ${there} there already, ${failed} failed`);
    terminal.out('What was spent so far stays behind: every budget begins with nothing spent.');
    return [...counts.values()].some(({ failed }) => failed > 0) ? exitCodes.failed : exitCodes.ok;
  } catch (error) {
    if (!(error instanceof AdminCallError)) throw error;
    terminal.err(error.message);
    return exitCodes.failed;
  }
};

/** The address has a password in it, and is not told. */
const unreadable = (error: unknown): never => {
  throw new AdminCallError(
    `The database cannot be read: ${error instanceof Error ? error.message : String(error)}. Check --database-url.`,
  );
};

interface Counts {
  made: number;
  there: number;
  failed: number;
}

const makeAll = async (
  rows: readonly WantedRow[],
  client: AdminClient,
  { err }: Terminal,
): Promise<ReadonlyMap<string, Counts>> => {
  const counts = new Map<string, Counts>();
  for (const row of rows) {
    const count = counts.get(row.kind) ?? { made: 0, there: 0, failed: 0 };
    counts.set(row.kind, count);
    const made = await client.call('POST', row.path, row.body);
    if (made.status === 200) count.made += 1;
    else if (made.status < 500 && (await client.call(row.at.method, row.at.path, row.at.body)).status === 200)
      count.there += 1;
    else {
      count.failed += 1;
      err(`${row.kind} ${row.name}: ${made.message}`);
    }
  }
  return counts;
};
