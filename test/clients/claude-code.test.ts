import { describe, expect, test } from 'bun:test';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { bearer, eventsOf, json, refuseNext, startClientHouse, tooLong, upstreams } from './client-house.ts';

// Claude Code with ANTHROPIC_BASE_URL: warm-up, messages with beta switches, token counts, and models when discovery is on.
const house = startClientHouse();

const betas = 'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24';
const headers = {
  ...bearer,
  'anthropic-version': '2023-06-01',
  'anthropic-beta': betas,
  'anthropic-dangerous-direct-browser-access': 'true',
  'x-app': 'cli',
  'x-claude-code-session-id': '195d9302-d6c1-47fa-a7c8-a903e10b649b',
  'user-agent': 'claude-cli/2.1.197 (external, sdk-cli)',
};

const bodyFor = (model: string) => ({
  model,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: "<system-reminder>\nToday's date is 2026-11-24.\n</system-reminder>" },
        { type: 'text', text: 'Read note.txt.', cache_control: { type: 'ephemeral' } },
      ],
    },
    { role: 'system', content: 'Available agent types for the Agent tool: claude.' },
  ],
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.197; cc_entrypoint=cli;' },
    { type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral' } },
  ],
  tools: [
    {
      name: 'Read',
      description: 'Reads a file.',
      input_schema: { type: 'object', properties: { path: { type: 'string' } } },
    },
  ],
  metadata: { user_id: '{"device_id":"6a26","session_id":"195d"}' },
  max_tokens: 32_000,
  thinking: { type: 'adaptive' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  output_config: { effort: 'high' },
  stream: true,
});

test('its warm-up is answered at once, without a key', async () => {
  expect((await house.call('HEAD', '/api/hello')).status).toBe(200);
});

test("a provider of its own format gets its bytes: the system blocks one by one, and each beta switch with its member's", async () => {
  const sent = bodyFor('anthropic/simulated');
  const answer = await house.call('POST', '/v1/messages?beta=true', { headers, body: sent });
  const events = await eventsOf(answer);
  expect(answer.headers.get('content-type')).toStartWith('text/event-stream');
  expect(events[0]?.['type']).toBe('message_start');
  expect(events.at(-1)?.['type']).toBe('message_stop');
  const [call] = house.sluice.simulator.requests;
  expect(JSON.parse(call?.body ?? '')).toEqual({ ...sent, model: 'simulated' });
  expect(call?.headers['anthropic-beta']).toBe(betas);
  expect(call?.headers['x-api-key']).not.toBe(masterKey);
});

describe.each(upstreams)('before %s', (provider) => {
  test('every event is named by its type', async () => {
    const body = bodyFor(`${provider}/simulated`);
    const answer = await house.call('POST', '/v1/messages?beta=true', { headers, body });
    const text = await answer.text();
    const names = [...text.matchAll(/^event: ?(.*)$/gm)].map((match) => match[1]);
    const types = [...text.matchAll(/^data: ?\{"type":"([a-z_]+)"/gm)].map((match) => match[1]);
    expect(names.length).toBeGreaterThan(4);
    expect(types).toEqual(names);
  });
});

test.each([
  ['anthropic', tooLong.anthropic],
  ['openai', tooLong.openai],
  ['gemini', tooLong.gemini],
] as const)(
  'a prompt that is too long for %s is told in the words it shortens the conversation by',
  async (provider, refusal) => {
    refuseNext(house, 400, refusal);
    const body = { ...bodyFor(`${provider}/simulated`), stream: false };
    const answer = await house.call('POST', '/v1/messages?beta=true', { headers, body });
    expect(answer.status).toBe(400);
    const said = await answer.text();
    if (provider === 'anthropic') expect(said).toBe(JSON.stringify(refusal));
    expect(JSON.parse(said)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(said).toContain('prompt is too long: ');
    expect(said).toContain(refusal.error.message);
  },
);

test('tokens are counted before the call', async () => {
  const { max_tokens: _, stream: __, metadata: ___, ...body } = bodyFor('anthropic/simulated');
  const answer = await house.call('POST', '/v1/messages/count_tokens?beta=true', { headers, body });
  expect((await json(answer))['input_tokens']).toBeGreaterThan(0);
});

test('it finds models in the shape it reads, whichever way it sends the one key', async () => {
  for (const key of [bearer, { 'x-api-key': masterKey }]) {
    const answer = await house.call('GET', '/v1/models?limit=1000', {
      headers: { ...key, 'anthropic-version': '2023-06-01' },
    });
    const { data } = (await answer.json()) as { readonly data: readonly Record<string, string>[] };
    const claude = data.filter((model) => /claude|anthropic/.test(model['id'] ?? ''));
    expect(claude.length).toBeGreaterThan(3);
    for (const model of claude) expect(model['display_name']).toBeString();
  }
});
