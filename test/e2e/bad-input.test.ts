import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { testsProgram } from '../support/sluice-program.ts';
import { doors } from './doors.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

let sluice: GatewayUnderTest;

beforeAll(async () => {
  sluice = await startGatewayUnderTest();
});

afterAll(() => sluice.stop());

const model = 'openai/simulated';
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Bodies nobody can mean, whatever the door. */
const broken: readonly (readonly [name: string, raw: string | Uint8Array<ArrayBuffer>, status: number])[] = [
  ['broken JSON', '{"model": "openai/simulated", ', 400],
  ['nothing', '', 400],
  ['an array', '[]', 400],
  ['a string', '"hello"', 400],
  ['a number that is none', '{"model": NaN}', 400],
  ['text behind the JSON', '{} {}', 400],
  ['a byte order mark', '\ufeff{}', 400],
  ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
  ['nesting beyond 64 levels', `{"x":${'['.repeat(70)}${']'.repeat(70)}}`, 400],
  ['nesting without end', '['.repeat(200_000), 400],
  ['more than 200,000 values', `{"x":[${'{},'.repeat(200_001)}{}]}`, 400],
  ['an empty object', '{}', 400],
];

describe.each(doors)('at the door of $name', (door) => {
  test.each(broken)('%s is refused in the dialect', async (_name, raw, status) => {
    const response = await sluice.post(door.path(model, false), undefined, { raw });
    expect(response.status).toBe(status);
    expect(door.errorMessage(await response.json())).toBeString();
  });

  test('a body beyond the limit is refused before it is read whole', async () => {
    const response = await sluice.post(door.path(model, false), undefined, { raw: new Uint8Array(65 * 1024 * 1024) });
    expect(response.status).toBe(413);
    expect(door.errorMessage(await response.json())).toContain('limits.body_bytes');
  });

  test('a wrong key costs nothing: it is refused before the body is looked at', async () => {
    const response = await sluice.post(door.path(model, false), undefined, { raw: '{broken', key: 'sk-wrong' });
    expect(response.status).toBe(401);
    expect(door.errorMessage(await response.json())).toContain('not known');
    const without = await sluice.post(door.path(model, false), undefined, { raw: '{broken', key: null });
    expect(without.status).toBe(401);
    expect(door.errorMessage(await without.json())).toContain('No API key');
  });

  test('an unknown model is told with the nearest names', async () => {
    const response = await sluice.post(door.path('openai2/gpt-4o', false), door.body('openai2/gpt-4o', false));
    expect(response.status).toBe(404);
    expect(String(door.errorMessage(await response.json()))).toMatch(/Nearest: "[^"]+", "[^"]+", "[^"]+"/);
  });

  test('a provider without a key says which variable it wants', async () => {
    const response = await sluice.post(door.path('groq/llama', false), door.body('groq/llama', false));
    expect(response.status).toBe(400);
    expect(String(door.errorMessage(await response.json()))).toMatch(/not set up/);
  });

  test('a packed body is refused by the name of its encoding', async () => {
    const response = await sluice.post(door.path(model, false), undefined, {
      raw: Bun.gzipSync(Buffer.from('{}')),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(response.status).toBe(415);
    expect(String(door.errorMessage(await response.json()))).toStartWith('Content-Encoding "gzip" is not taken here');
  });

  test('another media type is refused', async () => {
    const response = await sluice.post(door.path(model, false), undefined, {
      raw: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(415);
  });

  test('the next request is served', async () => {
    const response = await sluice.post(door.path(model, false), door.body(model, false));
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain(providerKey);
  });
});

const chat = (extra: Record<string, unknown>) => ({ model, messages: [{ role: 'user', content: 'x' }], ...extra });
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };

test.each([
  ['no model', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }] }, 'model'],
  ['an empty model', '/v1/chat/completions', chat({ model: '' }), 'model'],
  ['a model that is a number', '/v1/chat/completions', chat({ model: 7 }), 'model'],
  ['no messages', '/v1/chat/completions', { model }, 'messages'],
  ['empty messages', '/v1/chat/completions', chat({ messages: [] }), 'messages'],
  ['messages of a wrong type', '/v1/chat/completions', chat({ messages: 'hi' }), 'messages'],
  [
    'an unknown role',
    '/v1/chat/completions',
    chat({ messages: [{ role: 'wizard', content: 'x' }] }),
    'messages[0].role',
  ],
  [
    'content of a wrong type',
    '/v1/chat/completions',
    chat({ messages: [{ role: 'user', content: 7 }] }),
    'messages[0].content',
  ],
  [
    'a tool result without its call',
    '/v1/chat/completions',
    chat({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'tool', tool_call_id: 'call_9', content: 'x' },
      ],
    }),
    'messages[1]',
  ],
  [
    'a tool result that names no call',
    '/v1/chat/completions',
    chat({
      messages: [
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', content: 'x' },
      ],
    }),
    'messages[1]',
  ],
  ['a temperature in words', '/v1/chat/completions', chat({ temperature: 'hot' }), 'temperature'],
  ['no max_tokens at Anthropic', '/v1/messages', { model, messages: [{ role: 'user', content: 'x' }] }, 'max_tokens'],
  [
    'a tool result without its call',
    '/v1/messages',
    {
      model,
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] }],
    },
    'messages[0].content[0]',
  ],
  ['input of a wrong type', '/v1/responses', { model, input: 7 }, 'input'],
  [
    'an output without its call',
    '/v1/responses',
    { model, input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] },
    'input[0]',
  ],
  ['contents of a wrong type', `/v1beta/models/${model}:generateContent`, { contents: 7 }, 'contents'],
  [
    'a part that is a number',
    `/v1beta/models/${model}:generateContent`,
    { contents: [{ parts: [7] }] },
    'contents[0].parts[0]',
  ],
])('%s at %s names the field', async (_name, path, body, field) => {
  const response = await sluice.post(path, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(field);
});

test.each([
  ['/v1/responses', { model, input: 'x', conversation: 'conv_1' }, 'conversation'],
  [
    '/v1/messages',
    { model: 'anthropic/simulated', max_tokens: 9, container: 'c_1', messages: [{ role: 'user', content: 'x' }] },
    'container',
  ],
  [
    '/v1beta/models/gemini/simulated:generateContent',
    { cachedContent: 'cachedContents/1', contents: [{ parts: [{ text: 'x' }] }] },
    'cachedContent',
  ],
])('%s refuses what a provider holds', async (path, body, field) => {
  const response = await sluice.post(path, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(field);
});

test('/v1/responses refuses an earlier answer: where keys are kept it is nobody’s, elsewhere it cannot be followed', async () => {
  const response = await sluice.post('/v1/responses', { model, input: 'x', previous_response_id: 'resp_1' });
  expect(response.status).toBe(testsProgram ? 404 : 400);
  expect(await response.text()).toContain('previous_response_id');
});

test('prompts and keys stay out of the log', async () => {
  const secret = 'the-client-said-this';
  await (await sluice.post('/v1/chat/completions', chat({ messages: [{ role: 'user', content: secret }] }))).text();
  const refused = await sluice.post('/v1/chat/completions', chat({ messages: [{ role: secret, content: secret }] }));
  await sluice.record(refused);
  const text = JSON.stringify(sluice.log);
  expect(text).not.toContain(providerKey);
  expect(text).not.toContain(masterKey);
  expect(text).not.toContain('"content":"the-client');
});

/** Processor time of this thread: a machine with other work lets a loop wait, and that is no fault of the loop's. */
const workedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

test('15 MB of empty objects never hold the loop for 100 ms of work', async () => {
  const body = encode(`{"x":[${'{},'.repeat(5_000_000)}{}]}`);
  let worstMs = 0;
  let lastMs = workedMs();
  const timer = setInterval(() => {
    const nowMs = workedMs();
    worstMs = Math.max(worstMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 1);
  const response = await sluice.post('/v1/chat/completions', undefined, { raw: body });
  clearInterval(timer);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'too_many_values' } });
  expect(worstMs).toBeLessThan(100);
});

test('what the target cannot do is refused in the words of the client', async () => {
  const response = await sluice.post('/v1/chat/completions', chat({ model: 'anthropic/simulated', n: 2 }));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param: 'n', message: expect.stringMatching(/^n: /) } });
});

