/** Bun reads this from the environment it was launched with, and only 256 upstream calls run at once without it. */
const variable = 'BUN_CONFIG_MAX_HTTP_REQUESTS';
const maxRequests = '65336';

/**
 * Replaces this process by the same one with the variable set, unless it is. The process id stays. Returns only when nothing had to be done.
 */
export const relaunchWithManyRequests = (): void => {
  if (process.env[variable] !== undefined) return;
  const compiled = import.meta.path.includes('$bunfs');
  const script = compiled ? [] : [Bun.main];
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  process.execve?.(process.execPath, [process.execPath, ...script, ...process.argv.slice(2)], {
    ...environment,
    [variable]: maxRequests,
  });
};
