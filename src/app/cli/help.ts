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
  for (const [name, command] of Object.entries(commands)) {
    terminal.out(`  sluice ${name} ${command.usage}`.trimEnd());
    terminal.out(`      ${command.summary}`);
  }
  terminal.out('\nEnvironment of `start`:');
  const width = Math.max(...variables.map(([name]) => name.length));
  for (const [name, meaning] of variables) terminal.out(`  ${name.padEnd(width)}  ${meaning}`);
  return exitCodes.ok;
};
