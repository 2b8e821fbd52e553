import { wayOut } from '../../contract/network/proxy-for.ts';
import { CatalogueStore } from '../catalog/catalogue-store.ts';
import type { MasterKey, RunningGateway } from '../gateway-settings.ts';
import { endSignal } from '../launch/end-signal.ts';
import { configPath, dataDirectoryOf, launchSettings } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { masterKeyOf } from '../launch/master-key.ts';
import { relaunchWithSwitches } from '../launch/relaunch.ts';
import { takeProxyVariables } from '../launch/take-proxy-variables.ts';
import { PortError } from '../port-error.ts';
import { StoreError } from '../store-error.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';
import { demoCall } from './demo-call.ts';

/** Starts the gateway and runs until a signal ends it. */
export const start = async (given: Given, terminal: Terminal): Promise<number> => {
  relaunchWithSwitches();
  const environment = takeProxyVariables(terminal.environment);
  const path = configPath(given.flags, environment);
  const dataDirectory = dataDirectoryOf(given.flags, environment);
  const loaded = await loadConfig(path, environment, dataDirectory);
  if (loaded.kind === 'unloadable') {
    for (const problem of loaded.problems) terminal.err(problem);
    return exitCodes.failed;
  }
  for (const note of [...(loaded.notes ?? []), ...(loaded.nowhere ?? [])]) terminal.err(note);
  const settings = launchSettings(given.flags, environment, loaded.config);
  const masterKey = await masterKeyOf(
    environment['SLUICE_MASTER_KEY'] || loaded.config.masterKey,
    settings.dataDirectory,
  );
  const catalogueFile = new CatalogueStore(dataDirectory).fileToWatch();
  const { startGateway } = await import('../start-gateway.ts');
  const gateway = await startGateway({
    ...settings,
    config: loaded.config,
    ...(path === undefined ? {} : { configPath: path }),
    ...(catalogueFile === undefined ? {} : { catalogueFile }),
    providers: loaded.providers,
    ...(loaded.models === undefined ? {} : { models: loaded.models }),
    ...(loaded.files === undefined ? {} : { files: loaded.files }),
    acceptLoss: given.flags['accept-loss'] !== undefined,
    masterKey,
    alertEgress: wayOut(loaded.config.money.alerts?.url ?? '', loaded.config.egress, environment).egress,
    ...(environment['SLUICE_ENCRYPTION_KEY'] ? { encryptionKey: environment['SLUICE_ENCRYPTION_KEY'] } : {}),
    ...(environment['SLUICE_KEY_PEPPER'] ? { keyPepper: environment['SLUICE_KEY_PEPPER'] } : {}),
    reload: () => loadConfig(path, environment, dataDirectory),
    write: terminal.out,
  }).catch((error: unknown) => error);
  if (!isRunning(gateway)) return notStarted(gateway, terminal);
  welcome(gateway, masterKey, terminal);
  await endSignal();
  await gateway.stop();
  return exitCodes.ok;
};

const isRunning = (gateway: unknown): gateway is RunningGateway =>
  typeof gateway === 'object' && gateway !== null && 'stop' in gateway;

const notStarted = (error: unknown, terminal: Terminal): number => {
  if (error instanceof StoreError) {
    terminal.err(error.message);
    return exitCodes.failed;
  }
  if (!(error instanceof PortError)) throw error;
  terminal.err(`${error.message} Choose another with --port and --host, or admin.port in the config file.`);
  return exitCodes.failed;
};

const welcome = ({ url, adminUrl }: RunningGateway, masterKey: MasterKey, terminal: Terminal): void => {
  if (adminUrl !== undefined) terminal.out(`Metrics and health are on ${adminUrl}`);
  terminal.out(`Sluice listens on ${url}`);
  if (!masterKey.made) return;
  terminal.out(`Master key, shown this once and kept in the data directory: ${masterKey.value}`);
  terminal.out(`Try it: ${demoCall(url, masterKey.value)}`);
};
