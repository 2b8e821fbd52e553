/** The load generator where there is no C compiler: the settings and the answer of native/load.c, on fetch, so latencies are coarser. */
import { readdirSync, readFileSync } from 'node:fs';
import type { LoadResult, Quantiles } from '../instruments.ts';
import { numberOption, option } from './options.ts';

const mode = option('mode', 'open');
const warmupMs = numberOption('warmup', 0.4) * 1000;
const windowMs = numberOption('seconds', 2) * 1000;
const expected = option('expect', '');

const count = { completed: 0, failed: 0, badStatus: 0, incomplete: 0, frames: 0, busy: 0, mostAtOnce: 0 };
const latencies: number[] = [];
const firstBytes: number[] = [];

const [headText = '', body = ''] = readFileSync(option('request', ''), 'utf8').split('\r\n\r\n');
const [requestLine = '', ...headerLines] = headText.split('\r\n');
const url = `http://127.0.0.1:${option('port', '0')}${requestLine.split(' ')[1]}`;
const headers = Object.fromEntries(
  headerLines
    .map((line) => line.split(': ') as [string, string])
    .filter(([name]) => name !== 'Host' && name !== 'Content-Length'),
);

const begunMs = performance.now() + 20;
const windowStartMs = begunMs + warmupMs;
const windowEndMs = windowStartMs + windowMs;

const inWindow = (intendedMs: number): boolean =>
  mode === 'streams' || (intendedMs >= windowStartMs && intendedMs < windowEndMs);

const ask = async (intendedMs: number): Promise<void> => {
  count.mostAtOnce = Math.max(count.mostAtOnce, ++count.busy);
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    const end = await readBody(response, intendedMs);
    if (response.status !== 200) count.badStatus++;
    else if (!end.includes(expected)) count.incomplete++;
    if (inWindow(intendedMs)) latencies.push(performance.now() - intendedMs);
  } catch {
    count.failed++;
  }
  count.busy--;
  count.completed++;
};

/** Counts frames on the way and returns the end of the body. */
const readBody = async (response: Response, intendedMs: number): Promise<string> => {
  const decoder = new TextDecoder();
  let tail = '';
  for await (const bytes of response.body ?? []) {
    if (tail === '' && inWindow(intendedMs)) firstBytes.push(performance.now() - intendedMs);
    const text = decoder.decode(bytes as Uint8Array, { stream: true });
    count.frames += (tail.endsWith('\n') && text.startsWith('\n') ? 1 : 0) + text.split('\n\n').length - 1;
    tail = (tail + text).slice(-64);
  }
  return tail;
};

const until = (dueMs: number): Promise<void> => Bun.sleep(Math.max(0, dueMs - performance.now()));

const runOpen = async (): Promise<void> => {
  const everyMs = 1000 / numberOption('rate', 1000);
  const asked: Promise<void>[] = [];
  for (let dueMs = begunMs; dueMs < windowEndMs; dueMs += everyMs) {
    if (dueMs > performance.now()) await until(dueMs);
    asked.push(ask(dueMs));
  }
  await Promise.all(asked);
};

const runClosed = async (): Promise<void> => {
  const askAgain = async (): Promise<void> => {
    while (performance.now() < windowEndMs) await ask(performance.now());
  };
  await Promise.all(Array.from({ length: numberOption('connections', 64) }, askAgain));
};

const runStreams = async (): Promise<void> => {
  const streams = numberOption('streams', 100);
  const everyMs = (numberOption('ramp', 0.05) * 1000) / streams;
  const askAt = async (_: unknown, index: number): Promise<void> => {
    await until(begunMs + index * everyMs);
    await ask(begunMs + index * everyMs);
  };
  const giveUp = until(begunMs + numberOption('deadline', 10) * 1000);
  await Promise.race([Promise.all(Array.from({ length: streams }, askAt)), giveUp]);
};

interface Snapshot {
  readonly atMs: number;
  readonly completed: number;
  readonly frames: number;
  readonly cpuMs: readonly [number, number, number];
  readonly waitedMs: number;
}

/** Milliseconds the threads of these processes ran, and stood in line for a core. */
const timesOf = (pids: string): { readonly ranMs: number; readonly waitedMs: number } => {
  const threads = pids.split(',').filter(Boolean).flatMap(threadTimesOf);
  return {
    ranMs: threads.reduce((sum, [ran = 0]) => sum + ran, 0) / 1e6,
    waitedMs: threads.reduce((sum, [, waited = 0]) => sum + waited, 0) / 1e6,
  };
};

const threadTimesOf = (pid: string): readonly (readonly number[])[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number),
    );
  } catch {
    return [];
  }
};

const snapshotAt = async (dueMs: number): Promise<Snapshot> => {
  await until(dueMs);
  const own = process.cpuUsage();
  const gateway = timesOf(option('cpu', ''));
  return {
    atMs: performance.now(),
    completed: count.completed,
    frames: count.frames,
    waitedMs: gateway.waitedMs,
    cpuMs: [gateway.ranMs, timesOf(option('cpu2', '')).ranMs, (own.user + own.system) / 1000],
  };
};

const quantiles = (values: readonly number[]): Quantiles => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
};

const runs: Readonly<Record<string, () => Promise<void>>> = { open: runOpen, closed: runClosed, streams: runStreams };
const work = runs[mode]?.();
const [before, after] = await Promise.all([snapshotAt(windowStartMs), snapshotAt(windowEndMs)]);
await work;

const result: LoadResult = {
  latencyMs: quantiles(latencies),
  firstByteMs: quantiles(firstBytes),
  completed: count.completed,
  failed: count.failed,
  badStatus: count.badStatus,
  incomplete: count.incomplete,
  unfinished: count.busy,
  mostAtOnce: count.mostAtOnce,
  window: {
    seconds: (after.atMs - before.atMs) / 1000,
    completed: after.completed - before.completed,
    frames: after.frames - before.frames,
    cpuMs: after.cpuMs[0] - before.cpuMs[0],
    upstreamCpuMs: after.cpuMs[1] - before.cpuMs[1],
    generatorCpuMs: after.cpuMs[2] - before.cpuMs[2],
    waitedMs: after.waitedMs - before.waitedMs,
  },
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
