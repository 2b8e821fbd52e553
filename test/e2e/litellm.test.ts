import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

type Body = Readonly<Record<string, unknown>>;

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)("LiteLLM's management", () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-litellm-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: object, key = masterKey) =>
    fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ask = async (method: string, path: string, body?: object, key?: string): Promise<Body> => {
    const response = await send(method, path, body, key);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  };
  const post = (path: string, body: object, key?: string) => ask('POST', path, body, key);
  const get = (path: string, key?: string) => ask('GET', path, undefined, key);
  const list = async (path: string): Promise<readonly Body[]> => (await get(path)) as unknown as readonly Body[];
  const refusal = async (method: string, path: string, body?: object, key?: string) => {
    const response = await send(method, path, body, key);
    const { error } = (await response.json()) as { readonly error: Body };
    return { status: response.status, ...error } as Body;
  };
  const call = (key: string, headers: Readonly<Record<string, string>> = {}, more: object = {}) =>
    gateway.post(
      '/chat/completions',
      { model: 'openai/gpt-4o', max_tokens: 50, messages: [{ role: 'user', content: 'Hello there' }], ...more },
      { key, headers },
    );
  const sha256 = (key: string) => new Bun.CryptoHasher('sha256').update(key).digest('hex');

  test('a key is made, called with, billed, stopped by its budget and deleted', async () => {
    const made = await post('/key/generate', {
      key_alias: 'flow',
      max_budget: 0.001,
      budget_duration: '30d',
      duration: '30d',
      models: ['openai/*'],
      metadata: { team: 'core' },
      tags: ['flow'],
      rpm_limit: 1000,
    });
    const key = made['key'] as string;
    expect(key).toStartWith('sk-');
    expect(made).toMatchObject({
      token: sha256(key),
      key_alias: 'flow',
      key_name: `sk-...${key.slice(-4)}`,
      max_budget: 0.001,
      budget_duration: '30d',
      models: ['openai/*'],
      metadata: { team: 'core', tags: ['flow'] },
      rpm_limit: 1000,
      spend: 0,
      blocked: false,
    });
    expect(Date.parse(made['expires'] as string) - Date.now()).toBeGreaterThan(29.9 * 86_400_000);

    const answer = await call(key, { 'x-litellm-customer-id': 'end-1', 'x-litellm-tags': 'beta' });
    expect(answer.status).toBe(200);
    const requestId = answer.headers.get('x-request-id') ?? '';
    await answer.text();

    const [row] = await list(`/spend/logs?request_id=${requestId}`);
    expect(row).toMatchObject({
      request_id: requestId,
      api_key: sha256(key),
      end_user: 'end-1',
      request_tags: ['flow', 'beta'],
      status: 'success',
      call_type: 'acompletion',
      model_group: 'openai/gpt-4o',
      custom_llm_provider: 'openai',
    });
    const spend = row?.['spend'] as number;
    expect(spend).toBeGreaterThan(0);
    const { info } = (await get(`/key/info?key=${key}`)) as { readonly info: Body };
    expect(info).toMatchObject({ spend, max_budget: 0.001, token: sha256(key), key_alias: 'flow' });
    expect(await get(`/key/info?key=${sha256(key)}`)).toMatchObject({ info: { spend } });

    let refused = await call(key);
    for (let count = 0; refused.status === 200 && count < 20; count += 1) {
      await refused.text();
      refused = await call(key);
    }
    expect(refused.status).toBe(429);
    const { error } = (await refused.json()) as { readonly error: Body };
    expect(error).toMatchObject({ type: 'budget_exceeded', param: null, code: '429' });
    expect(error['message']).toMatch(/^Budget has been exceeded! Current cost: [\d.e-]+, Max budget: 0\.001$/);

    expect(await post('/key/delete', { keys: [key] })).toEqual({ deleted_keys: [key] });
    expect((await call(key)).status).toBe(401);
    expect(await refusal('GET', `/key/info?key=${key}`)).toMatchObject({
      status: 404,
      type: 'not_found_error',
      code: '404',
    });
  });

  test("answers of calls tell LiteLLM's headers to keys that were made there, and to whoever sends one", async () => {
    const { key } = (await post('/key/generate', { max_budget: 5, rpm_limit: 77 })) as { readonly key: string };
    const answer = await call(key);
    await answer.text();
    const [row] = await list(`/spend/logs?request_id=${answer.headers.get('x-litellm-call-id')}`);
    expect(Number(answer.headers.get('x-litellm-response-cost'))).toBe(row?.['spend'] as number);
    expect(answer.headers.get('x-litellm-model-id')).toBe('openai/gpt-4o');
    expect(answer.headers.get('x-litellm-model-api-base')).toBe(`${gateway.simulator.url}/v1`);
    expect(answer.headers.get('x-litellm-version')).toMatch(/^\d+\.\d+/);
    expect(answer.headers.get('x-litellm-attempted-fallbacks')).toBe('0');
    expect(answer.headers.get('x-litellm-key-max-budget')).toBe('5');
    expect(answer.headers.get('x-litellm-key-spend')).toBe(String(row?.['spend']));
    expect(answer.headers.get('x-ratelimit-api_key-limit-requests')).toBe('77');
    expect(answer.headers.get('x-ratelimit-api_key-remaining-requests')).toBe('76');
    const narrow = (await post('/key/generate', { rpm_limit: 1 })) as { readonly key: string };
    await (await call(narrow.key)).text();
    const refused = await call(narrow.key);
    expect([refused.status, refused.headers.get('rate_limit_type')]).toEqual([429, 'requests']);
    expect(refused.headers.get('reset_at')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(refused.headers.get('x-ratelimit-api_key-remaining-requests')).toBe('0');
    const stream = await call(key, {}, { stream: true });
    expect(stream.headers.get('x-litellm-call-id')).not.toBeNull();
    await stream.text();
    expect((await call(masterKey)).headers.get('x-litellm-call-id')).toBeNull();
    const named = await gateway.post(
      '/v1/chat/completions',
      { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }] },
      { key: 'sk-of-the-provider', headers: { 'x-litellm-api-key': `Bearer ${masterKey}` } },
    );
    expect(named.status).toBe(200);
    expect(named.headers.get('x-litellm-call-id')).not.toBeNull();
  });

  test('a key is changed, blocked, listed and replaced', async () => {
    const first = await post('/key/generate', { key_alias: 'to change', metadata: { a: 1 } });
    const key = first['key'] as string;
    expect(
      await post('/key/update', { key, max_budget: 2.5, tpm_limit: 900, models: ['openai/gpt-4o'] }),
    ).toMatchObject({
      key,
      max_budget: 2.5,
      budget_duration: null,
      tpm_limit: 900,
      metadata: { a: 1 },
    });
    expect(await post('/key/update', { key: sha256(key), max_budget: null })).toMatchObject({
      max_budget: null,
      tpm_limit: 900,
    });
    expect(await post('/key/block', { key })).toMatchObject({ blocked: true });
    expect((await call(key)).status).toBe(403);
    expect(await post('/key/unblock', { key })).toMatchObject({ blocked: false });
    expect((await get('/key/list?key_alias=to%20change'))['keys']).toEqual([sha256(key)]);
    expect(await get('/key/list?key_alias=to%20change&return_full_object=true')).toMatchObject({
      total_count: 1,
      keys: [{ token: sha256(key) }],
    });
    expect((await get('/key/aliases?search=to%20change'))['aliases']).toEqual(['to change']);
    const next = await post(`/key/${sha256(key)}/regenerate`, { max_budget: 3 });
    expect(next).toMatchObject({ key_alias: 'to change', max_budget: 3 });
    expect((await call(key)).status).toBe(401);
    expect(await get('/key/info', next['key'] as string)).toMatchObject({ info: { key_alias: 'to change' } });
    expect(await post('/key/health', {}, next['key'] as string)).toMatchObject({ key: 'healthy' });
  });

  test('a key that is brought works, and one that is there already is refused', async () => {
    const key = 'sk-brought-by-its-owner-1';
    expect(await post('/key/generate', { key })).toMatchObject({ key, token: sha256(key) });
    expect((await call(key)).status).toBe(200);
    expect(await refusal('POST', '/key/generate', { key })).toMatchObject({ status: 400, type: 'bad_request_error' });
    expect(await refusal('POST', '/key/generate', { key: 'short' })).toMatchObject({ status: 400, param: 'key' });
  });

  test('what is wrong is told by its field', async () => {
    const fieldOf = async (body: object) => (await refusal('POST', '/key/generate', body))['param'];
    expect(await fieldOf({ max_budget: -1 })).toBe('max_budget');
    expect(await fieldOf({ max_budget: '$5' })).toBe('max_budget');
    expect(await fieldOf({ max_budget: 1, budget_duration: '30x' })).toBe('budget_duration');
    expect(await fieldOf({ max_budget: 1, budget_duration: '45s' })).toBe('budget_duration');
    expect(await fieldOf({ duration: 'soon' })).toBe('duration');
    expect(await fieldOf({ max_budgett: 1 })).toBe('max_budgett');
    expect(await fieldOf({ rpm_limit: 1.5 })).toBe('rpm_limit');
    expect(await fieldOf({ team_id: 'nobody' })).toBe('team_id');
    expect(await fieldOf({ spend: 5 })).toBe('spend');
    const kept = await send('POST', '/key/generate', { guardrails: ['pii'] });
    expect(kept.headers.get('x-sluice-warnings')).toContain('guardrails');
    expect(await refusal('GET', '/key/generate')).toMatchObject({ status: 405 });
    expect(await refusal('GET', '/key/list', undefined, 'sk-wrong')).toMatchObject({
      status: 401,
      type: 'token_not_found_in_db',
      code: '401',
    });
  });

  test('teams have members with budgets of their own, keys, and go with them', async () => {
    const team = await post('/team/new', {
      team_id: 'web',
      team_alias: 'Web',
      max_budget: 10,
      budget_duration: '7d',
      models: ['openai/*'],
      members_with_roles: [{ role: 'admin', user_id: 'ann' }],
    });
    expect(team).toMatchObject({ team_id: 'web', team_alias: 'Web', max_budget: 10, admins: ['ann'], spend: 0 });
    const grown = await post('/team/member_add', {
      team_id: 'web',
      member: { role: 'user', user_id: 'bob' },
      max_budget_in_team: 1,
    });
    expect(grown['members_with_roles']).toEqual([
      { user_id: 'ann', role: 'admin' },
      { user_id: 'bob', role: 'user' },
    ]);
    const { key } = (await post('/key/generate', { team_id: 'web', user_id: 'bob' })) as { readonly key: string };
    await (await call(key)).text();
    const info = (await get('/team/info?team_id=web')) as { readonly team_info: Body; readonly keys: readonly Body[] };
    expect(info.team_info['spend'] as number).toBeGreaterThan(0);
    expect(info.keys).toMatchObject([{ token: sha256(key), team_id: 'web', user_id: 'bob' }]);
    expect(await post('/team/update', { team_id: 'web', max_budget: 20 })).toMatchObject({
      team_id: 'web',
      data: { max_budget: 20, budget_duration: '7d' },
    });
    expect(await post('/team/block', { team_id: 'web' })).toMatchObject({ blocked: true });
    expect((await call(key)).status).toBe(403);
    await post('/team/unblock', { team_id: 'web' });
    expect((await post('/team/member_delete', { team_id: 'web', user_id: 'bob' }))['members']).toEqual([]);
    expect((await list('/team/list?user_id=ann')).map(({ team_id }) => team_id)).toEqual(['web']);
    expect(await post('/team/delete', { team_ids: ['web'] })).toEqual({ deleted_teams: ['web'] });
    expect((await call(key)).status).toBe(401);
  });

  test('users come with a key, and go with their keys and places in teams', async () => {
    await post('/team/new', { team_id: 'crew' });
    const user = await post('/user/new', {
      user_id: 'carl',
      user_email: 'carl@example.com',
      max_budget: 1,
      teams: ['crew'],
    });
    expect(user).toMatchObject({ user_id: 'carl', max_budget: 1, user_role: 'internal_user', teams: ['crew'] });
    await (await call(user['key'] as string)).text();
    const info = (await get('/user/info?user_id=carl')) as { readonly user_info: Body; readonly keys: readonly Body[] };
    expect(info.user_info['spend'] as number).toBeGreaterThan(0);
    expect(info.keys).toHaveLength(1);
    expect(await post('/user/update', { user_email: 'carl@example.com', max_budget: 2 })).toMatchObject({
      data: { max_budget: 2, user_email: 'carl@example.com' },
    });
    expect((await get('/user/list?user_email=carl'))['total']).toBe(1);
    const today = new Date().toISOString().slice(0, 10);
    const activity = await get(`/user/daily/activity?user_id=carl&start_date=${today}&end_date=${today}`);
    expect(activity).toMatchObject({
      results: [
        { date: today, metrics: { api_requests: 1, successful_requests: 1 }, breakdown: { providers: { openai: {} } } },
      ],
      metadata: { total_api_requests: 1, has_more: false },
    });
    expect(await post('/user/delete', { user_ids: ['carl'] })).toBe(1 as unknown as Body);
    expect((await call(user['key'] as string)).status).toBe(401);
  });

  test('organisations, customers, budgets and tags', async () => {
    expect(
      await post('/organization/new', { organization_id: 'acme', organization_alias: 'Acme', max_budget: 9 }),
    ).toMatchObject({
      organization_id: 'acme',
      max_budget: 9,
    });
    expect(await post('/team/new', { team_id: 'there', organization_id: 'acme' })).toMatchObject({
      organization_id: 'acme',
    });
    expect(await ask('PATCH', '/organization/update', { organization_id: 'acme', max_budget: 8 })).toMatchObject({
      max_budget: 8,
    });
    await post('/team/delete', { team_ids: ['there'], organization_id: 'acme' });
    expect(await ask('DELETE', '/organization/delete', { organization_ids: ['acme'] })).toMatchObject([
      { organization_id: 'acme' },
    ]);

    await post('/budget/new', { budget_id: 'free', max_budget: 0.5, budget_duration: '1d', rpm_limit: 5 });
    expect(await post('/budget/info', { budgets: ['free'] })).toMatchObject([
      { budget_id: 'free', max_budget: 0.5, budget_duration: '1d' },
    ]);
    expect(await post('/customer/new', { user_id: 'end-9', budget_id: 'free', alias: 'Nine' })).toMatchObject({
      budget_id: 'free',
    });
    expect(await get('/customer/info?end_user_id=end-9')).toMatchObject({ user_id: 'end-9', alias: 'Nine', spend: 0 });
    expect(await post('/end_user/block', { user_ids: ['end-9', 'end-10'] })).toMatchObject({
      blocked_users: ['end-9', 'end-10'],
    });
    expect((await call(masterKey, { 'x-litellm-end-user-id': 'end-10' })).status).toBe(403);
    expect(await post('/customer/delete', { user_ids: ['end-9', 'end-10'] })).toMatchObject({ deleted_customers: 2 });
    expect(await post('/budget/delete', { id: 'free' })).toMatchObject({ budget_id: 'free' });

    expect(await post('/tag/new', { name: 'night', description: 'jobs', max_budget: 3 })).toMatchObject({
      tag: { name: 'night' },
    });
    expect(await post('/tag/info', { names: ['night'] })).toMatchObject({
      night: { description: 'jobs', max_budget: 3 },
    });
    expect((await list('/tag/list')).map(({ name }) => name)).toContain('night');
    await post('/tag/delete', { name: 'night' });
  });

  test('asking where a call would go is no call', async () => {
    const { key } = (await post('/key/generate', {})) as { readonly key: string };
    const asked = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'openai/gpt-4o' }),
    });
    expect(asked.status).toBe(200);
    await (await call(key)).text();
    expect((await list(`/spend/logs?api_key=${key}`)).map(({ model }) => model)).toEqual(['gpt-4o']);
  });

  test('spend is told by key, tag, model, team and provider, and paged', async () => {
    const { key } = (await post('/key/generate', { tags: ['weekly'] })) as { readonly key: string };
    for (let count = 0; count < 3; count += 1) await (await call(key)).text();
    const first = (await get(`/spend/logs/v2?api_key=${key}&page_size=2`)) as { readonly data: readonly Body[] } & Body;
    expect(first).toMatchObject({ total: 3, total_pages: 2, page: 1 });
    const second = (await get(`/spend/logs/v2?api_key=${key}&page_size=2&page=2`)) as {
      readonly data: readonly Body[];
    };
    const ids = [...first.data, ...second.data].map(({ request_id }) => request_id);
    expect(new Set(ids).size).toBe(3);
    const spend = ((await get(`/key/info?key=${key}`)) as { readonly info: Body }).info['spend'] as number;
    expect((await list('/spend/tags')).find(({ individual_request_tag: tag }) => tag === 'weekly')).toMatchObject({
      log_count: 3,
      total_spend: spend,
    });
    expect((await list('/global/spend/keys?limit=50')).find(({ api_key }) => api_key === sha256(key))).toMatchObject({
      total_spend: spend,
    });
    expect((await list('/global/spend/models'))[0]).toMatchObject({ model: 'gpt-4o' });
    expect((await list('/global/spend/provider'))[0]).toMatchObject({ provider: 'openai' });
    expect((await get('/global/spend'))['spend'] as number).toBeGreaterThan(spend);
    const today = new Date().toISOString().slice(0, 10);
    const [day] = await list(`/spend/logs?start_date=${today}&end_date=${today}&api_key=${key}`);
    expect(day).toMatchObject({ startTime: today, spend, models: { 'gpt-4o': spend } });
    const usage = { prompt_tokens: 1000, completion_tokens: 100 };
    expect(await post('/spend/calculate', { completion_response: { model: 'openai/gpt-4o', usage } })).toEqual({
      cost: 0.0035,
    });
  });

  test('models and health', async () => {
    const { data } = (await get('/v1/model/info')) as { readonly data: readonly Body[] };
    expect(data.find(({ model_name: name }) => name === 'openai/gpt-4o')).toMatchObject({
      litellm_params: { model: 'openai/gpt-4o' },
      model_info: { mode: 'chat', input_cost_per_token: 0.0000025, litellm_provider: 'openai' },
    });
    expect(await get('/model_group/info?model_group=openai/gpt-4o')).toMatchObject({
      data: [{ providers: ['openai'] }],
    });
    expect((await fetch(`${gateway.url}/health/liveliness`)).status).toBe(200);
    expect(await (await fetch(`${gateway.url}/health/readiness`)).json()).toMatchObject({
      status: 'healthy',
      db: 'connected',
    });
    expect((await get('/health'))['healthy_count'] as number).toBeGreaterThan(0);
  });

  test('reports by day, by tag, by team and by key', async () => {
    await post('/team/new', { team_id: 'reported', team_alias: 'Reported' });
    const { key, token } = await post('/key/generate', { team_id: 'reported', tags: ['report'] });
    await (await call(key as string)).text();
    const { info } = (await get(`/key/info?key=${key as string}`)) as { readonly info: Body };
    const spend = info['spend'] as number;
    const today = new Date().toISOString().slice(0, 10);
    expect((await list(`/global/spend/logs?api_key=${token as string}`)).at(-1)).toEqual({ date: today, spend });
    expect(await get('/global/spend/tags?tags=report')).toEqual({
      spend_per_tag: [{ name: 'report', spend, log_count: 1 }],
    });
    expect(await get('/global/spend/all_tag_names')).toMatchObject({ tag_names: expect.arrayContaining(['report']) });
    const range = `start_date=${today}&end_date=${today}`;
    const [day] = await list(`/global/spend/report?${range}&team_id=reported`);
    expect(day).toMatchObject({
      group_by_day: today,
      teams: [{ team_name: 'reported', total_spend: spend, metadata: [{ model: 'gpt-4o', spend, api_key: token }] }],
    });
    expect(await list(`/global/spend/report?${range}&group_by=api_key&api_key=${token as string}`)).toMatchObject([
      { api_key: token, total_cost: spend, model_details: [{ model: 'gpt-4o', total_cost: spend }] },
    ]);
    const activity = await get(`/global/activity?${range}&team_id=reported`);
    expect(activity).toMatchObject({ sum_api_requests: 1, daily_data: [{ api_requests: 1 }] });
    expect((await list(`/global/activity/model?${range}&team_id=reported`))[0]).toMatchObject({ model: 'gpt-4o' });
    const whole = (await get(`/user/daily/activity/aggregated?${range}&api_key=${token as string}`)) as {
      readonly metadata: Body;
    };
    expect(whole.metadata).toMatchObject({ total_spend: spend, has_more: false });
  });

  test('costs are estimated, tokens counted, and parameters told', async () => {
    expect(
      await post('/cost/estimate', {
        model: 'openai/gpt-4o',
        input_tokens: 1000,
        output_tokens: 100,
        num_requests_per_day: 10,
      }),
    ).toMatchObject({
      cost_per_request: 0.0035,
      input_cost_per_request: 0.0025,
      output_cost_per_request: 0.001,
      daily_cost: 0.035,
      monthly_cost: null,
      input_cost_per_token: 0.0000025,
      provider: 'openai',
    });
    expect(
      await post('/utils/token_counter', {
        model: 'openai/gpt-4o',
        messages: [{ role: 'user', content: 'hello world' }],
      }),
    ).toMatchObject({ total_tokens: expect.any(Number), model_used: 'gpt-4o', request_model: 'openai/gpt-4o' });
    expect((await get('/utils/supported_openai_params?model=openai/gpt-4o'))['supported_openai_params']).toContain(
      'tools',
    );
    expect(await refusal('POST', '/cost/estimate', { model: 'openai/gpt-4o', input_tokens: -1 })).toMatchObject({
      status: 400,
      param: 'input_tokens',
    });
  });

  test('projects, members, models of teams, and many at once', async () => {
    await post('/team/new', { team_id: 'ship', team_alias: 'ship', models: ['openai/gpt-4o'] });
    const project = {
      project_id: 'launch',
      project_alias: 'Launch',
      team_id: 'ship',
      max_budget: 12,
      budget_duration: '30d',
    };
    expect(await post('/project/new', project)).toMatchObject({
      project_id: 'launch',
      team_id: 'ship',
      max_budget: 12,
    });
    expect(await post('/project/update', { project_id: 'launch', max_budget: 20 })).toMatchObject({ max_budget: 20 });
    expect(await get('/project/info?project_id=launch')).toMatchObject({ project_alias: 'Launch', max_budget: 20 });
    const { key } = await post('/key/generate', { team_id: 'ship', project_id: 'launch' });
    expect((await call(key as string)).status).toBe(200);
    expect(
      await post('/team/bulk_member_add', { team_id: 'ship', members: [{ role: 'user', user_id: 'bo' }] }),
    ).toMatchObject({
      successful_additions: 1,
    });
    expect(
      await post('/team/member_update', {
        team_id: 'ship',
        user_id: 'bo',
        max_budget_in_team: 3,
        rpm_limit: 9,
        role: 'admin',
      }),
    ).toMatchObject({ max_budget_in_team: 3, rpm_limit: 9 });
    expect(await post('/team/model/add', { team_id: 'ship', models: ['openai/gpt-4.1'] })).toMatchObject({
      models: ['openai/gpt-4o', 'openai/gpt-4.1'],
    });
    expect(await post('/team/model/delete', { team_id: 'ship', models: ['openai/gpt-4o'] })).toMatchObject({
      models: ['openai/gpt-4.1'],
    });
    // A team without a list may use every model, and still may when one is taken from it.
    await post('/team/new', { team_id: 'open' });
    expect(await post('/team/model/delete', { team_id: 'open', models: ['openai/gpt-4o'] })).toMatchObject({
      models: [],
    });
    expect(await ask('PATCH', '/team/ship', { team_alias: 'The ship' })).toMatchObject({
      data: { team_alias: 'The ship' },
    });
    expect(await get('/v2/team/list?team_alias=ship')).toMatchObject({ total: 1, teams: [{ team_id: 'ship' }] });
    expect(await get('/team/permissions_list?team_id=ship')).toMatchObject({ team_member_permissions: ['/key/info'] });
    const done = await post('/key/bulk_update', {
      keys: [{ key, max_budget: 5 }, { key: 'sk-nobody-knows-this-one' }],
    });
    expect(done).toMatchObject({
      total_requested: 2,
      successful_updates: [{ key, key_info: { max_budget: 5 } }],
      failed_updates: [{ key: 'sk-nobody-knows-this-one' }],
    });
    expect(await post('/user/bulk_update', { users: [{ user_id: 'bo', max_budget: 7 }] })).toMatchObject({
      successful_updates: 1,
    });
    expect(await get('/v2/user/info?user_id=bo')).toMatchObject({ user_id: 'bo', max_budget: 7, teams: ['ship'] });
    expect(await refusal('DELETE', '/project/delete', { project_ids: ['launch'] })).toMatchObject({ status: 400 });
    await post('/key/delete', { keys: [key] });
    expect(await ask('DELETE', '/project/delete', { project_ids: ['launch'] })).toMatchObject([
      { project_id: 'launch' },
    ]);
    expect(await get('/v2/model/info?search=gpt-4o&size=1')).toMatchObject({ current_page: 1, size: 1 });
  });

  test('a model is set up while it runs, called with, balanced, changed and taken away', async () => {
    const params = { model: 'openai/gpt-4o', api_base: `${gateway.simulator.url}/v1`, api_key: providerKey };
    const made = await post('/model/new', {
      model_name: 'of-the-database',
      litellm_params: { ...params, temperature: 0.25 },
      model_info: { id: 'first-model' },
    });
    expect(made).toMatchObject({
      model_id: 'first-model',
      model_name: 'of-the-database',
      model_info: { db_model: true },
    });
    expect(JSON.stringify(made)).not.toContain(providerKey);
    const { key } = await post('/key/generate', { max_budget: 1 });
    const named = (model: string) => call(key as string, {}, { model });
    const first = await named('of-the-database');
    expect([first.status, first.headers.get('x-sluice-model')]).toEqual([200, 'gpt-4o']);
    expect(Number(first.headers.get('x-litellm-response-cost'))).toBeGreaterThan(0);
    expect(JSON.parse(gateway.simulator.requests.at(-1)?.body ?? '')).toMatchObject({ temperature: 0.25 });
    expect((await named('first-model')).status).toBe(200);
    const { data } = (await get('/model/info?litellm_model_id=first-model')) as { readonly data: readonly Body[] };
    expect(data).toMatchObject([{ model_name: 'of-the-database', model_info: { id: 'first-model', db_model: true } }]);
    expect(JSON.stringify(data)).not.toContain(providerKey);
    const { data: listed } = (await get('/v1/models', key as string)) as { readonly data: readonly Body[] };
    expect(listed.map(({ id }) => id)).toContain('of-the-database');

    const second = { model_name: 'of-the-database', litellm_params: { ...params, model: 'openai/gpt-4.1' } };
    const { model_id: id } = await post('/model/new', second);
    const answered = new Set<string | null>();
    for (let count = 0; count < 40; count += 1)
      answered.add((await named('of-the-database')).headers.get('x-sluice-model'));
    expect([...answered].sort()).toEqual(['gpt-4.1', 'gpt-4o']);
    await ask('PATCH', '/model/first-model/update', { litellm_params: { model: 'openai/gpt-4.1' } });
    expect((await named('first-model')).headers.get('x-sluice-model')).toBe('gpt-4.1');
    // A price is no secret: it is shown, and its change leaves the key where it is.
    const priced = { input_cost_per_token: 0.000003, cache_read_input_token_cost: 0.0000003 };
    const repriced = await ask('PATCH', '/model/first-model/update', { litellm_params: priced });
    expect(repriced).toMatchObject({ litellm_params: priced });
    expect((await named('first-model')).status).toBe(200);
    await post('/model/block', { model_id: id });
    expect(await post('/model/delete', { id: 'first-model' })).toEqual({
      message: 'Model: first-model deleted successfully',
    });
    expect((await named('of-the-database')).status).toBe(404);
    await post('/model/unblock', { model_id: id });
    expect((await named('of-the-database')).status).toBe(200);
    await post('/model/delete', { id });
    expect((await named('of-the-database')).status).toBe(404);

    for (const wrong of [
      { model: 'nobody_knows/x' },
      {},
      { model: 'openai/x', api_key: 'os.environ/NOT_SET_ANYWHERE' },
    ])
      expect(await refusal('POST', '/model/new', { model_name: 'x', litellm_params: wrong })).toMatchObject({
        status: 400,
      });
    const admin = await post('/key/generate', { key_type: 'management' });
    const own = { model_name: 'x', litellm_params: params };
    expect(await refusal('POST', '/model/new', own, admin['key'] as string)).toMatchObject({ status: 403 });
  });

  test('a credential is kept sealed, named by models, replaced and taken away', async () => {
    const credential = {
      credential_name: 'house',
      credential_values: { api_key: providerKey, api_base: `${gateway.simulator.url}/v1` },
      credential_info: { custom_llm_provider: 'openai', description: 'of the house' },
    };
    expect(await post('/credentials', credential)).toMatchObject({ success: true });
    const shown = await get('/credentials/by_name/house');
    expect(shown).toMatchObject({ credential_name: 'house', credential_info: { custom_llm_provider: 'openai' } });
    expect(JSON.stringify([shown, await get('/credentials')])).not.toContain(providerKey);
    const model = { model: 'openai/gpt-4o', litellm_credential_name: 'house', api_base: `${gateway.simulator.url}/v1` };
    await post('/model/new', {
      model_name: 'by-credential',
      litellm_params: model,
      model_info: { id: 'by-credential-1' },
    });
    const { key } = await post('/key/generate', {});
    const status = async () => (await call(key as string, {}, { model: 'by-credential' })).status;
    expect(await status()).toBe(200);
    expect(
      await refusal('POST', '/credentials', {
        credential_name: 'x',
        credential_values: { aws_secret_access_key: 's' },
      }),
    ).toMatchObject({ status: 400 });
    await ask('PATCH', '/credentials/house', { credential_values: { api_key: 'sk-another-key-0123456789' } });
    expect(await status()).toBe(502);
    await ask('DELETE', '/credentials/house');
    expect(await refusal('GET', '/credentials/by_name/house')).toMatchObject({ status: 404 });
    await post('/model/delete', { id: 'by-credential-1' });
  });

  test("a key sees itself only, and a team's admin that team only", async () => {
    await post('/team/new', { team_id: 'north' });
    await post('/team/new', { team_id: 'south' });
    const north = await post('/key/generate', { team_id: 'north' });
    const south = await post('/key/generate', { team_id: 'south' });
    const admin = await post('/key/generate', { team_id: 'north', key_type: 'management' });
    await (await call(south['key'] as string)).text();
    const statuses = async (key: string, paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => (await send('GET', path, undefined, key)).status));
    const other = [`/key/info?key=${south['key'] as string}`, `/key/info?key=${south['token'] as string}`];
    expect(
      await statuses(north['key'] as string, [...other, '/key/list', '/spend/logs', '/team/info?team_id=north']),
    ).toEqual([403, 403, 403, 403, 403]);
    expect(
      await statuses(admin['key'] as string, [
        ...other,
        '/team/info?team_id=south',
        '/spend/logs?team_id=south',
        '/spend/tags',
      ]),
    ).toEqual([403, 403, 403, 403, 403]);
    expect((await get('/key/list', admin['key'] as string))['total_count']).toBe(2);
    expect(await get('/spend/logs', admin['key'] as string)).toEqual([] as unknown as Body);
    expect(await refusal('POST', '/key/generate', { team_id: 'south' }, admin['key'] as string)).toMatchObject({
      status: 403,
    });
  });
});
