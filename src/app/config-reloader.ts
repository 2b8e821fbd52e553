import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { GatewaySettings, Loaded } from './gateway-settings.ts';

const quietMs = 100;

/**
 * Puts a changed config file in force: whole, or not at all. Listens to changes of the file (its folder, since editors replace files) and to
 * SIGHUP. A file with problems changes nothing, and the log says why.
 */
export class ConfigReloader {
  readonly #settings: GatewaySettings;
  readonly #apply: (loaded: Loaded) => void;
  readonly #watcher: FSWatcher | undefined;
  readonly #onHangup = (): void => this.#schedule();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: GatewaySettings, apply: (loaded: Loaded) => void) {
    this.#settings = settings;
    this.#apply = apply;
    process.on('SIGHUP', this.#onHangup);
    if (settings.configPath === undefined) return;
    const file = resolve(settings.configPath);
    this.#watcher = watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) this.#schedule();
    });
    this.#watcher.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    process.off('SIGHUP', this.#onHangup);
    this.#watcher?.close();
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
      write(
        this.#line('info', { event: 'config-reloaded', providers: loaded.providers.filter((p) => p.ready).length }),
      );
    } else write(this.#line('error', { event: 'config-kept', problems: loaded.problems }));
  }

  #line(level: string, fields: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({ time: new Date().toISOString(), level, ...fields });
  }
}
