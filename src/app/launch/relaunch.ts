/** What the runtime reads from the environment it was launched with, and never again (docs/decisions/0005-runtime-switches.md). */
const switches = {
  // Only 256 upstream calls run at once without it.
  BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
  // The collector lets garbage grow with the machine's memory; a gateway holds little and should look small.
  BUN_JSC_forceRAMSize: '1000000000',
  BUN_JSC_smallHeapGrowthFactor: '3',
} as const;

/**
 * Replaces this process by the same one with the runtime's switches set, unless they are. The process id stays. Returns only when nothing had to
 * be done.
 */
export const relaunchWithSwitches = (): void => {
  if (Object.keys(switches).every((name) => process.env[name] !== undefined)) return;
  const compiled = import.meta.path.includes('$bunfs');
  const script = compiled ? [] : [Bun.main];
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  process.execve?.(process.execPath, [process.execPath, ...script, ...process.argv.slice(2)], {
    ...switches,
    ...environment,
  });
};
