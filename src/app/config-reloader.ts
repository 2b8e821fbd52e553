import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { GatewaySettings, Loaded } from './gateway-settings.ts';

const quietMs = 100;
/** Kubernetes changes a mounted file by pointing this link elsewhere; the file's own name never comes up. */
const mountLink = '..data';

/**
 * Puts a changed config file in force: whole, or not at all. Listens to changes of the file and of the files it names (to their folders, since
 * editors replace files) and to SIGHUP. A file with problems changes nothing, and the log says why.
 */
export class ConfigReloader {
  readonly #settings: GatewaySettings;
  readonly #apply: (loaded: Loaded) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Names to listen for, by folder. */
  readonly #names = new Map<string, Set<string>>();
  readonly #onHangup = (): void => this.#schedule();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: GatewaySettings, apply: (loaded: Loaded) => void) {
    this.#settings = settings;
    this.#apply = apply;
    process.on('SIGHUP', this.#onHangup);
    this.#watchAll(settings.files ?? []);
  }

  stop(): void {
    clearTimeout(this.#timer);
    process.off('SIGHUP', this.#onHangup);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Watches the config file, the catalogue and these; folders that hold none of them any more are left alone. */
  #watchAll(files: readonly string[]): void {
    const { configPath, catalogueFile } = this.#settings;
    const own = [configPath, catalogueFile].filter((path) => path !== undefined).map((path) => resolve(path));
    this.#names.clear();
    for (const file of [...own, ...files]) {
      const folder = dirname(file);
      const names = this.#names.get(folder) ?? new Set([mountLink]);
      this.#names.set(folder, names.add(basename(file)));
    }
    for (const [folder, watcher] of this.#watchers) {
      if (this.#names.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of this.#names.keys()) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, (_, name) => {
      if (name === null || this.#names.get(folder)?.has(name) === true) this.#schedule();
    });
    watcher.unref();
    this.#watchers.set(folder, watcher);
  }

  /** Writers touch a file several times, so the read waits for a moment of quiet. Reloads run one after the other. */
  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#reload());
    }, quietMs);
  }

  async #reload(): Promise<void> {
    const { reload, write } = this.#settings;
    const loaded = await reload().catch((error: unknown) => ({
      kind: 'unloadable' as const,
      problems: [String(error)],
    }));
    if (loaded.kind === 'loaded') {
      this.#apply(loaded);
      this.#watchAll(loaded.files ?? []);
      const ready = loaded.providers.filter((provider) => provider.ready).length;
      const needsRestart = startOnly(this.#settings, loaded);
      write(
        this.#line(needsRestart.length === 0 && loaded.nowhere === undefined ? 'info' : 'warn', {
          event: 'config-reloaded',
          providers: ready,
          ...(needsRestart.length === 0 ? {} : { needsRestart }),
          ...(loaded.nowhere === undefined ? {} : { problems: loaded.nowhere }),
        }),
      );
    } else write(this.#line('error', { event: 'config-kept', problems: loaded.problems }));
  }

  #line(level: string, fields: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({ time: new Date().toISOString(), level, ...fields });
  }
}

/** Settings that differ from those at the start and are read only then. */
const startOnly = ({ config: before }: GatewaySettings, { config: after }: Loaded): readonly string[] => {
  const settings = (config: typeof before): Readonly<Record<string, unknown>> => ({
    'server.host': config.server.host,
    'server.port': config.server.port,
    'server.tls': config.server.tls !== undefined,
    admin: config.admin,
    master_key: config.masterKey,
    log: config.log,
    drain_ms: config.drainMs,
    'egress.client': config.egress.client ?? 'fetch',
  });
  const [old, now] = [settings(before), settings(after)];
  return Object.keys(old).filter((name) => !Bun.deepEquals(old[name], now[name]));
};
