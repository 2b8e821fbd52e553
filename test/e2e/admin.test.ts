import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/app/cli/run-command.ts';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

type Answer = Readonly<Record<string, unknown>> & { readonly status: number; readonly response: Response };

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)('keys and the admin API', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-admin-'));
  let gateway: GatewayUnderTest;

  const start = () => startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const admin = async (
    method: string,
    path: string,
    body?: unknown,
    { key = masterKey, ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const read = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { ...read, status: response.status, response };
  };
  const make = async (
    plural: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const made = await admin('POST', `/${plural}`, body, headers);
    expect(made).toMatchObject({ status: 201 });
    return made;
  };
  const makeKey = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
    const made = await make('keys', body, headers);
    return { id: made['id'] as string, key: made['key'] as string };
  };
  const call = async (
    key: string,
    model = 'openai/gpt-4o',
    more: object = {},
    headers: Record<string, string> = {},
  ) => {
    const body = { model, messages: [{ role: 'user', content: 'Hi' }], ...more };
    const response = await gateway.post('/v1/chat/completions', body, { key, headers });
    const read = (await response.json()) as { readonly error?: { readonly code?: string; readonly message: string } };
    return { status: response.status, code: read.error?.code, message: read.error?.message, response };
  };
  const lastBody = (): unknown => JSON.parse(gateway.simulator.requests.at(-1)?.body ?? 'null');
  /** What an exchange was charged to, once the store has it. */
  const chargedTo = async (exchangeId: string): Promise<unknown> => {
    const endMs = performance.now() + 5000;
    const database = new Database(join(directory, 'sluice.db'), { readonly: true });
    try {
      while (performance.now() < endMs) {
        const row = database.query('SELECT scopes FROM attempt WHERE exchange_id = ?').get(exchangeId);
        if (row !== null) return JSON.parse((row as { readonly scopes: string }).scopes);
        await Bun.sleep(10);
      }
      return undefined;
    } finally {
      database.close();
    }
  };
  const fieldsOf = ({ errors }: Answer): readonly string[] =>
    ((errors ?? []) as readonly { readonly field: string }[]).map(({ field }) => field).toSorted();

  test('a key is made, works at once, is shown once, and stops at once when it is blocked, unblocked and revoked', async () => {
    const { id, key } = await makeKey({ alias: 'first' });
    expect(key).toMatch(/^sk-sluice-\w{43}$/);
    expect((await call(key)).status).toBe(200);
    const read = await admin('GET', `/keys/${id}`);
    expect(JSON.stringify(read)).not.toContain(key);
    expect(read['shown']).toBe(`${key.slice(0, 14)}…${key.slice(-4)}`);
    await admin('POST', `/keys/${id}/block`);
    expect(await call(key)).toMatchObject({ status: 403, message: 'The key "first" is blocked.' });
    await admin('POST', `/keys/${id}/unblock`);
    expect((await call(key)).status).toBe(200);
    expect((await admin('DELETE', `/keys/${id}`)).status).toBe(204);
    expect((await call(key)).status).toBe(401);
  });

  test('what a key may do is held: models by any of their names, its own names, routes, addresses, defaults', async () => {
    await make('access-groups', { id: 'cheap', models: ['openai/gpt-4o-mini'] });
    const { key } = await makeKey({
      models: ['gpt-4o', 'cheap'],
      model_aliases: { best: 'openai/gpt-4o' },
      routes: ['chat', 'models'],
      defaults: { temperature: 0.5 },
    });
    for (const model of ['openai/gpt-4o', 'gpt-4o', 'best', 'openai/gpt-4o-mini'])
      expect({ model, ...(await call(key, model)) }).toMatchObject({ model, status: 200 });
    expect(lastBody()).toMatchObject({ temperature: 0.5, model: 'gpt-4o-mini' });
    expect(await call(key, 'anthropic/claude-sonnet-4-5')).toMatchObject({ status: 403, code: 'not_allowed' });
    const embedded = await gateway.post('/v1/embeddings', { model: 'gpt-4o', input: 'x' }, { key });
    expect(embedded.status).toBe(403);
    const listed = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    const { data } = (await listed.json()) as { readonly data: readonly { readonly id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['openai/gpt-4o-mini']);
    const elsewhere = await makeKey({ addresses: ['192.0.2.0/24'] });
    expect(await call(elsewhere.key)).toMatchObject({ status: 403, message: expect.stringContaining('127.0.0.1') });
    const here = await makeKey({ addresses: ['127.0.0.0/8', '::1'] });
    expect((await call(here.key)).status).toBe(200);
  });

  test('who may not use a name does not learn what it leads to, or whether there is such a thing', async () => {
    const { key } = await makeKey({ alias: 'small', models: ['demo/*'] });
    const names = ['groq/any', 'nobody/any', 'openai/gpt-4o', 'no-such-model', 'gpt-4o'];
    for (const model of names)
      expect({ model, ...(await call(key, model)) }).toMatchObject({
        model,
        status: 403,
        code: 'not_allowed',
        message: `The key "small" may not use the model "${model}". Allowed: demo/*.`,
      });
    const missed = await call(key, 'demo/eco');
    expect(missed).toMatchObject({ status: 404, code: 'model_not_found' });
    expect(missed.message).toContain('Nearest: "demo/echo", "demo/embedding".');
    const several = await gateway.post(
      '/v1/chat/completions',
      { models: names, messages: [{ role: 'user', content: 'x' }] },
      { key },
    );
    expect(several.status).toBe(403);
    expect(await several.text()).not.toMatch(/not-configured|unknown-model/);
    const shown = (name: string) =>
      fetch(`${gateway.url}/v1/models/${name}`, { headers: { authorization: `Bearer ${key}` } }).then((answer) =>
        answer.text(),
      );
    for (const name of names) expect(await shown(name)).toContain(`This key has no model \\"${name}\\".`);
    expect(await shown('demo/eco')).toContain('demo/echo');
    expect(await shown('demo/eco')).not.toContain('openai');
  });

  test('a body that names two models is refused, since providers may take the other one', async () => {
    const { key } = await makeKey({ models: ['openai/gpt-4o-mini'] });
    const raw = '{"model":"openai/gpt-4o","messages":[],"model":"openai/gpt-4o-mini"}';
    const response = await gateway.post('/v1/chat/completions', {}, { key, raw });
    expect(response.status).toBe(400);
  });

  test('a budget of any scope ends the calls below it, and tells which', async () => {
    await make('teams', {
      id: 'spenders',
      budgets: [{ limit_usd: 0.0000001, window: 'day', time_zone: 'Europe/Berlin' }],
    });
    const { key } = await makeKey({ team_id: 'spenders' });
    const refused = await call(key);
    expect(refused).toMatchObject({ status: 429, code: 'budget_exceeded' });
    expect(refused.message).toContain('team:spenders');
    await make('customers', { id: 'end user/7', budgets: [{ limit_usd: '0', window: 'lifetime' }] });
    const plain = await makeKey({});
    expect((await call(plain.key)).status).toBe(200);
    expect(await call(plain.key, 'gpt-4o', { user: 'end user/7' })).toMatchObject({ code: 'budget_exceeded' });
    expect(await call(plain.key, 'gpt-4o', {}, { 'x-sluice-customer': 'end user/7' })).toMatchObject({ status: 429 });
  });

  test('customers and tags are charged, and tags in a body do not reach the provider', async () => {
    const { id, key } = await makeKey({ tags: ['always'] });
    const answer = await call(key, 'gpt-4o', { metadata: { tags: ['a', 'b'] }, user: 'ann' });
    expect(answer.status).toBe(200);
    expect(await chargedTo(answer.response.headers.get('x-request-id') ?? '')).toEqual([
      'organisation:default',
      `key:${id}`,
      'tag:always',
      'customer:ann',
      'tag:a',
      'tag:b',
    ]);
    expect(lastBody()).not.toHaveProperty('metadata');
  });

  test('rotation gives another secret; the former one goes on for the grace period only', async () => {
    const { id, key } = await makeKey({});
    const second = await admin('POST', `/keys/${id}/rotate`, { grace: '1h' });
    expect([(await call(key)).status, (await call(second['key'] as string)).status]).toEqual([200, 200]);
    const third = await admin('POST', `/keys/${id}/rotate`);
    const used = [key, second['key'] as string, third['key'] as string].map(
      async (secret) => (await call(secret)).status,
    );
    expect(await Promise.all(used)).toEqual([401, 401, 200]);
  });

  test('everything is there again after a restart', async () => {
    const { key } = await makeKey({ models: ['gpt-4o'] });
    await gateway.stop();
    gateway = await start();
    expect((await call(key)).status).toBe(200);
    expect((await call(key, 'anthropic/claude-sonnet-4-5')).status).toBe(403);
  });

  test('wrong input is refused with every field named, and nothing of it stays', async () => {
    const before = ((await admin('GET', '/keys?limit=200'))['data'] as readonly unknown[]).length;
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ budgetts: [], max: 1 }, ['budgetts', 'max']],
      [{ budgets: [{ limit_usd: -1, window: 'day' }] }, ['budgets[0].limit_usd']],
      [{ budgets: [{ limit_usd: 'NaN', window: 'day' }] }, ['budgets[0].limit_usd']],
      [{ budgets: [{ limit_usd: '$5', window: 'day' }] }, ['budgets[0].limit_usd']],
      [{ budgets: [{ limit_usd: '9223372036.854775808', window: 'day' }] }, ['budgets[0].limit_usd']],
      [{ budgets: [{ limit_usd: 1e300, window: 'day' }] }, ['budgets[0].limit_usd']],
      [{ budgets: [{ limit_usd: 1, window: 'decade' }] }, ['budgets[0].window']],
      [{ budgets: [{ limit_usd: 1, window: 'day', time_zone: 'Mars' }] }, ['budgets[0].time_zone']],
      [{ budgets: [1, 2].map((limit_usd) => ({ limit_usd, window: 'day' })) }, ['budgets[1]']],
      [{ limits: [{ requests_per_minute: 1.5 }] }, ['limits[0].requests_per_minute']],
      [{ limits: [{ tokens_per_minute: -1 }] }, ['limits[0].tokens_per_minute']],
      [{ expires_at: '2001-01-01T00:00:00Z' }, ['expires_at']],
      [{ expires_in: 'soon' }, ['expires_in']],
      [{ metadata: { text: 'x'.repeat(20_000) } }, ['metadata']],
      [{ addresses: ['10.0.0.0/40'] }, ['addresses[0]']],
      [{ team_id: 'nobody' }, ['team_id']],
      [{ alias: '' }, ['alias']],
      [{ id: 'a/b' }, ['id']],
      [[], ['']],
    ];
    for (const [body, fields] of wrong) {
      const answer = await admin('POST', '/keys', body);
      expect({ body, status: answer.status, fields: fieldsOf(answer) }).toEqual({
        body,
        status: 400,
        fields: [...fields],
      });
      expect(answer.response.headers.get('content-type')).toBe('application/problem+json');
    }
    expect(((await admin('GET', '/keys?limit=200'))['data'] as readonly unknown[]).length).toBe(before);
  });

  test('two of a name, a team with keys, a change of what somebody else changed: refused, and why', async () => {
    await make('teams', { id: 'held', alias: 'Held' });
    expect(fieldsOf(await admin('POST', '/teams', { alias: 'Held' }))).toEqual(['alias']);
    const { id } = await makeKey({ team_id: 'held' });
    const refused = await admin('DELETE', '/teams/held');
    expect(refused).toMatchObject({ status: 409, code: 'conflict', detail: expect.stringContaining(`key ${id}`) });
    const first = await admin('PATCH', '/teams/held', { description: 'one' }, { 'if-match': '"1"' });
    expect(first.response.headers.get('etag')).toBe('"2"');
    const second = await admin('PATCH', '/teams/held', { description: 'two' }, { 'if-match': '"1"' });
    expect(second).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(await admin('PATCH', '/teams/held', { description: null })).toMatchObject({ status: 200, revision: 3 });
    expect((await admin('GET', '/teams/held'))['description']).toBeUndefined();
  });

  test('a budget is not lowered below what is spent of it', async () => {
    const { id, key } = await makeKey({ budgets: [{ limit_usd: '10', window: 'lifetime' }] });
    expect((await call(key)).status).toBe(200);
    const lowered = await admin('PATCH', `/keys/${id}`, {
      budgets: [{ limit_usd: '0.000000001', window: 'lifetime' }],
    });
    expect({ status: lowered.status, fields: fieldsOf(lowered) }).toEqual({
      status: 400,
      fields: ['budgets[0].limit_usd'],
    });
    expect((await admin('GET', `/keys/${id}`))['budgets']).toEqual([{ limit_usd: '10', window: 'lifetime' }]);
  });

  test('a creation that is sent twice under one Idempotency-Key makes one key, and tells its secret again', async () => {
    const headers = { 'idempotency-key': 'deploy-1' };
    const one = await makeKey({ alias: 'once' }, headers);
    const again = await admin('POST', '/keys', { alias: 'once' }, headers);
    expect(again).toMatchObject({ status: 201, id: one.id, key: one.key });
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    expect((await admin('POST', '/keys', { alias: 'twice' }, headers)).status).toBe(409);
  });

  test('admin keys do what they were given and no more', async () => {
    await make('organisations', { id: 'acme', alias: 'Acme' });
    const inAcme = '?organisation=acme';
    const made = await admin('POST', `/keys${inAcme}`, { admin: { of: 'organisation', access: 'write' } });
    const boss = { key: made['key'] as string };
    expect((await admin('POST', '/teams', { id: 'x' }, boss)).status).toBe(201);
    expect((await admin('POST', '/teams', { id: 'y' }, boss)).status).toBe(201);
    const lead = {
      key: (await admin('POST', '/keys', { team_id: 'x', admin: { of: 'team', access: 'write' } }, boss))[
        'key'
      ] as string,
    };
    const reader = {
      key: (await admin('POST', '/keys', { admin: { of: 'organisation', access: 'read' } }, boss))['key'] as string,
    };
    const status = async (...asked: Parameters<typeof admin>) => (await admin(...asked)).status;
    expect(await status('GET', '/teams?organisation=default', undefined, boss)).toBe(403);
    expect(await status('PATCH', '/organisations/acme', { blocked: false }, boss)).toBe(403);
    expect(await status('GET', '/organisations/acme', undefined, boss)).toBe(200);
    expect(await status('POST', '/organisations', { id: 'mine' }, boss)).toBe(403);
    expect(await status('GET', '/teams', undefined, reader)).toBe(200);
    expect(await status('POST', '/teams', { id: 'z' }, reader)).toBe(403);
    expect(await status('POST', '/keys', { team_id: 'x' }, lead)).toBe(201);
    expect(await status('POST', '/keys', { team_id: 'y' }, lead)).toBe(403);
    expect(await status('POST', '/keys', {}, lead)).toBe(403);
    expect(await status('POST', '/keys', { team_id: 'x', admin: { of: 'organisation', access: 'read' } }, lead)).toBe(
      403,
    );
    expect(await status('GET', '/teams/y', undefined, lead)).toBe(403);
    expect(await status('PATCH', '/teams/x', { models: null }, lead)).toBe(403);
    expect(((await admin('GET', '/keys', undefined, lead))['data'] as readonly unknown[]).length).toBe(2);
    expect((await call(lead.key)).status).toBe(403);
    const strong = await admin('POST', '/keys', { team_id: 'x', admin: { of: 'organisation', access: 'write' } }, boss);
    expect(await status('POST', `/keys/${strong['id'] as string}/rotate`, {}, lead)).toBe(403);
    expect(await status('PATCH', `/keys/${strong['id'] as string}`, { admin: null }, lead)).toBe(403);
    const narrow = await admin(
      'POST',
      '/keys',
      { models: ['openai/*'], admin: { of: 'organisation', access: 'write' } },
      boss,
    );
    const maker = { key: narrow['key'] as string };
    expect(await status('POST', '/keys', { models: ['openai/gpt-*'] }, maker)).toBe(201);
    expect(await status('POST', '/keys', {}, maker)).toBe(403);
    expect(await status('POST', '/keys', { models: ['*'] }, maker)).toBe(403);
    expect(await status('POST', '/keys', { team_id: 'spenders' }, boss)).toBe(400);
  });

  test('a key for calls learns about itself and nothing else', async () => {
    const { id, key } = await makeKey({ alias: 'curious' });
    expect(await admin('GET', '/keys/self', undefined, { key })).toMatchObject({ status: 200, id, role: 'member' });
    expect((await admin('GET', `/keys/${id}`, undefined, { key })).status).toBe(403);
    expect((await admin('GET', '/keys', undefined, { key: 'sk-wrong' })).status).toBe(401);
  });

  test('pages lead through a list, and questions nobody knows are refused', async () => {
    await make('teams', { id: 'paged' });
    const made = await Promise.all([1, 2, 3].map(() => makeKey({ team_id: 'paged' })));
    const first = await admin('GET', '/keys?team_id=paged&limit=2');
    const second = await admin('GET', `/keys?team_id=paged&limit=2&cursor=${first['next'] as string}`);
    const ids = [first, second].flatMap(({ data }) => (data as readonly { readonly id: string }[]).map(({ id }) => id));
    expect(ids).toEqual(made.map(({ id }) => id).toSorted());
    expect(second['next']).toBeNull();
    expect(fieldsOf(await admin('GET', '/keys?team=paged'))).toEqual(['team']);
    expect(fieldsOf(await admin('GET', '/keys?limit=0'))).toEqual(['limit']);
  });

  test('the contract is served, and describes every route', async () => {
    const contract = await admin('GET', '/openapi.json');
    const paths = contract['paths'] as Record<string, Record<string, unknown>>;
    expect(contract['openapi']).toBe('3.1.0');
    expect(Object.keys(paths['/keys/{id}'] ?? {})).toEqual(['get', 'patch', 'delete']);
    const references = [...JSON.stringify(contract).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    const { schemas } = contract['components'] as { readonly schemas: Record<string, unknown> };
    expect(references.filter((name) => schemas[name ?? ''] === undefined)).toEqual([]);
    expect((await fetch(`${gateway.url}/admin/v1`)).status).toBe(200);
  });

  test('what does not exist, is not taken or is no JSON is told as such', async () => {
    expect((await admin('GET', '/nothing')).status).toBe(404);
    expect((await admin('PUT', '/keys', {})).status).toBe(405);
    expect((await admin('GET', '/keys/nobody')).status).toBe(404);
    expect((await admin('POST', '/keys', {}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect(fieldsOf(await admin('PATCH', '/teams/held', {}, { 'if-match': 'x' }))).toEqual(['if-match']);
  });

  test('the command line makes, lists, rotates and revokes keys of the running gateway', async () => {
    const { port } = new URL(gateway.url);
    const run = async (...words: readonly string[]) => {
      const out: string[] = [];
      const err: string[] = [];
      const environment = { SLUICE_MASTER_KEY: masterKey };
      const code = await runCommand(['keys', ...words, '--port', port, '--config', join(directory, 'none.yaml')], {
        environment,
        out: (line) => void out.push(line),
        err: (line) => void err.push(line),
      });
      return { code, out: out.join('\n'), err: err.join('\n') };
    };
    writeFileSync(join(directory, 'none.yaml'), '{}');
    const made = await run('create', '--alias', 'from the shell', '--models', 'gpt-4o, openai/*', '--budget', '5');
    const [, id = '', key = ''] = /^Key (\S+), shown this once: (\S+)$/.exec(made.out) ?? [];
    expect((await call(key)).status).toBe(200);
    expect((await run('list')).out).toContain('from the shell');
    const rotated = await run('rotate', id, '--grace', '1h', '--json');
    expect((await call((JSON.parse(rotated.out) as { readonly key: string }).key)).status).toBe(200);
    expect((await run('revoke', id)).code).toBe(0);
    expect((await call(key)).status).toBe(401);
    expect(await run('revoke', id)).toEqual({ code: 1, out: '', err: `There is no key "${id}".` });
    expect((await run('create', '--budget', '-1')).err).toContain('budgets[0].limit_usd: must not be negative');
    expect((await run('revoke')).code).toBe(2);
  });
});
