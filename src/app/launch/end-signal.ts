/** Waits for SIGTERM, SIGINT, or the end of the launcher that started this process. A second signal ends the process at once. */
export const endSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
    onLauncherGone(resolve);
  });

const checkMs = 1000;

/** `scripts/sluice.mjs` passes signals on, but one that is killed cannot: this process must not keep the port then. */
const onLauncherGone = (gone: () => void): void => {
  const launcher = Number(process.env['SLUICE_LAUNCHER_PID'] ?? Number.NaN);
  if (!Number.isInteger(launcher) || launcher <= 0) return;
  const timer = setInterval(() => {
    try {
      process.kill(launcher, 0);
    } catch {
      clearInterval(timer);
      gone();
    }
  }, checkMs);
  timer.unref();
};
