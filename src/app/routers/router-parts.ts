import { join } from 'node:path';
import { systemClock } from '../../adapters/memory/system-clock.ts';
import type { RouterDirectory } from '../../gateway/routers/router-directory.ts';
import type { RouterEngine } from '../../gateway/routers/router-engine.ts';
import type { RouterStore } from '../../ports/routing/router-store.ts';

export interface RouterParts {
  readonly engine: RouterEngine;
  /** Absent where nothing is kept. */
  readonly kept?: { readonly store: RouterStore; readonly directory: RouterDirectory };
}

/**
 * What chooses, and the routers that are kept: one for all who ask, so that the embedding lies in memory once and what one of them changes holds for the
 * others. Read with the first question, and read again after a failure: a gateway nobody asks to choose has none of it in memory.
 */
export const openRouterParts = (dataDirectory: string | undefined): (() => Promise<RouterParts>) => {
  let loading: Promise<RouterParts> | undefined;
  return () => {
    loading ??= load(dataDirectory).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
};

const load = async (dataDirectory: string | undefined): Promise<RouterParts> => {
  const [{ loadRouterEngine }, { RouterDirectory }, { RouterFiles }] = await Promise.all([
    import('./router-engine.ts'),
    import('../../gateway/routers/router-directory.ts'),
    import('../../adapters/routers/router-files.ts'),
  ]);
  const engine = await loadRouterEngine();
  if (dataDirectory === undefined) return { engine };
  const store = new RouterFiles(join(dataDirectory, 'routers'), systemClock.wallMs);
  return { engine, kept: { store, directory: new RouterDirectory({ store, engine, clock: systemClock }) } };
};
