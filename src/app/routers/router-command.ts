import { GatewayError } from '../../core/errors/gateway-error.ts';
import { TrainingInputError } from '../../core/routing/training-input/training-input-error.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { UsageError } from '../launch/usage-error.ts';
import {
  activateVersion,
  explainRouter,
  exportVersion,
  importVersion,
  listRouters,
  rollBack,
} from './kept-commands.ts';
import { evaluateRouter, trainRouter } from './train-commands.ts';

type Action = (given: Given, terminal: Terminal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  train: trainRouter,
  evaluate: evaluateRouter,
  activate: activateVersion,
  rollback: rollBack,
  list: listRouters,
  export: exportVersion,
  import: importVersion,
  explain: explainRouter,
};

/** `sluice router …`: on the files of the data directory, so with a running server as without one. */
export const routerCommand = async (given: Given, terminal: Terminal): Promise<number> => {
  const [name = ''] = given.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new UsageError(`\`sluice router\` takes ${Object.keys(actions).join(', ')}, got "${name}".`);
  try {
    return await action(given, terminal);
  } catch (error) {
    const told = messageOf(error);
    if (told === undefined) throw error;
    terminal.err(told);
    return exitCodes.failed;
  }
};

/** Undefined for what is a defect of ours. */
const messageOf = (error: unknown): string | undefined => {
  if (error instanceof TrainingInputError || error instanceof GatewayError || error instanceof RangeError)
    return error.message;
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? message : undefined;
};
