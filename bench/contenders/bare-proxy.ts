import { join } from 'node:path';
import { gatewayCore, pinned } from '../machine.ts';
import type { TemporaryFolder } from '../temporary-folder.ts';
import { type Contender, freePort, launch } from './contender.ts';

/** The least a gateway on this runtime can do: what is left above it is Sluice's own work. */
export const startBareProxy = (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> => {
  const port = freePort();
  return launch({
    id: 'bare-proxy',
    command: pinned(gatewayCore, [process.execPath, join(import.meta.dir, 'bare-proxy-program.ts')]),
    environment: {
      PATH: process.env['PATH'] ?? '',
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
      BENCH_PORT: String(port),
      BENCH_UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
      BENCH_KEY: 'sk-bench',
    },
    port,
    readyPath: '/readyz',
    logFile: folder.file('bare-proxy.log'),
  });
};
