import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SQL } from 'bun';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { missingProgram, type Service, startPostgres } from '../support/services.ts';
import { type StartedProgram, sluiceProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-1234';
const providerKey = 'sk-provider-secret-0123456789abcdef';
const missing = await missingProgram('postgres');

const sha256 = (key: string): string => new Bun.CryptoHasher('sha256').update(key).digest('hex');

/** The columns that matter, as LiteLLM's own migrations make them. */
const schema = `
CREATE TABLE "LiteLLM_BudgetTable" (budget_id text PRIMARY KEY, max_budget float8, soft_budget float8, max_parallel_requests int,
  tpm_limit bigint, rpm_limit bigint, model_max_budget jsonb, budget_duration text, budget_reset_at timestamp, created_by text, updated_by text);
CREATE TABLE "LiteLLM_OrganizationTable" (organization_id text PRIMARY KEY, organization_alias text, budget_id text, metadata jsonb DEFAULT '{}',
  models text[], spend float8 DEFAULT 0, model_spend jsonb DEFAULT '{}', created_by text, updated_by text);
CREATE TABLE "LiteLLM_ModelTable" (id serial PRIMARY KEY, aliases jsonb, created_by text, updated_by text);
CREATE TABLE "LiteLLM_TeamTable" (team_id text PRIMARY KEY, team_alias text, organization_id text, admins text[], members text[],
  members_with_roles jsonb DEFAULT '{}', metadata jsonb DEFAULT '{}', max_budget float8, spend float8 DEFAULT 0, models text[],
  max_parallel_requests int, tpm_limit bigint, rpm_limit bigint, budget_duration text, budget_reset_at timestamp, blocked boolean DEFAULT false,
  model_spend jsonb DEFAULT '{}', model_max_budget jsonb DEFAULT '{}', model_id int, team_member_permissions text[] DEFAULT '{}');
CREATE TABLE "LiteLLM_UserTable" (user_id text PRIMARY KEY, user_alias text, team_id text, sso_user_id text, organization_id text, password text,
  teams text[] DEFAULT '{}', user_role text, max_budget float8, spend float8 DEFAULT 0, user_email text, models text[], metadata jsonb DEFAULT '{}',
  max_parallel_requests int, tpm_limit bigint, rpm_limit bigint, budget_duration text, budget_reset_at timestamp,
  allowed_cache_controls text[] DEFAULT '{}', model_spend jsonb DEFAULT '{}', model_max_budget jsonb DEFAULT '{}');
CREATE TABLE "LiteLLM_TeamMembership" (user_id text, team_id text, spend float8 DEFAULT 0, budget_id text, PRIMARY KEY (user_id, team_id));
CREATE TABLE "LiteLLM_EndUserTable" (user_id text PRIMARY KEY, alias text, spend float8 DEFAULT 0, allowed_model_region text, default_model text,
  budget_id text, blocked boolean DEFAULT false);
CREATE TABLE "LiteLLM_TagTable" (tag_name text PRIMARY KEY, description text, models text[], model_info jsonb, spend float8 DEFAULT 0, budget_id text);
CREATE TABLE "LiteLLM_ProxyModelTable" (model_id text PRIMARY KEY, model_name text, litellm_params jsonb, model_info jsonb);
CREATE TABLE "LiteLLM_VerificationToken" (token text PRIMARY KEY, key_name text, key_alias text, soft_budget_cooldown boolean DEFAULT false,
  spend float8 DEFAULT 0, expires timestamp, models text[], aliases jsonb DEFAULT '{}', config jsonb DEFAULT '{}', user_id text, team_id text,
  permissions jsonb DEFAULT '{}', max_parallel_requests int, metadata jsonb DEFAULT '{}', blocked boolean, tpm_limit bigint, rpm_limit bigint,
  max_budget float8, budget_duration text, budget_reset_at timestamp, allowed_cache_controls text[] DEFAULT '{}', allowed_routes text[] DEFAULT '{}',
  model_spend jsonb DEFAULT '{}', model_max_budget jsonb DEFAULT '{}', budget_id text, organization_id text);
`;

const rows = `
INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, budget_duration, rpm_limit) VALUES
  ('b-org', 500, '30d', NULL), ('b-member', 3, '1d', 7), ('b-shared', 20, '7d', 55);
INSERT INTO "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, models) VALUES ('org-1', 'Research', 'b-org', '{}');
INSERT INTO "LiteLLM_ModelTable" (id, aliases) VALUES (4, '{"house": "openai/gpt-4o-mini"}');
INSERT INTO "LiteLLM_UserTable" (user_id, user_email, user_role, max_budget, models) VALUES ('ann', 'ann@example.com', 'internal_user', 40, '{}');
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, organization_id, members_with_roles, models, tpm_limit, model_id) VALUES
  ('team-1', 'Core', 'org-1', '[{"role": "admin", "user_id": "ann"}]', '{all-proxy-models}', 90000, 4);
INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, budget_id) VALUES ('ann', 'team-1', 'b-member');
INSERT INTO "LiteLLM_EndUserTable" (user_id, alias, budget_id, blocked) VALUES ('guest', 'A guest', 'b-shared', false);
INSERT INTO "LiteLLM_TagTable" (tag_name, description, budget_id) VALUES ('batch', 'by night', 'b-shared');
INSERT INTO "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params) VALUES ('m', 'sealed', '{"model": "x"}');
INSERT INTO "LiteLLM_VerificationToken"
  (token, key_name, key_alias, user_id, team_id, models, metadata, max_budget, budget_duration, rpm_limit, blocked, expires, budget_id) VALUES
  ('${sha256('sk-of-the-team')}', 'sk-...team', 'team key', 'ann', 'team-1', '{all-team-models}', '{"tags": ["night"], "model_rpm_limit": {"openai/gpt-4o": 5}}', 10, '1d', 33, NULL, NULL, NULL),
  ('${sha256('sk-of-its-own')}', 'sk-...own', NULL, NULL, NULL, '{openai/gpt-4o}', '{}', NULL, NULL, NULL, NULL, '2099-01-01', 'b-shared'),
  ('${sha256('sk-that-is-blocked')}', 'sk-...cked', 'blocked', NULL, NULL, '{}', '{}', NULL, NULL, NULL, true, NULL, NULL),
  ('${sha256('sk-whose-time-is-over')}', 'sk-...over', 'old', NULL, NULL, '{}', '{}', NULL, NULL, NULL, NULL, '2020-01-01', NULL),
  ('${sha256('sk-of-a-page')}', 'sk-...page', NULL, 'ann', 'litellm-dashboard', '{}', '{}', NULL, NULL, NULL, NULL, NULL, NULL);
`;

describe.skipIf(missing !== undefined)(`a database of LiteLLM’s${missing === undefined ? '' : ` (${missing})`}`, () => {
  let postgres: Service;
  let simulator: Simulator;
  let sluice: StartedProgram;
  const runs: { readonly code: number; readonly out: string; readonly err: string }[] = [];

  const importOnce = async () => {
    const words = ['import', 'litellm', '--database-url', postgres.url, '--config', sluice.configPath];
    const run = Bun.spawn([...sluiceProgram(), ...words, '--port', new URL(sluice.url).port, '--host', '127.0.0.1'], {
      env: { PATH: process.env['PATH'] ?? '', SLUICE_MASTER_KEY: masterKey },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
    return { code: await run.exited, out, err };
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    const sql = new SQL(postgres.url, { max: 1 });
    await sql.unsafe(schema);
    await sql.unsafe(rows);
    await sql.close();
    simulator = startSimulator({ key: providerKey });
    sluice = await startProgram({
      masterKey,
      config: JSON.stringify({
        providers: [{ id: 'openai', base_url: `${simulator.url}/v1`, api_key: providerKey }],
        money: { unknown_price: 'free' },
      }),
      line: () => undefined,
    });
    runs.push(await importOnce(), await importOnce());
  }, 60_000);

  afterAll(async () => {
    await sluice.stop();
    simulator.stop();
    await postgres.stop();
  });

  const call = (key: string, model: string): Promise<Response> =>
    fetch(`${sluice.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 }),
    });
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(sluice.url + path, { headers: { authorization: `Bearer ${masterKey}` } });
    return (await response.json()) as Record<string, unknown>;
  };

  test('is taken over, and taking it over again changes nothing', () => {
    expect(runs[0]).toEqual({
      code: 0,
      out: expect.stringContaining('key: 3 made, 0 there already, 0 failed'),
      err: expect.stringContaining('1 models: their settings are sealed'),
    });
    expect(runs[0]?.err).toContain('key old: its time is over');
    expect(runs[1]).toMatchObject({ code: 0, out: expect.stringContaining('key: 0 made, 3 there already, 0 failed') });
  });

  test('its keys work, with the bounds they had', async () => {
    expect((await call('sk-of-the-team', 'openai/anything')).status).toBe(200);
    expect((await call('sk-of-the-team', 'house')).headers.get('x-sluice-model')).toBe('gpt-4o-mini');
    expect((await call('sk-of-its-own', 'openai/gpt-4o')).status).toBe(200);
    expect((await call('sk-of-its-own', 'openai/other')).status).toBe(403);
    expect((await call('sk-that-is-blocked', 'openai/gpt-4o')).status).toBe(403);
    expect((await call('sk-whose-time-is-over', 'openai/gpt-4o')).status).toBe(401);
    expect((await call('sk-of-nobody-at-all', 'openai/gpt-4o')).status).toBe(401);
  });

  test('its objects are there with their budgets and limits', async () => {
    const { info } = await get(`/key/info?key=sk-of-the-team`);
    expect(info).toMatchObject({
      token: sha256('sk-of-the-team'),
      key_alias: 'team key',
      key_name: 'sk-...team',
      team_id: 'team-1',
      user_id: 'ann',
      organization_id: 'org-1',
      max_budget: 10,
      budget_duration: '1d',
      rpm_limit: 33,
      model_rpm_limit: { 'openai/gpt-4o': 5 },
      tags: ['night'],
    });
    const { team_info: team } = await get('/team/info?team_id=team-1&organization_id=org-1');
    expect(team).toMatchObject({
      team_alias: 'Core',
      tpm_limit: 90_000,
      model_aliases: { house: 'openai/gpt-4o-mini' },
    });
    expect(JSON.stringify(team)).toContain('"user_id":"ann"');
    expect(await get('/organization/info?organization_id=org-1')).toMatchObject({
      organization_alias: 'Research',
      max_budget: 500,
      budget_duration: '30d',
    });
    expect(await get('/user/info?user_id=ann&organization_id=org-1')).toMatchObject({
      user_info: { user_email: 'ann@example.com', max_budget: 40 },
    });
    expect(await get('/customer/info?end_user_id=guest')).toMatchObject({ alias: 'A guest', budget_id: 'b-shared' });
  });

  test('what cannot be read is told without the password', async () => {
    const words = ['import', 'litellm', '--database-url', 'postgres://u:very-secret@127.0.0.1:1/x'];
    const run = Bun.spawn([...sluiceProgram(), ...words], {
      stdout: 'pipe',
      stderr: 'pipe',
      env: { PATH: process.env['PATH'] ?? '' },
    });
    const err = await new Response(run.stderr).text();
    expect([await run.exited, err]).toEqual([1, expect.stringContaining('The database cannot be read')]);
    expect(err).not.toContain('very-secret');
  });
});
