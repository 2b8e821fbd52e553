import { join } from 'node:path';
import type { SluiceConfig } from '../../contract/settings.ts';
import { isObject, type JsonObject, parseJson, stringAt } from '../../core/json/json.ts';
import type { Given, Terminal } from '../cli/command.ts';
import { readKept } from '../launch/kept-secret.ts';
import { configPath, dataDirectoryOf, launchSettings } from '../launch/launch-settings.ts';
import { loadConfig } from '../launch/load-config.ts';

const limitMs = 10_000;

/** A call to the running gateway that could not be made or was refused; the message is for people. */
export class AdminCallError extends Error {}

/** Asks the admin API of the running gateway of this configuration. */
export class AdminClient {
  readonly #url: string;
  readonly #key: string;

  private constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Finds address and key as `sluice start` would. Rejects with `AdminCallError`. */
  static async of({ flags }: Given, { environment }: Terminal): Promise<AdminClient> {
    const directory = dataDirectoryOf(flags, environment);
    const loaded = await loadConfig(configPath(flags, environment), environment, directory);
    if (loaded.kind === 'unloadable') throw new AdminCallError(loaded.problems.join('\n'));
    const { config } = loaded;
    const key =
      environment['SLUICE_ADMIN_KEY'] ||
      environment['SLUICE_MASTER_KEY'] ||
      config.masterKey ||
      (await readKept(join(directory, 'master-key')));
    if (key === undefined)
      throw new AdminCallError(
        `There is no master key in ${directory}. Name the data directory of the running gateway with --data, or set SLUICE_ADMIN_KEY.`,
      );
    return new AdminClient(adminUrl(config, launchSettings(flags, environment, config)), key);
  }

  /** The answer's body, empty for none. Rejects with `AdminCallError`, which says what the gateway said. */
  async ask(method: Method, path: string, body?: JsonObject): Promise<JsonObject> {
    const response = await this.#send(method, `/admin/v1${path}`, body);
    const answer = readJson(await response.text());
    if (response.ok) return answer;
    throw new AdminCallError(
      typeof answer['detail'] === 'string'
        ? answer['detail']
        : `${this.#url}/admin/v1${path} answered ${response.status}.`,
    );
  }

  /** A call to a route of LiteLLM's: its status, and what it said when it refused. Rejects with `AdminCallError` when nobody answers. */
  async call(
    method: Method,
    path: string,
    body?: JsonObject,
  ): Promise<{ readonly status: number; readonly message: string }> {
    const response = await this.#send(method, path, body);
    const message = stringAt(readJson(await response.text())['error'], 'message');
    return { status: response.status, message: message ?? `${this.#url}${path} answered ${response.status}.` };
  }

  #send(method: Method, path: string, body: JsonObject | undefined): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(limitMs),
      // The name in the certificate is the public one, and this is a call to the machine itself.
      tls: { rejectUnauthorized: false },
    } as RequestInit).catch((error: unknown) => {
      const { code } = error as { readonly code?: unknown };
      throw new AdminCallError(
        `${this.#url} does not answer${typeof code === 'string' ? ` (${code})` : ''}. Start it with \`sluice start\`.`,
      );
    });
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

const readJson = (text: string): JsonObject => {
  const read = parseJson(text);
  return isObject(read) ? read : {};
};

const adminUrl = ({ admin, server }: SluiceConfig, at: { readonly host: string; readonly port: number }): string => {
  const { host, port } = admin ?? at;
  const scheme = admin === undefined && server.tls !== undefined ? 'https' : 'http';
  return `${scheme}://${reachable(host)}:${port}`;
};

/** "All addresses" is none that can be called. */
export const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};
