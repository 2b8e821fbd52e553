import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../../src/app/version.ts';
import { sluiceProgram, testsProgram } from '../support/sluice-program.ts';

const root = join(import.meta.dir, '../..');
const launcher = ['node', join(root, 'scripts/sluice.mjs')];
const program = sluiceProgram();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell has, without what a test run adds. */
const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  ...more,
});

interface Started {
  readonly child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  readonly url: string;
  /** Everything it said until it listened. */
  readonly said: string;
}

const running: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
});

/** Starts the gateway on a free port and reads until it says where it listens, and the call to try when it made a key. */
const start = async (
  command: readonly string[],
  words: readonly string[] = [],
  more: Record<string, string> = {},
): Promise<Started> => {
  const child = Bun.spawn([...command, 'start', '--port', '0', '--data', join(folder, 'data'), ...words], {
    cwd: folder,
    env: environment(more),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  running.push(child);
  const expectsKey = more['SLUICE_MASTER_KEY'] === undefined;
  const decoder = new TextDecoder();
  let said = '';
  for await (const piece of child.stdout) {
    said += decoder.decode(piece, { stream: true });
    const url = /Sluice listens on (\S+)\n/.exec(said)?.[1];
    if (url !== undefined && (!expectsKey || /Try it: .*\n/.test(said))) return { child, url, said };
  }
  throw new Error(`It did not start: ${said}${await new Response(child.stderr).text()}`);
};

test('the launcher passes words on and keeps the exit code', () => {
  const run = (...words: string[]) => Bun.spawnSync([...launcher, ...words], { cwd: folder, env: environment() });
  expect(run('version').stdout.toString()).toBe(`${version}\n`);
  expect(run('nonsense').exitCode).toBe(2);
  expect(run('check', 'none.yaml').exitCode).toBe(1);
});

describe.each([
  ['the launcher', launcher],
  ['the program itself', program],
])('%s', (_, command) => {
  test('starts, prints a call that works, and ends with 0 on SIGTERM', async () => {
    const { child, url, said } = await start(command);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const call = /Try it: (.*)\n/.exec(said)?.[1] ?? '';
    const answer = Bun.spawnSync(['sh', '-c', `${call} -s`]).stdout.toString();
    expect(JSON.parse(answer)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant' } }],
    });
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});

test('the key is shown once and kept', async () => {
  const first = await start(program);
  const key = /Master key[^:]*: (\S+)/.exec(first.said)?.[1] ?? '';
  first.child.kill('SIGTERM');
  await first.child.exited;
  const second = Bun.spawn([...program, 'start', '--port', '0', '--data', join(folder, 'data')], {
    cwd: folder,
    env: environment(),
    stderr: 'ignore',
    stdout: 'pipe',
  });
  running.push(second);
  let said = '';
  for await (const piece of second.stdout) {
    said += new TextDecoder().decode(piece);
    if (said.includes('\n')) break;
  }
  const url = /Sluice listens on (\S+)/.exec(said)?.[1] ?? '';
  expect(said).not.toContain(key);
  expect((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  expect((await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer sk-sluice-wrong' } })).status).toBe(401);
});

test('when the launcher is killed, the program ends too', async () => {
  const { child, url } = await start(launcher, [], { SLUICE_MASTER_KEY: 'k' });
  child.kill('SIGKILL');
  await child.exited;
  const gone = async (): Promise<boolean> =>
    await fetch(`${url}/livez`).then(
      () => false,
      () => true,
    );
  const endMs = performance.now() + 10_000;
  while (!(await gone()) && performance.now() < endMs) await Bun.sleep(100);
  expect(await gone()).toBe(true);
});

test.skipIf(process.platform !== 'linux')(
  'started alone, the program gives itself more than 256 upstream calls, and stays one process',
  async () => {
    const { child } = await start(program, [], { SLUICE_MASTER_KEY: 'k' });
    expect(await Bun.file(`/proc/${child.pid}/environ`).text()).toContain('BUN_CONFIG_MAX_HTTP_REQUESTS=65336');
  },
);

test('a bad config file starts nothing and says why', () => {
  writeFileSync(join(folder, 'sluice.yaml'), 'servr: {}\n');
  const { exitCode, stderr } = Bun.spawnSync([...program, 'start', '--port', '0'], { cwd: folder, env: environment() });
  expect(exitCode).toBe(1);
  expect(stderr.toString()).toStartWith('sluice.yaml:1:1 servr: is not a known key (did you mean `server`?');
});

test('a port that is taken is told in one line', async () => {
  const { url } = await start(program, [], { SLUICE_MASTER_KEY: 'k' });
  const { port } = new URL(url);
  const second = Bun.spawnSync([...program, 'start', '--port', port], {
    cwd: folder,
    env: environment({ SLUICE_MASTER_KEY: 'k' }),
  });
  expect(second.exitCode).toBe(1);
  expect(second.stderr.toString()).toBe(
    `127.0.0.1:${port} is taken. Choose another with --port and --host, or admin.port in the config file.\n`,
  );
});

// Bun itself reads bunfig.toml, so this holds for a compiled program only.
test.skipIf(!testsProgram)('a bunfig.toml in the folder it is started in loads no code', () => {
  writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./planted.ts"]\n');
  writeFileSync(join(folder, 'planted.ts'), 'console.log("planted");\n');
  const { stdout } = Bun.spawnSync([...program, 'version'], { cwd: folder, env: {} });
  expect(stdout.toString()).toBe(`${version}\n`);
});

test('`health` says by its exit code whether a gateway takes calls', async () => {
  const { url, child } = await start(program, [], { SLUICE_MASTER_KEY: 'k' });
  const ask = () =>
    Bun.spawnSync([...program, 'health', '--port', new URL(url).port], {
      cwd: folder,
      env: { ...environment(), HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' },
    });
  expect(ask().exitCode).toBe(0);
  writeFileSync(join(folder, 'sluice.yaml'), 'nope: 1');
  const { exitCode, stderr } = ask();
  rmSync(join(folder, 'sluice.yaml'));
  expect({ exitCode, stderr: stderr.toString() }).toEqual({
    exitCode: 0,
    stderr: expect.stringContaining('nope: is not a known key'),
  });
  child.kill('SIGTERM');
  await child.exited;
  expect(ask().exitCode).toBe(1);
});
