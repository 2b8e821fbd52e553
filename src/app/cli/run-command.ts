import { nearestWords } from '../../core/catalog/edit-distance.ts';
import { UsageError } from '../launch/usage-error.ts';
import { exitCodes, type Terminal } from './command.ts';
import { commands } from './commands.ts';
import { parseArguments } from './parse-arguments.ts';

const aliases: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
};

/** Runs what the words ask for and answers the exit code. */
export const runCommand = async (words: readonly string[], terminal: Terminal): Promise<number> => {
  const [first = 'help', ...rest] = words;
  const asksForHelp = rest.includes('--help') || rest.includes('-h');
  const name = asksForHelp ? 'help' : ((Object.hasOwn(aliases, first) ? aliases[first] : undefined) ?? first);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const [nearest] = nearestWords(first, Object.keys(commands), 1);
    terminal.err(
      `There is no command "${first}"; did you mean \`sluice ${nearest ?? 'help'}\`? \`sluice help\` lists them all.`,
    );
    return exitCodes.usage;
  }
  try {
    const given = asksForHelp ? { flags: {}, operands: [] } : parseArguments(name, command, rest);
    const run = await command.load();
    return await run(given, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(error.message);
    return exitCodes.usage;
  }
};
