import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/contract/parse-config.ts';
import { defaultConfig, type SluiceConfig } from '../../src/contract/settings.ts';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const files = { read: () => ({ problem: 'is not there' }) };

const read = (text: string): SluiceConfig['declared'] => {
  const parsed = parseConfig(text, { CI_KEY: 'sk-of-the-pipeline-0123' }, files as never);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config.declared;
};

const team = (models: string): string => `
objects:
  users:
    - { id: bob }
  teams:
    - id: web
      alias: Web
      models: [${models}]
      members: [{ user_id: bob, role: member }]
      budgets: [{ limit_usd: 5, window: day }]
`;
const key = `
  keys:
    - id: ci
      key: \${CI_KEY}
      team_id: web
`;

describe.skipIf(testsProgram)('objects of the config file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-declared-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const start = (text: string): Promise<GatewayUnderTest> =>
    startGatewayUnderTest({
      dataDirectory: directory,
      models: shippedModels,
      config: { ...defaultConfig, declared: read(text) },
    });
  const admin = async (gateway: GatewayUnderTest, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, ...(text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)) };
  };
  const call = async (gateway: GatewayUnderTest, model: string, secret = 'sk-of-the-pipeline-0123') => {
    const body = { model, messages: [{ role: 'user', content: 'Hello' }] };
    const response = await gateway.post('/v1/chat/completions', body, { key: secret });
    await response.text();
    return response.status;
  };

  test('are made at the start, held, shown, and changed by the file only', async () => {
    const gateway = await start(team("'openai/*'") + key);
    expect(await call(gateway, 'openai/gpt-4o')).toBe(200);
    expect(await call(gateway, 'anthropic/claude-sonnet-4-5')).toBe(403);
    expect(await admin(gateway, 'GET', '/teams/web')).toMatchObject({ origin: 'file', alias: 'Web', revision: 1 });
    for (const [method, path, body] of [
      ['PATCH', '/teams/web', { alias: 'Other' }],
      ['DELETE', '/teams/web', undefined],
      ['PATCH', '/keys/ci', { blocked: true }],
      ['POST', '/keys/ci/rotate', {}],
      ['DELETE', '/keys/ci', undefined],
    ] as const)
      expect(await admin(gateway, method, path, body)).toMatchObject({ status: 409, code: 'owned_by_file' });
    expect(await admin(gateway, 'POST', '/keys', { id: 'made', team_id: 'web' })).toMatchObject({ status: 201 });
    await gateway.stop();
  });

  test('what did not change keeps its revision, what did is written, and what stands there no more is gone', async () => {
    const same = await start(team("'openai/*'") + key);
    expect(await admin(same, 'GET', '/teams/web')).toMatchObject({ revision: 1 });
    await same.stop();
    const changed = await start(team("'anthropic/*'"));
    expect(await admin(changed, 'GET', '/teams/web')).toMatchObject({ revision: 2, models: ['anthropic/*'] });
    expect(await call(changed, 'anthropic/claude-sonnet-4-5')).toBe(401);
    expect((await admin(changed, 'GET', '/keys/ci')).status).toBe(404);
    await changed.stop();
  });

  test('a start that would take away what others need, or what the API made, is refused, and changes nothing', async () => {
    await expect(start('')).rejects.toThrow('The team "web" is still needed by key made');
    await expect(
      start(`${team("'openai/*'")}  keys: [{ id: made, key_sha256: "${'ab'.repeat(32)}" }]\n`),
    ).rejects.toThrow('The config file declares the key "made", which was made by the admin API.');
    const gateway = await start(team("'anthropic/*'"));
    expect(await admin(gateway, 'GET', '/teams/web')).toMatchObject({ revision: 2 });
    await gateway.stop();
  });

  test('the file is told what is wrong with them, with the line', () => {
    const wrong = `objects:
  teams:
    - id: web
      budgets: [{ limit_usd: -5, window: day }]
  keys:
    - id: ci
      team: web
      key: \${CI_KEY}
    - id: other
`;
    const parsed = parseConfig(wrong, { CI_KEY: 'sk-of-the-pipeline-0123' }, files as never);
    if (!('problems' in parsed)) throw new Error('it was taken');
    const told = JSON.stringify(parsed.problems);
    for (const word of ['objects.teams[0].budgets[0].limit_usd', 'objects.keys[0].team', 'objects.keys[1]'])
      expect(told).toContain(word);
  });
});
