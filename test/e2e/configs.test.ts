import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../src/contract/settings.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

type Body = Readonly<Record<string, unknown>>;

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)('configs that are kept', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-configs-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({
      dataDirectory: directory,
      config: { money: { ...defaultConfig.money, unknownPrice: 'free' } },
    });
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
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
  const call = (config: string, key = masterKey) =>
    gateway.post(
      '/v1/chat/completions',
      { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
      { key, headers: { 'x-portkey-config': config } },
    );

  test('are made, called by id and by alias, changed, and remembered as they were', async () => {
    const made = await admin('POST', '/configs', { id: 'pc-main', alias: 'main', config: { provider: 'openai' } });
    expect([made.status, made.body['revision']]).toEqual([201, 1]);
    for (const name of ['pc-main', 'main']) expect((await call(name)).headers.get('x-portkey-provider')).toBe('openai');
    await admin('PATCH', '/configs/pc-main', { config: { provider: 'anthropic' } });
    expect((await call('main')).headers.get('x-portkey-provider')).toBe('anthropic');
    const page = await admin('GET', '/configs/pc-main/versions?limit=1');
    expect(page.body).toMatchObject({ data: [{ revision: 2, config: { provider: 'anthropic' } }], next: '2' });
    const rest = await admin('GET', '/configs/pc-main/versions?limit=1&cursor=2');
    expect(rest.body).toMatchObject({ data: [{ revision: 1, config: { provider: 'openai' } }], next: null });
    await admin('PATCH', '/configs/pc-main', { blocked: true });
    expect((await call('main')).status).toBe(403);
    expect((await admin('DELETE', '/configs/pc-main')).status).toBe(204);
    expect((await call('main')).status).toBe(400);
    expect((await admin('GET', '/configs/pc-main/versions')).status).toBe(404);
  });

  const bad: readonly (readonly [string, object, string])[] = [
    ['a tree that is none', { config: [] }, 'config'],
    ['a strategy that is none', { config: { strategy: { mode: 'x' }, targets: [{}] } }, 'config.strategy.mode'],
    ['a key in the open', { config: { provider: 'openai', api_key: 'sk' } }, 'config.api_key'],
    [
      'ten thousand nodes',
      { config: { targets: Array.from({ length: 10_000 }, () => ({ provider: 'openai' })) } },
      'config.targets',
    ],
    [
      'a pattern without end',
      { config: conditionOn({ $regex: '(a+)+\\1' }) },
      'config.strategy.conditions[0].query.metadata.a.$regex',
    ],
  ];

  test.each(bad)('%s is not kept', async (_, input, field) => {
    const { status, body } = await admin('POST', '/configs', input);
    expect(status).toBe(400);
    expect(body['errors']).toEqual([expect.objectContaining({ field })]);
  });

  test('are an organisation’s own', async () => {
    await admin('POST', '/organisations', { id: 'other' });
    await admin('POST', '/configs?organisation=other', { id: 'pc-theirs', config: { provider: 'openai' } });
    const { body } = await admin('POST', '/keys?organisation=other', {});
    const theirs = String(body['key']);
    expect((await call('pc-theirs', theirs)).status).toBe(200);
    const ours = await admin('POST', '/keys', {});
    const refused = await call('pc-theirs', String(ours.body['key']));
    expect([refused.status, ((await refused.json()) as Body)['status']]).toEqual([400, 'failure']);
    expect((await admin('GET', '/configs/pc-theirs', undefined, theirs)).status).toBe(403);
  });
});

/** An object with a member `then` looks like a promise to linters. */
function conditionOn(question: object): object {
  const rule = Object.fromEntries([
    ['query', { 'metadata.a': question }],
    ['then', 't'],
  ]);
  return { strategy: { mode: 'conditional', conditions: [rule] }, targets: [{ name: 't', provider: 'openai' }] };
}
