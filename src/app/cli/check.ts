import { credentialProblem } from '../../adapters/credentials/credential-problem.ts';
import { loadConfig } from '../launch/load-config.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';

/** Prints every problem of a config file, or `ok` with what it sets up. */
export const check = async (given: Given, terminal: Terminal): Promise<number> => {
  const [path = ''] = given.operands;
  const loaded = await loadConfig(path, terminal.environment);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.out(problem);
    return exitCodes.failed;
  }
  if (loaded.nowhere !== undefined) {
    for (const problem of loaded.nowhere) terminal.out(problem);
    return exitCodes.failed;
  }
  const ready = loaded.providers.filter((provider) => provider.ready).map((provider) => provider.entry.id);
  terminal.out(`ok: ${ready.length} of ${loaded.providers.length} providers ready: ${ready.join(', ') || 'none'}`);
  const listed = new Set(loaded.config.providers?.map((setting) => setting.id) ?? []);
  for (const { entry, reason } of loaded.providers) {
    if (reason !== undefined && listed.has(entry.id)) terminal.out(`note: ${entry.id} is not ready: ${reason}`);
  }
  for (const provider of loaded.providers) {
    const problem = provider.ready ? await credentialProblem(provider) : undefined;
    if (problem !== undefined) terminal.out(`note: ${provider.entry.id} cannot be called: ${problem}`);
  }
  return exitCodes.ok;
};
