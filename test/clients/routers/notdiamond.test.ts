import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from '../../e2e/gateway-under-test.ts';
import { type Installed, install } from '../../support/install-client.ts';

// Not Diamond's own clients are fetched into folders of their own, so this belongs to the nightly gate.
const wanted = process.env['SLUICE_CLIENT_SESSIONS'] === '1';

const folder = mkdtempSync(join(tmpdir(), 'sluice-routers-'));
let sluice: GatewayUnderTest | undefined;
beforeAll(async () => {
  if (wanted) sluice = await startGatewayUnderTest({ dataDirectory: join(folder, 'data') });
});
afterAll(async () => {
  await sluice?.stop();
  rmSync(folder, { recursive: true });
});

const run = async (words: readonly string[]): Promise<unknown> => {
  const child = Bun.spawn([...words], {
    env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' },
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 120_000,
  });
  const [told, trouble] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const line = told.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`The client told nothing: ${trouble.slice(-1000)}`);
  return JSON.parse(line);
};

const withClient = (name: string, found: Installed, body: (program: string) => void): void => {
  if (found.kind === 'missing') test.skip(`${name}: ${found.reason}`, () => undefined);
  else describe(name, () => body(found.program));
};

if (!wanted) test.skip('clients of Not Diamond run with SLUICE_CLIENT_SESSIONS=1', () => undefined);
else {
  for (const version of ['0.3.10', '1.1.4'])
    withClient(
      `notdiamond ${version} for JavaScript`,
      // Of what it depends on, the newest cannot be loaded together.
      install({ from: 'npm', name: 'notdiamond', version, program: 'none', with: ['@langchain/community==0.3.20'] }),
      (program) => {
        test('makes a preference, selects, and reports', async () => {
          const module = join(dirname(dirname(program)), 'notdiamond/dist/index.mjs');
          const script = join(import.meta.dir, 'notdiamond-client.mjs');
          expect(await run(['node', script, module, sluice?.url ?? '', masterKey])).toEqual({
            preference: 'string',
            provider: { provider: 'mistral', model: 'My Own' },
            session: 'string',
            feedback: { accuracy: 1 },
            same_session: true,
            wrong_key: ['detail'],
            no_models: ['detail'],
          });
        }, 130_000);
      },
    );
  withClient(
    'notdiamond for Python',
    install({ from: 'pypi', name: 'notdiamond', version: '1.7.0', program: 'python' }),
    (program) => {
      test('selects, trains, waits and lists', async () => {
        const script = join(import.meta.dir, 'notdiamond_client.py');
        expect(await run([program, script, sluice?.url ?? '', masterKey, folder])).toEqual({
          provider: ['me', 'My Own'],
          named: ['openai', 'openai/gpt-4o'],
          session: true,
          models: true,
          trained: 'succeeded',
          wrong_key: ['AuthenticationError', 401],
          no_models: ['UnprocessableEntityError', 422],
          deleted: ['NotFoundError', 404],
        });
      }, 130_000);
    },
  );
}
