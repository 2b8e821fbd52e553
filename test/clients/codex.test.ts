import { describe, expect, test } from 'bun:test';
import { bearer, eventsOf, refuseNext, startClientHouse, tooLong, upstreams } from './client-house.ts';

// Codex CLI with wire_api = "responses": always streamed, ended by `response.completed` or `response.failed`.
const house = startClientHouse();

const headers = {
  ...bearer,
  accept: 'text/event-stream',
  originator: 'codex_exec',
  'user-agent': 'codex_exec/0.169.0',
};

const tools = [
  {
    type: 'function',
    name: 'exec_command',
    description: 'Runs a command.',
    strict: false,
    parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] },
  },
  {
    type: 'custom',
    name: 'apply_patch',
    description: 'Changes files.',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/' },
  },
  {
    type: 'namespace',
    name: 'multi_agent_v1',
    description: 'Other agents.',
    tools: [{ type: 'function', name: 'spawn', parameters: { type: 'object', properties: {} } }],
  },
  { type: 'web_search', external_web_access: false },
];

const message = (role: string, text: string) => ({
  type: 'message',
  id: `msg_${role}`,
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
});

const bodyFor = (model: string, more: readonly Record<string, unknown>[] = []) =>
  ({
    model,
    stream: true,
    input: [
      message('developer', 'You are a coding agent.'),
      message('user', 'Read note.txt.'),
      ...(more as readonly ReturnType<typeof message>[]),
    ],
    tools,
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '01a20d84-0011-7fa2-b61e-8989869cecc1',
    client_metadata: { 'x-codex-installation-id': '699d9ae2' },
  }) as const;

/** The second turn of a conversation: thoughts, calls of both kinds, and their outputs. */
const afterCalls = [
  {
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'I look.' }],
    encrypted_content: 'gAAAAABx',
  },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'exec_command', arguments: '{"cmd":"cat note.txt"}' },
  { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'apply_patch', input: '*** Begin Patch' },
  { type: 'function_call_output', call_id: 'call_1', output: 'The code is 4711.' },
  { type: 'custom_tool_call_output', call_id: 'call_2', output: 'Done.' },
];

describe.each(upstreams)('before %s', (provider) => {
  const model = `${provider}/simulated`;

  test.each([
    ['the first turn', []],
    ['the turn after calls of both kinds', afterCalls],
  ])('%s is streamed to its last event', async (_, more) => {
    const answer = await house.call('POST', '/v1/responses', { headers, body: bodyFor(model, more) });
    expect(answer.status).toBe(200);
    const events = await eventsOf(answer);
    expect(events[0]?.['type']).toBe('response.created');
    expect(events.at(-1)?.['type']).toBe('response.completed');
    expect(house.sluice.simulator.requests).toHaveLength(1);
  });

  test('a stream that breaks ends as failed, never without an end', async () => {
    const body = bodyFor(`${provider}/sim.error-frames-4--simulated`);
    const answer = await house.call('POST', '/v1/responses', { headers, body });
    // An error before anything was said is an ordinary failed answer.
    if (answer.status !== 200) expect(answer.status).toBeGreaterThanOrEqual(500);
    else expect(['response.failed', 'error']).toContain(String((await eventsOf(answer)).at(-1)?.['type']));
  });
});

test.each([
  ['openai', tooLong.openai],
  ['anthropic', tooLong.anthropic],
  ['gemini', tooLong.gemini],
] as const)(
  'a prompt that is too long for %s has the code by which it shortens the conversation',
  async (provider, refusal) => {
    refuseNext(house, 400, refusal);
    const answer = await house.call('POST', '/v1/responses', { headers, body: bodyFor(`${provider}/simulated`) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 'context_length_exceeded', message: refusal.error.message },
    });
  },
);

test('a rate limit says how long to wait, in the words it reads', async () => {
  house.sluice.simulator.script({ scenario: { status: 429, retryAfter: { how: 'seconds', value: 7 } } });
  const body = bodyFor('anthropic/simulated');
  const answer = await house.call('POST', '/v1/responses', { headers, body });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(await answer.text()).toMatch(/try again in 7 ?s/i);
});

test('it finds models in a shape of its own, told by the query', async () => {
  const answer = await house.call('GET', '/v1/models?client_version=0.169.0', { headers });
  const { models } = (await answer.json()) as { readonly models: readonly Record<string, unknown>[] };
  expect(models.length).toBeGreaterThan(3);
  for (const model of models) {
    expect(model).toMatchObject({
      slug: expect.any(String),
      display_name: expect.any(String),
      supported_reasoning_levels: expect.any(Array),
      context_window: expect.any(Number),
      priority: expect.any(Number),
      truncation_policy: { mode: 'tokens', limit: expect.any(Number) },
    });
    // It leaves its own prompt out for a model of the list.
    expect(String(model['base_instructions']).length).toBeGreaterThan(500);
  }
});
