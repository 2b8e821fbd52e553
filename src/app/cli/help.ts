import { exitCodes, type Given, type Terminal } from './command.ts';
import { commands } from './commands.ts';

/** The environment variables a start reads; flags win over them, they win over the config file. */
const variables: readonly (readonly [string, string])[] = [
  ['SLUICE_CONFIG', 'config file (default ./sluice.yaml when it exists)'],
  ['SLUICE_PORT', 'port (default 4000; 0 takes a free one)'],
  ['SLUICE_HOST', 'address (default 127.0.0.1)'],
  ['SLUICE_DATA', 'data directory (default ./.sluice)'],
  ['SLUICE_MASTER_KEY', 'the key that may do everything (made and kept in the data directory when unset)'],
];

export const printHelp = async (_: Given, terminal: Terminal): Promise<number> => {
  terminal.out('Sluice: every model behind one address.\n');
  const calls = Object.entries(commands).map(
    ([name, command]) => [`sluice ${name} ${command.usage}`.trimEnd(), command.summary] as const,
  );
  for (const row of aligned(calls)) terminal.out(row);
  terminal.out('\nEnvironment of `start`:');
  for (const row of aligned(variables)) terminal.out(row);
  return exitCodes.ok;
};

const aligned = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};
