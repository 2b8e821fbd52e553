import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { RouterArtefact } from '../../core/routing/learned/router-artefact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RouterStore } from '../../ports/routing/router-store.ts';
import type { RouterEngine } from './router-engine.ts';

/** The router behind an id as it answers now. Without an artefact the models' known strength decides, for the reason given. */
export interface RouterInForce {
  readonly id: string;
  readonly version?: number;
  readonly artefact?: RouterArtefact;
  readonly reason: 'active' | 'nothing-activated' | 'unreadable-artefact';
}

/** The command line may activate another version while the server runs, so what is known is looked at again after this long. */
const believedMs = 1000;
const mostKnown = 1000;

/** Routers by organisation and id, their artefacts read once. */
export class RouterDirectory {
  readonly #store: RouterStore;
  readonly #engine: Pick<RouterEngine, 'read'>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly router: RouterInForce; readonly untilMs: number }>();

  constructor(parts: {
    readonly store: RouterStore;
    readonly engine: Pick<RouterEngine, 'read'>;
    readonly clock: Clock;
  }) {
    this.#store = parts.store;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
  }

  /** The active version, or the one that is named. Rejects with `not_found` for an id or a version nobody has. */
  async inForce(orgId: string, id: string, version?: number): Promise<RouterInForce> {
    const key = version === undefined ? `${orgId}\u0000${id}` : `${orgId}\u0000${id}\u0000${version}`;
    const known = this.#known.get(key);
    const nowMs = this.#clock.monotonicMs();
    if (known !== undefined && nowMs < known.untilMs) return known.router;
    const router = await this.#look(orgId, { id, version }, known?.router);
    this.#known.delete(key);
    if (this.#known.size >= mostKnown) this.#forgetOldest();
    this.#known.set(key, { router, untilMs: nowMs + believedMs });
    return router;
  }

  /** What was changed through this server holds at once. */
  forget(orgId: string, id: string): void {
    this.#known.delete(`${orgId}\u0000${id}`);
  }

  async #look(
    orgId: string,
    { id, version }: { readonly id: string; readonly version: number | undefined },
    before: RouterInForce | undefined,
  ): Promise<RouterInForce> {
    const stored = await this.#store.get(orgId, id);
    if (stored === undefined)
      throw new GatewayError('not_found', `There is no preference or router "${id.slice(0, 100)}".`);
    if (version !== undefined && !stored.versions.some((one) => one.version === version))
      throw new GatewayError('not_found', `The router "${id.slice(0, 100)}" has no version ${version}.`);
    const active = version ?? stored.active;
    if (active === undefined) return { id, reason: 'nothing-activated' };
    if (before?.version === active) return before;
    const bytes = await this.#store.artefact(orgId, id, active);
    try {
      if (bytes === undefined) throw new Error('The artefact is gone.');
      return { id, version: active, artefact: this.#engine.read(bytes), reason: 'active' };
    } catch {
      // No request fails because of a router: whatever answered before goes on, or the models' known strength does.
      return before?.artefact === undefined ? { id, version: active, reason: 'unreadable-artefact' } : before;
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
