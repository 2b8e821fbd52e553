import type { RouterInForce } from './router-directory.ts';
import type { RouterEngine } from './router-engine.ts';

/** What choosing needs. Loaded by its first use: a gateway that nobody asks to choose holds none of it. */
export interface Chooser {
  engine(): Promise<RouterEngine>;
  /** The active version, or the one that is named. Rejects with `not_found` for an id or a version nobody has. */
  router(orgId: string, id: string, version?: number): Promise<RouterInForce>;
}
