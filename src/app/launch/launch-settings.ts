import { existsSync } from 'node:fs';
import type { Environment } from '../../contract/expand-environment.ts';
import type { SluiceConfig } from '../../contract/settings.ts';
import { isHost } from '../../core/access/host-name.ts';
import { UsageError } from './usage-error.ts';

type Flags = Readonly<Record<string, string>>;

const usualFile = 'sluice.yaml';

/** The config file to read: the flag, the environment, or `./sluice.yaml` when it exists. */
export const configPath = (flags: Flags, environment: Environment): string | undefined =>
  flags['config'] ?? given(environment['SLUICE_CONFIG']) ?? (existsSync(usualFile) ? usualFile : undefined);

export interface LaunchSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
}

/** Flags win over the environment, which wins over the config file. Throws `UsageError`. */
export const launchSettings = (flags: Flags, environment: Environment, config: SluiceConfig): LaunchSettings => ({
  host:
    hostOf('--host', flags['host']) ??
    hostOf('SLUICE_HOST', given(environment['SLUICE_HOST'])) ??
    config.server.host ??
    '127.0.0.1',
  port:
    portOf('--port', flags['port']) ??
    portOf('SLUICE_PORT', given(environment['SLUICE_PORT'])) ??
    config.server.port ??
    4000,
  dataDirectory: dataDirectoryOf(flags, environment),
});

/** Where keys, catalogues and all else that is kept stands. */
export const dataDirectoryOf = (flags: Flags, environment: Environment): string =>
  flags['data'] ?? given(environment['SLUICE_DATA']) ?? './.sluice';

const hostOf = (name: string, text: string | undefined): string | undefined => {
  if (text === undefined || isHost(text)) return text;
  throw new UsageError(
    `${name} must be an address or a name of this machine, such as 0.0.0.0, without scheme and port, got "${text.slice(0, 40)}".`,
  );
};

/** A port number; `name` says where it was written. */
export const portOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`${name} must be a whole number from 0 to 65535, got "${text.slice(0, 40)}".`);
};

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);
