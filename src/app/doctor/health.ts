import { defaultConfig, type SluiceConfig } from '../../contract/settings.ts';
import { reachable } from '../access/admin-client.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { configPath, dataDirectoryOf, launchSettings } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';
import { takeProxyVariables } from '../launch/take-proxy-variables.ts';

const limitMs = 3000;

/** Asks the running gateway of this configuration whether it takes calls: for health checks where there is no other HTTP client. */
export const health = async (given: Given, terminal: Terminal): Promise<number> => {
  // It asks this machine, where no proxy leads.
  const environment = takeProxyVariables(terminal.environment);
  const dataDirectory = dataDirectoryOf(given.flags, environment);
  const loaded = await loadConfig(configPath(given.flags, environment), environment, dataDirectory);
  // A gateway keeps running while the file on disk is bad; whoever restarts it for that loses it.
  const bad = loaded.kind === 'unloadable';
  const config = bad ? defaultConfig : loaded.config;
  if (bad) for (const problem of loaded.problems) terminal.err(problem);
  const url = readyUrl(config, launchSettings(given.flags, environment, config));
  try {
    // The name in the certificate is the public one, and this is a look at the machine itself.
    const tls = { rejectUnauthorized: false };
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs), tls } as RequestInit);
    terminal.out(`${url}: ${response.status} ${(await response.text()).trim()}`);
    return response.status === 200 ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    terminal.out(`${url}: ${typeof code === 'string' ? code : 'no answer'}`);
    return exitCodes.failed;
  }
};

const readyUrl = ({ admin, server }: SluiceConfig, at: { readonly host: string; readonly port: number }): string => {
  const { host, port } = admin ?? at;
  const scheme = admin === undefined && server.tls !== undefined ? 'https' : 'http';
  return `${scheme}://${reachable(host)}:${port}/readyz`;
};
