import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

let simulator: Simulator;
let sluice: StartedProgram;

const routes = {
  group: {
    fallback: [
      {
        on: ['content-policy'],
        fallback: [
          { on: ['context-window'], fallback: [{ balance: ['openai/one', 'openai/two'] }, 'openai/long'] },
          'openai/careful',
        ],
      },
      'anthropic/spare',
    ],
  },
  plain: { balance: ['openai/sim.status-500--left', 'openai/sim.status-500--right'], breaker: { open_ms: 0 } },
  fixed: { to: 'openai/one', answer: 'as it stands' },
  tiers: {
    balance: [
      { to: 'openai/for-free', tags: ['free'] },
      { to: 'openai/for-paid', tags: ['paid'] },
      { to: 'openai/for-all', tags: ['default'] },
    ],
    keep: { tags: 'any' },
  },
  spent: { fallback: ['dear/gpt-4o', 'anthropic/spare'] },
  small: { to: 'openai/small', limits: { requests_per_minute: 2 } },
};

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [
        { id: 'openai', base_url: `${simulator.url}/v1`, api_key: providerKey },
        { id: 'anthropic', base_url: simulator.url, api_key: providerKey },
        {
          id: 'dear',
          like: 'openai',
          same_models: true,
          base_url: `${simulator.url}/v1`,
          api_key: providerKey,
          budgets: [{ limit_usd: '0.0005', window: 'day' }],
        },
      ],
      money: { unknown_price: 'free' },
      routes,
    }),
    line: () => undefined,
  });
});

afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

const ask = (model: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${sluice.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 20, ...more }),
  });

const answered = async (response: Response) => {
  const text = await response.text();
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, '']);
  return {
    model: response.headers.get('x-sluice-model'),
    fallbacks: response.headers.get('x-litellm-attempted-fallbacks'),
    retries: response.headers.get('x-litellm-attempted-retries'),
  };
};

const contentOf = async (response: Response): Promise<unknown> => {
  const { choices } = (await response.json()) as {
    readonly choices: readonly { readonly message: { content: string } }[];
  };
  return choices[0]?.message.content;
};

