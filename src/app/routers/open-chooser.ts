import { join } from 'node:path';
import { systemClock } from '../../adapters/memory/system-clock.ts';
import type { Chooser } from '../../gateway/routers/chooser.ts';
import type { RouterDirectory } from '../../gateway/routers/router-directory.ts';
import type { RouterEngine } from '../../gateway/routers/router-engine.ts';

interface Loaded {
  readonly engine: RouterEngine;
  /** Absent where nothing is kept. */
  readonly directory?: RouterDirectory;
}

/** What names such as `auto` go by. The embedding and the routers are read with the first of them, and read again after a failure. */
export const openChooser = (dataDirectory: string | undefined): Chooser => {
  let loading: Promise<Loaded> | undefined;
  const loaded = (): Promise<Loaded> => {
    loading ??= load(dataDirectory).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    engine: async () => (await loaded()).engine,
    router: async (orgId, id) => {
      const { directory } = await loaded();
      if (directory !== undefined) return directory.inForce(orgId, id);
      const { GatewayError } = await import('../../core/errors/gateway-error.ts');
      throw new GatewayError('not_found', `There is no router "${id.slice(0, 100)}": nothing is kept here.`);
    },
  };
};

const load = async (dataDirectory: string | undefined): Promise<Loaded> => {
  const [{ loadRouterEngine }, { RouterDirectory }, { RouterFiles }] = await Promise.all([
    import('./router-engine.ts'),
    import('../../gateway/routers/router-directory.ts'),
    import('../../adapters/routers/router-files.ts'),
  ]);
  const engine = await loadRouterEngine();
  if (dataDirectory === undefined) return { engine };
  const store = new RouterFiles(join(dataDirectory, 'routers'), systemClock.wallMs);
  return { engine, directory: new RouterDirectory({ store, engine, clock: systemClock }) };
};
