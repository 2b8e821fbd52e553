#!/usr/bin/env node
// Starts Sluice on the Bun that npm installed, so that a machine with only Node and npm can run it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { findBun, installIfNeeded, root } from './find-packages.mjs';

function launch() {
  installIfNeeded({ development: false });
  const child = spawn(findBun(), [join(root, 'src/app/cli/main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // The first three are the runtime's switches (src/app/launch/relaunch.ts); the process id tells it when this launcher is gone.
    env: {
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
      BUN_JSC_forceRAMSize: '1000000000',
      BUN_JSC_smallHeapGrowthFactor: '3',
      ...process.env,
      SLUICE_LAUNCHER_PID: String(process.pid),
    },
  });
  // A terminal sends Ctrl-C to both, and one SIGINT must not count as two: only what was sent to this process alone is passed on.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (error) => {
    process.stderr.write(`Bun could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

try {
  launch();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
