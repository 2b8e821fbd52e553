import type { MasterKey, RunningGateway } from '../gateway-settings.ts';
import { endSignal } from '../launch/end-signal.ts';
import { configPath, dataDirectoryOf, launchSettings } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { masterKeyOf } from '../launch/master-key.ts';
import { relaunchWithSwitches } from '../launch/relaunch.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';
import { demoCall } from './demo-call.ts';

/** Starts the gateway and runs until a signal ends it. */
export const start = async (given: Given, terminal: Terminal): Promise<number> => {
  relaunchWithSwitches();
  const { environment } = terminal;
  const path = configPath(given.flags, environment);
  const dataDirectory = dataDirectoryOf(given.flags, environment);
  const loaded = await loadConfig(path, environment, dataDirectory);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  for (const note of loaded.notes ?? []) terminal.err(note);
  const settings = launchSettings(given.flags, environment, loaded.config);
  const masterKey = await masterKeyOf(
    environment['SLUICE_MASTER_KEY'] || loaded.config.masterKey,
    settings.dataDirectory,
  );
  const { startGateway } = await import('../start-gateway.ts');
  const gateway = await startGateway({
    ...settings,
    config: loaded.config,
    ...(path === undefined ? {} : { configPath: path }),
    providers: loaded.providers,
    ...(loaded.models === undefined ? {} : { models: loaded.models }),
    masterKey,
    reload: () => loadConfig(path, environment, dataDirectory),
    write: terminal.out,
  }).catch((error: unknown) => error);
  if (!isRunning(gateway)) return notStarted(gateway, settings, terminal);
  welcome(gateway.url, masterKey, terminal);
  await endSignal();
  await gateway.stop();
  return exitCodes.ok;
};

const isRunning = (gateway: unknown): gateway is RunningGateway =>
  typeof gateway === 'object' && gateway !== null && 'stop' in gateway;

const notStarted = (
  error: unknown,
  at: { readonly host: string; readonly port: number },
  terminal: Terminal,
): number => {
  const code = (error as { readonly code?: string } | null)?.code;
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
  const reason = {
    EADDRINUSE: 'is taken',
    EACCES: 'may not be used by this user',
    EADDRNOTAVAIL: 'is not an address of this machine',
  }[code];
  terminal.err(`${at.host}:${at.port} ${reason}. Choose another with --port and --host.`);
  return exitCodes.failed;
};

const welcome = (url: string, masterKey: MasterKey, terminal: Terminal): void => {
  terminal.out(`Sluice listens on ${url}`);
  if (!masterKey.made) return;
  terminal.out(`Master key, shown this once and kept in the data directory: ${masterKey.value}`);
  terminal.out(`Try it: ${demoCall(url, masterKey.value)}`);
};