describe('the same mistake is told in the same words at every door', () => {
  const at = (
    name: string,
    path: string,
    body: object,
    places: Readonly<Record<string, readonly (string | number)[]>>,
  ) => ({ name, path, body, places }) as const;
  const user = [{ role: 'user', content: 'x' }];
  const options = ['options', 'temperature'];
  const setting = ['generationConfig', 'temperature'];
  const formats = [
    at(
      'openai-chat',
      '/v1/chat/completions',
      { model, messages: user },
      { list: ['messages'], number: ['temperature'] },
    ),
    at(
      'anthropic-messages',
      '/v1/messages',
      { model, max_tokens: 9, messages: user },
      { list: ['messages'], number: ['temperature'] },
    ),
    at('openai-responses', '/v1/responses', { model, input: user }, { list: ['input'], number: ['temperature'] }),
    at(
      'gemini',
      `/v1beta/models/${model}:generateContent`,
      { contents: [{ role: 'user', parts: [{ text: 'x' }] }], generationConfig: {} },
      { list: ['contents'], number: setting },
    ),
    at('cohere', '/v2/chat', { model, messages: user }, { list: ['messages'], number: ['temperature'] }),
    at('ollama', '/api/chat', { model, messages: user, options: {} }, { list: ['messages'], number: options }),
    at(
      'bedrock-converse',
      `/model/${encodeURIComponent(model)}/converse`,
      { messages: [{ role: 'user', content: [{ text: 'x' }] }], inferenceConfig: {} },
      { list: ['messages'], number: ['inferenceConfig', 'temperature'] },
    ),
  ];

  const withValue = (target: unknown, path: readonly (string | number)[], value: unknown): unknown => {
    const [step, ...rest] = path;
    if (step === undefined) return value;
    const copy: Record<string | number, unknown> = Array.isArray(target)
      ? ([...target] as unknown as Record<string | number, unknown>)
      : { ...(target as Record<string, unknown>) };
    copy[step] = withValue(copy[step], rest, value);
    return copy;
  };

  const secret = 'sk-hidden-in-a-place-where-it-does-not-belong';

  describe.each(formats)('$name', ({ path, body, places }) => {
    const refusal = async (place: readonly (string | number)[], value: unknown): Promise<string> => {
      const response = await sluice.post(path, withValue(body, place, value));
      const text = await response.text();
      expect({ status: response.status, text }).toMatchObject({ status: 400 });
      expect(text).not.toContain(secret);
      const read = JSON.parse(text) as { error?: { message?: string } | string; message?: string };
      const { error, message } = read;
      return (typeof error === 'string' ? error : (error?.message ?? message)) ?? '';
    };
    const { list = [], number = [] } = places;
    const field = (place: readonly (string | number)[]): string =>
      place.reduce<string>(
        (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
        '',
      );

    test('a list, an object or a number of another type', async () => {
      expect(await refusal(list, 5)).toMatch(new RegExp(`^${field(list)}: must be .*an array.*, but is a number\\.$`));
      expect(await refusal([...list, 0], secret)).toBe(`${field([...list, 0])}: must be an object, but is a string.`);
      expect(await refusal(number, secret)).toBe(`${field(number)}: must be a number, but is a string.`);
      expect(await refusal(number, [secret])).toBe(`${field(number)}: must be a number, but is an array.`);
    });

    test('a role that is none', async () => {
      const role = [...list, 0, 'role'];
      expect(await refusal(role, secret)).toMatch(/role: must be one of "[^"]+"(?:, "[^"]+")+[.;]/);
    });

    test('an empty conversation', async () => {
      // An empty conversation warms Ollama's models up.
      if (path === '/api/chat') return;
      expect(await refusal(list, [])).toMatch(new RegExp(`^${field(list)}: is empty; send at least one \\w+\\.$`));
    });
  });
});
