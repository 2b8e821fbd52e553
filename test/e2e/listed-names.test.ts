import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
let gateway: StartedProgram;

beforeAll(async () => {
  gateway = await startProgram({
    masterKey,
    config: JSON.stringify({
      routes: { fast: { fallback: ['demo/echo', 'demo/embedding'] }, 'any/*': { fallback: ['demo/echo'] } },
      aliases: { me: 'demo/echo' },
    }),
  });
});

afterAll(() => gateway.stop());

const get = async (path: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${masterKey}` } });
  return (await response.json()) as Record<string, unknown>;
};
const post = (path: string, body: object): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const ids = async (path: string, list = 'data', name = 'id'): Promise<readonly unknown[]> =>
  ((await get(path))[list] as readonly Record<string, unknown>[]).map((model) => model[name]);

describe('names in lists of models', () => {
  test.each([
    ['/v1/models', 'data', 'id'],
    ['/api/v1/models', 'data', 'id'],
    ['/v1beta/models?pageSize=1000', 'models', 'name'],
    ['/api/tags', 'models', 'name'],
  ])('%s has routes and aliases, and no patterns', async (path, list, name) => {
    const listed = (await ids(path, list, name)).map((one) => String(one).replace(/^models\//, ''));
    expect(listed).toContain('fast');
    expect(listed).toContain('me');
    expect(listed).not.toContain('any/*');
    expect(new Set(listed).size).toBe(listed.length);
  });

  test('a route is a model that can be asked about', async () => {
    expect(await get('/v1/models/fast')).toMatchObject({ id: 'fast', object: 'model', owned_by: 'demo' });
  });

  test('the fixed id of a model that is kept works, and no list shows it', async () => {
    const made = await post('/model/new', {
      model_name: 'kept',
      litellm_params: {
        model: 'openai/kept-model',
        api_key: 'sk-kept',
        api_base: 'http://127.0.0.1:1/v1',
        num_retries: 0,
      },
    });
    const { model_id: id } = (await made.json()) as { readonly model_id: string };
    for (const path of ['/v1/models', '/api/v1/models']) {
      expect(await ids(path)).toContain('kept');
      expect(await ids(path)).not.toContain(id);
    }
    const asked = await post('/v1/chat/completions', { model: id, messages: [{ role: 'user', content: 'x' }] });
    expect(await asked.text()).toContain('upstream_unreachable');
  });

  test('what its provider gives for nothing costs nothing, and what makes vectors does not chat', async () => {
    const models = (await get('/api/v1/models'))['data'] as readonly Record<string, unknown>[];
    expect(models.find(({ id }) => id === 'demo/echo')).toMatchObject({ pricing: { prompt: '0', completion: '0' } });
    const answer = await post('/api/v1/chat/completions', {
      model: 'openrouter/free',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(answer.status).toBe(200);
    const decision = await get(`/v1/decisions/${answer.headers.get('x-request-id')}`);
    expect(JSON.stringify(decision)).not.toContain('demo/embedding');
  });
});
