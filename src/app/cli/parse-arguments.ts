import { nearestWords } from '../../core/catalog/edit-distance.ts';
import { UsageError } from '../launch/usage-error.ts';
import type { Command, Given } from './command.ts';

/** Reads what follows a command's name: `--port 4100`, `--port=4100`, switches and operands. Throws `UsageError`. */
export const parseArguments = (name: string, command: Command, words: readonly string[]): Given => {
  const flags: Record<string, string> = {};
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [flag = '', inline] = splitOnce(word.replace(/^--?/, ''));
    const takes = Object.hasOwn(command.flags, flag) ? command.flags[flag] : undefined;
    if (takes === undefined) throw new UsageError(unknownFlag(name, word, command));
    if (takes === null) {
      if (inline !== undefined) throw new UsageError(`--${flag} is a switch and takes no value.`);
      flags[flag] = '';
      continue;
    }
    const value = inline ?? words[++at];
    if (value === undefined || (inline === undefined && value.startsWith('--'))) {
      throw new UsageError(`--${flag} needs a value: --${flag} ${takes}`);
    }
    flags[flag] = value;
  }
  checkOperands(name, command, operands);
  return { flags, operands };
};

const checkOperands = (name: string, command: Command, operands: readonly string[]): void => {
  const missing = command.operands[operands.length];
  if (missing !== undefined)
    throw new UsageError(`\`sluice ${name}\` needs ${missing}: sluice ${name} ${command.usage}`);
  const extra = operands[command.operands.length + (command.optionalOperand === undefined ? 0 : 1)];
  if (extra !== undefined)
    throw new UsageError(`\`sluice ${name}\` does not take "${extra}": sluice ${name} ${command.usage}`.trimEnd());
};

const unknownFlag = (name: string, word: string, command: Command): string => {
  const known = Object.keys(command.flags).map((flag) => `--${flag}`);
  if (known.length === 0) return `\`sluice ${name}\` takes no flags, got ${word}.`;
  const [nearest] = nearestWords(word, known, 1);
  return `\`sluice ${name}\` has no flag ${word}; did you mean ${nearest ?? ''}? It takes ${known.join(', ')}.`;
};

const splitOnce = (word: string): readonly [string, string | undefined] => {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
};
