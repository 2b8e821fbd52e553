import { processTree } from '../machine.ts';

/** A running server under test. */
export interface Contender {
  readonly id: ContenderId;
  /** Where whole answers are asked for. */
  readonly port: number;
  /** Where streams are asked for; nginx needs buffering off there. */
  readonly streamPort: number;
  readonly pid: number;
  /** From the call that starts the process to the first ready answer. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export const contenderIds = ['nginx', 'bare-proxy', 'sluice', 'sluice-tapped', 'sluice-power'] as const;
export type ContenderId = (typeof contenderIds)[number];

export interface Launch {
  readonly id: ContenderId;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly streamPort?: number;
  /** A path that answers 200 once the server takes work. */
  readonly readyPath: string;
  readonly logFile: string;
}

const readyWithinMs = 15_000;

/** Starts a server and asks every millisecond whether it is ready. Throws with the end of its log when it is not in time. */
export const launch = async (plan: Launch): Promise<Contender> => {
  const begunMs = performance.now();
  const log = Bun.file(plan.logFile);
  const child = Bun.spawn([...plan.command], { env: plan.environment, stdin: 'ignore', stdout: log, stderr: log });
  const url = `http://127.0.0.1:${plan.port}${plan.readyPath}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - begunMs > readyWithinMs) {
      child.kill('SIGKILL');
      throw new Error(`${plan.id} did not become ready:\n${(await log.text()).slice(-2000)}`);
    }
    await Bun.sleep(1);
  }
  const readyMs = performance.now() - begunMs;
  return {
    id: plan.id,
    port: plan.port,
    streamPort: plan.streamPort ?? plan.port,
    pid: child.pid,
    readyMs,
    stop: async () => {
      const tree = processTree(child.pid);
      child.kill('SIGTERM');
      const ended = await Promise.race([child.exited.then(() => true), Bun.sleep(2000).then(() => false)]);
      if (!ended) tree.forEach(killHard);
    },
  };
};

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000), keepalive: false });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};

const killHard = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
};

/** A port nobody listens on now. */
export const freePort = (): number => {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
};
