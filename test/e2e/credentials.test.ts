import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/app/cli/run-command.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const secret = 'sk-brought-by-the-organisation-4711';
const encryptionKey = 'an encryption key of more than 32 characters';

describe.skipIf(testsProgram)('provider credentials of an organisation', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-credentials-'));
  let gateway: GatewayUnderTest;

  const start = (more: { readonly encryptionKey?: string; readonly keyPepper?: string } = {}) =>
    startGatewayUnderTest({ dataDirectory: directory, encryptionKey, ...more });
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const admin = async (method: string, path: string, body?: object, key = masterKey) => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  let callerKey = '';
  /** The key that a call's provider saw, and the answer's status. */
  const sentKey = async (key: string) => {
    const response = await gateway.post(
      '/v1/chat/completions',
      { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }] },
      { key },
    );
    return {
      status: response.status,
      text: await response.text(),
      sent: gateway.simulator.requests.at(-1)?.headers['authorization'],
    };
  };

  test('are used for its calls only, shown nowhere, and gone when they are deleted', async () => {
    await admin('POST', '/organisations', { id: 'acme' });
    const made = await admin('POST', '/keys?organisation=acme', {});
    callerKey = made.body['key'] as string;
    const before = await sentKey(callerKey);
    const created = await admin('POST', '/credentials?organisation=acme', {
      id: 'own',
      provider: 'openai',
      api_key: secret,
    });
    expect(created).toMatchObject({ status: 201, body: { provider: 'openai', shown: '…4711' } });
    const own = await sentKey(callerKey);
    expect(own.sent).toBe(`Bearer ${secret}`);
    // The simulated provider knows one key only, and what it says of another must not name it.
    expect([own.status, own.text.includes(secret)]).toEqual([502, false]);
    expect(await sentKey(masterKey)).toMatchObject({ status: 200, sent: before.sent });
    const read = await admin('GET', '/credentials/own?organisation=acme');
    const listed = await admin('GET', '/credentials?organisation=acme');
    expect([created, read, listed].some(({ text }) => text.includes(secret))).toBe(false);
  });

  test('lie sealed in the database, and open in their place only', async () => {
    const database = new Database(join(directory, 'sluice.db'), { readonly: true });
    const [row] = database.query("SELECT * FROM sealed WHERE id = 'own'").all() as readonly Record<string, unknown>[];
    const { data } = database.query("SELECT data FROM object WHERE id = 'own'").get() as { readonly data: string };
    database.close();
    expect(String(row?.['sealed']).length).toBeGreaterThan(40);
    expect(data).not.toContain(secret.slice(0, 12));
    for (const file of ['sluice.db', 'sluice.db-wal'])
      expect(readFileSync(join(directory, file)).includes(secret)).toBe(false);
  });

  test('are there again after a restart; a changed secret is used at once, a blocked one not', async () => {
    await gateway.stop();
    gateway = await start();
    expect((await sentKey(callerKey)).sent).toBe(`Bearer ${secret}`);
    await admin('PATCH', '/credentials/own?organisation=acme', { api_key: `${secret}-new` });
    expect((await sentKey(callerKey)).sent).toBe(`Bearer ${secret}-new`);
    await admin('PATCH', '/credentials/own?organisation=acme', { blocked: true });
    expect((await sentKey(callerKey)).status).toBe(200);
    await admin('PATCH', '/credentials/own?organisation=acme', { blocked: null });
  });

  test('of a provider nobody knows are refused', async () => {
    const refused = await admin('POST', '/credentials', { provider: 'nobody', api_key: 'x' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'provider' }] } });
  });

  test('another encryption key or pepper at the start is refused by name, and changing the key keeps what is sealed', async () => {
    await gateway.stop();
    const refusal = (more: object): Promise<string> => start(more).then(String, (error: Error) => error.message);
    const other = 'another encryption key that is long enough';
    expect(await refusal({ encryptionKey: other })).toContain('another encryption key');
    expect(await refusal({ encryptionKey: 'short' })).toContain('32 or more');
    expect(await refusal({ keyPepper: 'another pepper that is long enough too' })).toContain('SLUICE_KEY_PEPPER');
    const lines: string[] = [];
    const code = await runCommand(['encryption-key', '--data', directory], {
      environment: { SLUICE_ENCRYPTION_KEY: encryptionKey, SLUICE_NEW_ENCRYPTION_KEY: other },
      out: (line) => void lines.push(line),
      err: (line) => void lines.push(line),
    });
    expect({ code, lines }).toMatchObject({ code: 0, lines: [expect.stringContaining('1 data keys')] });
    gateway = await start({ encryptionKey: other });
    expect((await sentKey(callerKey)).sent).toBe(`Bearer ${secret}-new`);
  });
});
