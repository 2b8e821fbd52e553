// Loaded before the gateway (`bun --preload`): measures how late its event loop comes round. On SIGUSR2 it writes a JSON line: the worst
// since the last one, and of all the time the delay that one in a thousand exceeds. Time in which the system ran other programs instead of this thread is taken off: it says nothing of the gateway.
import { readdirSync, readFileSync } from 'node:fs';

const everyMs = 2;
const thread = readdirSync('/proc/self/task').sort((one, other) => Number(one) - Number(other))[0] ?? '';

/** Milliseconds this thread has waited for a processor. */
const waitedMs = (): number =>
  Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'latin1').split(' ')[1] ?? 0) / 1e6;

const seen: number[] = [];
let since = 0;
let lastMs = performance.now();
let lastWaitedMs = waitedMs();

setInterval(() => {
  const nowMs = performance.now();
  const nowWaitedMs = waitedMs();
  seen.push(Math.max(0, nowMs - lastMs - everyMs - (nowWaitedMs - lastWaitedMs)));
  lastMs = nowMs;
  lastWaitedMs = nowWaitedMs;
}, everyMs).unref();

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

process.on('SIGUSR2', () => {
  const max = seen.slice(since).reduce((most, delay) => Math.max(most, delay), 0);
  since = seen.length;
  const sorted = [...seen].sort((one, other) => one - other);
  const p999 = sorted[Math.floor(sorted.length * 0.999)] ?? 0;
  const loop = { samples: seen.length, max: rounded(max), overallP999: rounded(p999) };
  process.stdout.write(`${JSON.stringify({ loop })}\n`);
});
