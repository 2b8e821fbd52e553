import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { $, type Subprocess } from 'bun';

/** A database server of its own, on a free port, in a temporary folder. */
export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why a server cannot be started here; undefined when it can. */
export const missingProgram = async (name: 'postgres' | 'redis-server'): Promise<string | undefined> =>
  (await programPath(name)) === undefined ? `${name} is not installed` : undefined;

/** PostgreSQL with one database, `sluice`. The address is a `DATABASE_URL`. */
export const startPostgres = async (): Promise<Service> => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  const port = freePort();
  const data = join(folder, 'data');
  // PostgreSQL refuses to run as root, so root hands the folder to the user that its package made.
  const asUser = userInfo().uid === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
  if (asUser.length > 0) await $`chown -R postgres ${folder}`.quiet();
  const initdb = await requiredPath('initdb');
  await $`${asUser} ${initdb} -D ${data} -U sluice -A trust -E UTF8 --no-sync`.cwd(folder).quiet();
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const server = Bun.spawn([...asUser, await requiredPath('postgres'), ...options], {
    cwd: folder,
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const service = serviceOf(server, { url: `postgres://sluice@127.0.0.1:${port}/sluice`, folder });
  const admin = `postgres://sluice@127.0.0.1:${port}/postgres`;
  return untilReady(service, server, async () => {
    const sql = new Bun.SQL(admin, { max: 1, connectionTimeout: 2 });
    try {
      await sql`CREATE DATABASE sluice`;
    } finally {
      await sql.close();
    }
  });
};

/** Redis without persistence. The address is a `REDIS_URL`. */
export const startRedis = async (): Promise<Service> => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  const port = freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = Bun.spawn([await requiredPath('redis-server'), ...options], { stdout: 'ignore', stderr: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  return untilReady(serviceOf(server, { url, folder }), server, async () => {
    const client = new Bun.RedisClient(url, { autoReconnect: false, connectionTimeout: 2000 });
    try {
      await client.send('PING', []);
    } finally {
      client.close();
    }
  });
};

const serviceOf = (server: Subprocess, at: { readonly url: string; readonly folder: string }): Service => ({
  url: at.url,
  stop: async () => {
    server.kill('SIGINT');
    await server.exited;
    await rm(at.folder, { recursive: true, force: true });
  },
});

const readyWithinMs = 20_000;

/** Asks the server until it answers; gives up when it has ended or takes too long. */
const untilReady = async (service: Service, server: Subprocess, ask: () => Promise<void>): Promise<Service> => {
  const begun = performance.now();
  for (;;) {
    try {
      await ask();
      return service;
    } catch (error) {
      if (server.exitCode === null && performance.now() - begun < readyWithinMs) {
        await Bun.sleep(50);
        continue;
      }
      await service.stop();
      throw new Error(`The server at ${service.url} did not become ready.`, { cause: error });
    }
  }
};

/** Debian keeps PostgreSQL's programs out of the search path. */
const programPath = async (name: string): Promise<string | undefined> => {
  const found = Bun.which(name);
  if (found !== null) return found;
  const kept = await Array.fromAsync(
    new Bun.Glob(`*/bin/${name}`).scan({ cwd: '/usr/lib/postgresql', absolute: true, onlyFiles: false }),
  ).catch(() => []);
  return kept.sort().at(-1);
};

const requiredPath = async (name: string): Promise<string> => {
  const path = await programPath(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
};

const freePort = (): number => {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
};
