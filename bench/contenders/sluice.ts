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
export const startSluice = (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> =>
  startAs('sluice', folder, configuration(upstreamPort));

/** The same with its tap on: every frame of a native stream is decoded beside it. */
export const startTappedSluice = (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> =>
  startAs('sluice-tapped', folder, `${configuration(upstreamPort)}observe: full\n`);

/** The same, where a call waits until its hold is on the disk. */
export const startPowerSluice = (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> =>
  startAs('sluice-power', folder, `${configuration(upstreamPort)}money: {durability: power}\n`);

const startAs = async (
  id: 'sluice' | 'sluice-tapped' | 'sluice-power',
  folder: TemporaryFolder,
  configurationText: string,
): Promise<Contender> => {
  const port = freePort();
  const config = folder.file(`${id}.yaml`);
  await Bun.write(config, configurationText);
  const start = ['start', '--config', config, '--port', String(port), '--data', folder.file(`${id}-data`)];
  return launch({
    id,
    command: pinned(gatewayCore, [process.execPath, program, ...start]),
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      SLUICE_MASTER_KEY: sluiceKey,
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
      BUN_JSC_forceRAMSize: '1000000000',
      BUN_JSC_smallHeapGrowthFactor: '3',
    },
    port,
    readyPath: '/readyz',
    logFile: folder.file(`${id}.log`),
  });
};

/** One way to ask, so that the Anthropic door is translated to the same format the other doors pass on. */
const configuration = (upstreamPort: number): string => `
providers:
  - id: openai
    base_url: http://127.0.0.1:${upstreamPort}/v1
    api_key: x
    serves: {chat: {dialect: openai-chat, path: /chat/completions}}
`;
