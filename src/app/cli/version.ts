import { version } from '../version.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';

export const printVersion = async (_: Given, terminal: Terminal): Promise<number> => {
  terminal.out(version);
  return exitCodes.ok;
};
