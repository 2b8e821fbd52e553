import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import type { DialectId } from '../core/ir/dialect-id.ts';
import type { Json, JsonObject } from '../core/json/json.ts';
import { demoAnswer } from './demo-answer.ts';

const options = { serial: 'a1', nowSeconds: 1_700_000_000 };

const ask = (dialect: DialectId, path: string, body: Json) =>
  demoAnswer({ dialect, path, headers: {}, body: JSON.stringify(body) }, options);

const json = (answer: { body: unknown }): JsonObject => JSON.parse(String(answer.body)) as JsonObject;

const frames = async (answer: ReturnType<typeof demoAnswer>): Promise<readonly string[]> => {
  if (typeof answer.body === 'string') throw new Error('The answer is no stream.');
  const data: string[] = [];
  for await (const frame of answer.body) data.push(frame.data);
  return data;
};

test('the demo answers every dialect in process', () => {
  const messages = [{ role: 'user', content: 'hi' }];
  expect(json(ask('openai-chat', '/v1/chat/completions', { model: 'demo', messages }))).toMatchObject({
    choices: [{ message: { content: 'You said: "hi".' } }],
  });
  expect(json(ask('anthropic-messages', '/v1/messages', { model: 'demo', max_tokens: 50, messages }))).toMatchObject({
    content: [{ text: 'You said: "hi".' }],
  });
  expect(json(ask('openai-responses', '/v1/responses', { model: 'demo', input: 'hi' }))).toMatchObject({
    output: [{ content: [{ text: 'You said: "hi".' }] }],
  });
  expect(
    json(ask('gemini', '/v1beta/models/demo:generateContent', { contents: [{ parts: [{ text: 'hi' }] }] })),
  ).toMatchObject({ candidates: [{ content: { parts: [{ text: 'You said: "hi".' }] } }] });
  expect(
    json(ask('openai-chat', '/v1/embeddings', { model: 'demo-embedding', input: 'hi', dimensions: 3 })),
  ).toMatchObject({ data: [{ embedding: [expect.any(Number), expect.any(Number), expect.any(Number)] }] });
});

test('a stream is paced by whoever pulls it', async () => {
  let waits = 0;
  const pace = async () => {
    waits++;
  };
  const body = JSON.stringify({ model: 'demo', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const data = await frames(
    demoAnswer({ dialect: 'openai-chat', path: '/v1/chat/completions', headers: {}, body }, { ...options, pace }),
  );
  expect(data.at(-1)).toBe('[DONE]');
  expect(waits).toBe(data.length);
});

test('media are described by kind, type and size', () => {
  const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAAAAAA' } }];
  const answer = json(
    ask('openai-chat', '/v1/chat/completions', { model: 'demo', messages: [{ role: 'user', content }] }),
  );
  expect(answer).toMatchObject({ choices: [{ message: { content: 'I see an image (image/png, 6 bytes).' } }] });
});

test('the limit cuts the answer and says so, a stop sequence too', () => {
  const messages = [{ role: 'user', content: 'one two three' }];
  const cut = json(ask('openai-chat', '/v1/chat/completions', { model: 'demo', max_tokens: 2, messages }));
  expect(cut).toMatchObject({ choices: [{ message: { content: 'You said' }, finish_reason: 'length' }] });
  const stopped = json(
    ask('anthropic-messages', '/v1/messages', { model: 'demo', max_tokens: 90, stop_sequences: ['two'], messages }),
  );
  expect(stopped).toMatchObject({
    stop_reason: 'stop_sequence',
    stop_sequence: 'two',
    content: [{ text: 'You said: "one ' }],
  });
});

test('after a tool result the demo speaks again instead of calling', () => {
  const tools = [{ name: 'w', input_schema: { type: 'object' } }];
  const messages = [
    { role: 'user', content: 'call w' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'w', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'sun', is_error: false }] },
  ];
  const body = json(ask('anthropic-messages', '/v1/messages', { model: 'demo', max_tokens: 90, messages, tools }));
  expect(body).toMatchObject({ content: [{ type: 'text', text: 'The tool answered: "sun".' }] });
});

test('a path of no dialect is refused in the caller’s shape', () => {
  expect(ask('openai-chat', '/v1/nothing', {}).status).toBe(404);
});

test('the simulators know nothing of the codecs', () => {
  const sources = readdirSync(import.meta.dir, { recursive: true }).filter((name) => String(name).endsWith('.ts'));
  const imports = sources.flatMap((name) =>
    [...readFileSync(`${import.meta.dir}/${name}`, 'utf8').matchAll(/from '((?:\.\.\/)+core\/[^']+)'/g)].map((match) =>
      match[1]?.replace(/^(\.\.\/)+/, ''),
    ),
  );
  const allowed = ['core/ir/dialect-id.ts', 'core/json/json.ts', 'core/stream/sse-frame.ts'];
  expect([...new Set(imports)].toSorted()).toEqual(allowed);
});
