import { GatewayError } from '../../core/errors/gateway-error.ts';

/** A client waits no longer for a key that nobody here knows. */
const deadlineMs = 1000;
/** After a failure nobody waits for so long: the next ones are told at once. */
const openMs = 1000;
/** A key that was not there is not asked about again for so long; one that is made meanwhile is told of as every change is. */
const rememberedMs = 2000;
const mostRemembered = 10_000;

export interface UnknownKeyParts {
  /** Resolves when every key that was made before the call is known. */
  catchUp(): Promise<void>;
  nowMs(): number;
}

/**
 * Asks for keys that are not in memory, where other nodes make keys too. All of them wait for the same thing: that what the others wrote is read up to this
 * moment. So wrong keys cost the database one small question at a time, however many there are.
 */
export class UnknownKeys {
  readonly #parts: UnknownKeyParts;
  /** Until when a key's hash is known to be nobody's; the oldest first. */
  readonly #nobodys = new Map<string, number>();
  #closedUntilMs = 0;

  constructor(parts: UnknownKeyParts) {
    this.#parts = parts;
  }

  /** Resolves when keys with these hashes are in memory if there are any. Rejects with `keys_unavailable` when that cannot be known in time. */
  async ask(hashes: readonly string[]): Promise<void> {
    const { nowMs, catchUp } = this.#parts;
    const fromMs = nowMs();
    const asked = hashes.filter((hash) => (this.#nobodys.get(hash) ?? 0) <= fromMs);
    if (asked.length === 0) return;
    if (fromMs < this.#closedUntilMs) throw keysUnavailable();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(keysUnavailable()), deadlineMs);
    });
    try {
      await Promise.race([catchUp(), late]);
    } catch {
      this.#closedUntilMs = nowMs() + openMs;
      throw keysUnavailable();
    } finally {
      clearTimeout(timer);
    }
    // Those that are somebody's are found in memory from now on, and never asked about.
    for (const hash of asked) this.#remember(hash, fromMs + rememberedMs);
  }

  #remember(hash: string, untilMs: number): void {
    this.#nobodys.delete(hash);
    this.#nobodys.set(hash, untilMs);
    if (this.#nobodys.size <= mostRemembered) return;
    const [oldest] = this.#nobodys.keys();
    if (oldest !== undefined) this.#nobodys.delete(oldest);
  }
}

export const keysUnavailable = (): GatewayError =>
  new GatewayError('keys_unavailable', 'Keys cannot be looked up at the moment. Try again.', { retryAfterMs: 1000 });
