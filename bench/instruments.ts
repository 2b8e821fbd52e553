import { join } from 'node:path';
import { loadCore, pinned } from './machine.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What one run of the load generator saw. Times in milliseconds; `window` covers the measured part without the warm-up. */
export interface LoadResult {
  readonly latencyMs: Quantiles;
  readonly firstByteMs: Quantiles;
  readonly completed: number;
  readonly failed: number;
  readonly badStatus: number;
  readonly incomplete: number;
  readonly unfinished: number;
  readonly mostAtOnce: number;
  readonly window: {
    readonly seconds: number;
    readonly completed: number;
    readonly frames: number;
    readonly cpuMs: number;
    readonly upstreamCpuMs: number;
    readonly generatorCpuMs: number;
    /** Time the gateway's threads were ready to run while their core was someone else's. */
    readonly waitedMs: number;
  };
}

export type LoadArguments = Readonly<Record<string, string | number>>;

export interface UpstreamStats {
  readonly requests: number;
  readonly streams: number;
  readonly openStreams: number;
  readonly mostOpenStreams: number;
  readonly chunks: number;
}

export interface Instruments {
  readonly native: boolean;
  readonly upstreamPort: number;
  load(settings: LoadArguments): Promise<LoadResult>;
  upstreamStats(reset?: boolean): Promise<UpstreamStats>;
  stop(): void;
}

const here = import.meta.dir;

/** Upstream and load generator: compiled from C where there is a compiler, else the slower ones that run on Bun. */
export const startInstruments = async (folder: TemporaryFolder): Promise<Instruments> => {
  const native = compile('upstream', folder) && compile('load', folder);
  const command = (name: string): string[] =>
    native ? [folder.file(name)] : [process.execPath, join(here, 'fallback', `${name}.ts`)];
  const upstream = Bun.spawn(pinned(loadCore, command('upstream')), { stdout: 'pipe', stderr: 'inherit' });
  const upstreamPort = (JSON.parse(await firstLine(upstream.stdout)) as { port: number }).port;

  const load = async (settings: LoadArguments): Promise<LoadResult> => {
    const args = Object.entries({ ...settings, cpu2: upstream.pid }).map(([key, value]) => `${key}=${value}`);
    const run = Bun.spawn(pinned(loadCore, [...command('load'), ...args]), {
      stdout: 'pipe',
      stderr: 'pipe',
      env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' },
    });
    const [text, complaint, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    if (code !== 0) throw new Error(`The load generator ended with ${code}: ${complaint.trim()}`);
    return JSON.parse(text) as LoadResult;
  };

  return {
    native,
    upstreamPort,
    load,
    upstreamStats: async (reset = false) =>
      (await (
        await fetch(`http://127.0.0.1:${upstreamPort}/${reset ? 'reset' : 'stats'}`, { method: reset ? 'POST' : 'GET' })
      ).json()) as UpstreamStats,
    stop: () => upstream.kill('SIGKILL'),
  };
};

const compile = (name: string, folder: TemporaryFolder): boolean => {
  const compiler = Bun.which('cc') ?? Bun.which('gcc');
  if (compiler === null || process.platform !== 'linux') return false;
  const source = join(here, 'native', `${name}.c`);
  return Bun.spawnSync([compiler, '-O2', '-o', folder.file(name), source], { stderr: 'inherit' }).exitCode === 0;
};

const firstLine = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let text = '';
  while (!text.includes('\n')) {
    const { value, done } = await reader.read();
    if (done) throw new Error('The upstream ended before it was listening.');
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text.slice(0, text.indexOf('\n'));
};