describe('a call with the members that LiteLLM’s clients send', () => {
  test('its group fails on demand, and the fallback for that failure answers', async () => {
    const before = simulator.requests.length;
    expect(await answered(await ask('group', { mock_testing_fallbacks: true }))).toEqual({
      model: 'spare',
      fallbacks: '1',
      retries: '0',
    });
    expect((await answered(await ask('group', { mock_testing_context_fallbacks: true }))).model).toBe('long');
    expect((await answered(await ask('group', { mock_testing_context_window_fallbacks: true }))).model).toBe('long');
    expect((await answered(await ask('group', { mock_testing_content_policy_fallbacks: true }))).model).toBe('careful');
    expect((await answered(await ask('group', { mock_testing_rate_limit_error: true }))).model).toBe('spare');
    expect((await answered(await ask('group', { mock_timeout: true, stream: true }))).model).toBe('spare');
    expect(simulator.requests.length - before).toBe(6);
    for (const { body } of simulator.requests.slice(before)) expect(body).not.toContain('mock_');
  });

  test('without anything to fall back to, the mocked failure is the answer', async () => {
    const refused = await ask('group', { mock_testing_fallbacks: true, disable_fallbacks: true });
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain('This is a mock exception for model=group');
    const limited = await ask('openai/one', { mock_response: 'litellm.RateLimitError' });
    expect(limited.status).toBe(429);
    const long = await ask('openai/one', { mock_response: 'Exception: litellm.ContextWindowExceededError' });
    expect([long.status, await long.text()]).toEqual([400, expect.stringContaining('context_length_exceeded')]);
  });

  test('fallbacks of its own take the place of the route’s, by name or with other members', async () => {
    expect((await answered(await ask('openai/sim.status-500--x', { fallbacks: ['anthropic/other'] }))).model).toBe(
      'other',
    );
    const response = await ask('group', {
      mock_testing_fallbacks: true,
      fallbacks: [
        { model: 'openai/sim.status-503--y' },
        { model: 'anthropic/other', messages: [{ role: 'user', content: 'asked otherwise' }], temperature: 0.5 },
      ],
    });
    expect(await answered(response)).toEqual({ model: 'other', fallbacks: '2', retries: '0' });
    const sent = JSON.parse(simulator.requests.at(-1)?.body ?? '') as Record<string, unknown>;
    expect(sent).toMatchObject({ model: 'other', temperature: 0.5 });
    expect(JSON.stringify(sent)).toContain('asked otherwise');
    expect(sent).not.toHaveProperty('fallbacks');
    expect((await answered(await ask('openai/sim.status-500--x', { fallbacks: [{ x: ['group'] }] }))).fallbacks).toBe(
      '1',
    );
  });

  test('tries are those it asks for, in body or header, round the group', async () => {
    const tries = async (response: Response) => {
      await response.text();
      return [response.status, response.headers.get('x-litellm-attempted-retries')];
    };
    expect(await tries(await ask('plain', { num_retries: 3 }))).toEqual([500, '3']);
    expect(await tries(await ask('plain', {}, { 'x-litellm-num-retries': '2' }))).toEqual([500, '2']);
    expect(await tries(await ask('plain', { num_retries: 0 }))).toEqual([500, '1']);
  });

  test('it may take no longer than it says', async () => {
    const late = await ask('openai/sim.hang--late', { timeout: 0.2 });
    expect(late.status).toBe(504);
    expect(
      (await answered(await ask('openai/sim.hang--late', { timeout: 0.2, fallbacks: ['openai/one'] }))).model,
    ).toBe('one');
    const stream = await ask('openai/sim.hang--late', { stream: true }, { 'x-litellm-stream-timeout': '0.2' });
    expect(stream.status).toBe(504);
  });

  test('a mocked answer asks nobody, whole or streamed, in any format of the target', async () => {
    const before = simulator.requests.length;
    expect(await contentOf(await ask('openai/one', { mock_response: 'made up' }))).toBe('made up');
    expect(await contentOf(await ask('anthropic/one', { mock_response: 'made up' }))).toBe('made up');
    const stream = await (await ask('anthropic/one', { mock_response: 'made up', stream: true })).text();
    expect(stream).toContain('made up');
    expect(stream).toEndWith('data: [DONE]\n\n');
    expect(await contentOf(await ask('fixed'))).toBe('as it stands');
    expect(simulator.requests.length).toBe(before);
  });

  test('tags pick among targets: from body, metadata or header', async () => {
    expect((await ask('tiers', { tags: ['free'] })).headers.get('x-sluice-model')).toBe('for-free');
    expect((await ask('tiers', { metadata: { tags: ['paid'] } })).headers.get('x-sluice-model')).toBe('for-paid');
    expect((await ask('tiers', {}, { 'x-litellm-tags': 'paid,x' })).headers.get('x-sluice-model')).toBe('for-paid');
    expect((await ask('tiers')).headers.get('x-sluice-model')).toBe('for-all');
    expect(simulator.requests.at(-1)?.body).not.toContain('tags');
  });

  test('a provider whose budget is spent is passed over, and named where there is no other', async () => {
    const answeredBy: (string | null)[] = [];
    for (let count = 0; count < 12; count += 1) answeredBy.push((await answered(await ask('spent'))).model);
    expect(answeredBy[0]).toBe('gpt-4o');
    expect(answeredBy.at(-1)).toBe('spare');
    const refused = await ask('dear/gpt-4o');
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('provider:openai')]);
    const budgets = await fetch(`${sluice.url}/provider/budgets`, {
      headers: { authorization: `Bearer ${masterKey}` },
    });
    expect(await budgets.json()).toMatchObject({
      providers: { openai: { budget_limit: 0.0005, time_period: '1d', spend: expect.any(Number) } },
    });
  });

  test('a target that has had its minute’s calls is none any more: 429', async () => {
    const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await ask('small')).status));
    expect(statuses.sort()).toEqual([200, 200, 429, 429]);
    const refused = await ask('small');
    expect(refused.headers.get('retry-after')).not.toBeNull();
  });

  test.each([
    ['fallbacks', 'openai/one'],
    ['num_retries', -1],
    ['timeout', '5'],
    ['mock_testing_fallbacks', 'yes'],
    ['disable_fallbacks', 1],
  ])('%s of another type is refused by name', async (name, value) => {
    const refused = await ask('openai/one', { [name]: value });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(name);
  });
});
