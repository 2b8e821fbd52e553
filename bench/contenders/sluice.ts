import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayCore, pinned } from '../machine.ts';
import type { TemporaryFolder } from '../temporary-folder.ts';
import { type Contender, freePort, launch } from './contender.ts';

const program = join(import.meta.dir, '..', '..', 'src', 'app', 'cli', 'main.ts');

export const sluiceKey = 'sk-bench';

/** Whether this tree has the gateway's program. */
export const hasSluice = (): boolean => existsSync(program);

/** The gateway as its command starts it, without the wrapper that finds the runtime. */
export const startSluice = async (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> => {
  const port = freePort();
  const config = folder.file('sluice.yaml');
  await Bun.write(config, configuration(upstreamPort));
  const start = ['start', '--config', config, '--port', String(port), '--data', folder.file('sluice-data')];
  return launch({
    id: 'sluice',
    command: pinned(gatewayCore, [process.execPath, program, ...start]),
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      SLUICE_MASTER_KEY: sluiceKey,
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
    },
    port,
    readyPath: '/readyz',
    logFile: folder.file('sluice.log'),
  });
};

const configuration = (upstreamPort: number): string => `
providers:
  - id: openai
    base_url: http://127.0.0.1:${upstreamPort}/v1
    api_key: x
  - id: anthropic
    base_url: http://127.0.0.1:${upstreamPort}
    api_key: x
`;
