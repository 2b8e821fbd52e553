import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatRequest, Turn } from '../../../ir/index.ts';
import type { Json } from '../../../json/json.ts';
import type { ModelTrait } from '../../dialect.ts';
import { decodeRequest } from '../door/decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const hello: Turn = { role: 'user', blocks: [{ kind: 'text', text: 'Hello' }] };
const encode = (members: Partial<ChatRequest>, ...traits: readonly ModelTrait[]) =>
  encodeRequest(
    { model: 'acme/one', stream: false, turns: [hello], ...members },
    { model: 'one', defaultMaxOutputTokens: 4096, traits: new Set(traits) },
  );
const user = (...blocks: readonly Block[]): Turn => ({ role: 'user', blocks });
const assistant = (...blocks: readonly Block[]): Turn => ({ role: 'assistant', blocks });
const messages = (...turns: readonly Turn[]) => encode({ turns }).body['messages'];
const fields = (encoded: ReturnType<typeof encode>) => encoded.losses.map((loss) => `${loss.action} ${loss.field}`);

describe('messages', () => {
  test('one plain text is a string, several are parts', () => {
    expect(messages(hello, user({ kind: 'text', text: 'a' }, { kind: 'text', text: 'b' }))).toEqual([
      { role: 'user', content: 'Hello' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  test('media of a tool result follows in a message of the user, and a failure is its text', () => {
    const result: Block = {
      kind: 'tool-result',
      callId: 'a',
      failed: true,
      blocks: [
        { kind: 'text', text: 'See:' },
        { kind: 'media', media: 'image', mimeType: 'image/png', source: { kind: 'base64', data: 'AAA' } },
      ],
    };
    const encoded = encode({
      turns: [hello, { role: 'tool', blocks: [result, { ...result, callId: 'b', blocks: [] }] }],
    });
    expect(encoded.body['messages']).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'tool', tool_call_id: 'a', content: 'See:' },
      { role: 'tool', tool_call_id: 'b', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Content of the tool result a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAA' } },
        ],
      },
    ]);
    expect(fields(encoded)).toEqual(['changed turns[1].blocks[0].failed', 'changed turns[1].blocks[0].blocks']);
  });

  test('an opaque block of another dialect is dropped by name, one of this dialect returns home', () => {
    const encoded = encode({
      turns: [
        user({ kind: 'opaque', dialect: 'openai-chat', type: 'hologram', value: { type: 'hologram' } }),
        assistant({
          kind: 'opaque',
          dialect: 'anthropic-messages',
          type: 'server_tool_use',
          value: { name: 'web_search' },
        }),
        hello,
      ],
    });
    expect(encoded.body['messages']).toEqual([
      { role: 'user', content: [{ type: 'hologram' }] },
      { role: 'user', content: 'Hello' },
    ]);
    expect(encoded.losses).toEqual([{ field: 'turns[1].blocks[0]', action: 'dropped', note: 'server_tool_use' }]);
  });

  test('assistant turns in a row are one message when the first calls tools, so that results follow their calls', () => {
    const call = (id: string): Block => ({ kind: 'tool-call', id, name: 'look', argumentsJson: '{}' });
    const wire = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
    const say = (text: string): Block => ({ kind: 'text', text });
    expect(messages(hello, assistant(call('a')), assistant(say('And.'), call('b')))).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'And.', tool_calls: [wire('a'), wire('b')] },
    ]);
    expect(messages(hello, assistant(say('One.')), assistant(say('Two.')))).toHaveLength(3);
  });

  test('a document inline and as text', () => {
    const [message] = messages(
      user(
        {
          kind: 'media',
          media: 'document',
          mimeType: 'application/pdf',
          source: { kind: 'base64', data: 'BBB' },
          title: 'Plan',
        },
        { kind: 'media', media: 'document', source: { kind: 'text', text: 'Plain.' } },
      ),
    ) as readonly Json[];
    expect(message).toEqual({
      role: 'user',
      content: [
        { type: 'file', file: { filename: 'Plan', file_data: 'data:application/pdf;base64,BBB' } },
        { type: 'text', text: 'Plain.' },
      ],
    });
  });

  test('audio by URL cannot be said', () => {
    const audio: Block = { kind: 'media', media: 'audio', source: { kind: 'url', url: 'https://example.com/a.wav' } };
    expect(() => encode({ turns: [user(audio)] })).toThrow(GatewayError);
  });

  test('a system prompt in the middle becomes one of the user where the model takes none', () => {
    const turns: Turn[] = [{ ...hello, role: 'system' }, hello, { ...hello, role: 'system' }];
    const roles = (...traits: readonly ModelTrait[]) =>
      (encode({ turns }, ...traits).body['messages'] as readonly { readonly role: string }[]).map(({ role }) => role);
    expect(roles()).toEqual(['system', 'user', 'system']);
    expect(roles('no-system-turns')).toEqual(['system', 'user', 'user']);
  });
});

describe('reasoning goes back', () => {
  const call: Block = { kind: 'tool-call', id: 'a', name: 'look', argumentsJson: '' };

  test('as plain text beside the calls; thoughts sealed for another provider stay behind', () => {
    const thought: Block = { kind: 'thinking', text: 'Hm.' };
    const sealed: Block = { kind: 'thinking', text: 'Ah.', seal: { dialect: 'anthropic-messages', value: 'EuYB' } };
    const encoded = encode({ turns: [hello, assistant(sealed, thought, call)] });
    expect((encoded.body['messages'] as readonly Json[])[1]).toEqual({
      role: 'assistant',
      content: null,
      reasoning_content: 'Hm.',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }],
    });
    expect(fields(encoded)).toEqual(['dropped turns[1].blocks[0]']);
  });

  test('in the very members it came in', () => {
    const forms: readonly Json[] = [
      { role: 'assistant', content: 'Hi', reasoning_content: 'Hm.' },
      { role: 'assistant', content: 'Hi', reasoning: 'Hm.' },
      {
        role: 'assistant',
        content: 'Hi',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'S', index: 0, format: 'x' }],
      },
      { role: 'assistant', content: 'Hi', thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'S' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'assistant', content: 'Hi', extra_content: { google: { thought_signature: 'S' } } },
    ];
    for (const form of forms) {
      const request = decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }, form] }, {});
      expect((encode({ turns: request.turns }).body['messages'] as readonly Json[])[1]).toEqual(form);
    }
  });
});

describe('settings', () => {
  test('the body of a full request', () => {
    const encoded = encode({
      stream: true,
      maxOutputTokens: 10,
      topK: 3,
      stop: ['END'],
      choices: 2,
      reasoning: { budgetTokens: 2000 },
      tools: [{ kind: 'function', name: 'look', schema: { type: 'object' } }],
      toolChoice: { kind: 'tool', name: 'look' },
      parallelToolCalls: false,
      output: { kind: 'json-schema', schema: { type: 'object' } },
      extras: { 'openai-chat': { min_p: 0.1 }, gemini: { safetySettings: [] } },
    });
    expect(encoded.body).toEqual({
      model: 'one',
      messages: [{ role: 'user', content: 'Hello' }],
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'look' } },
      parallel_tool_calls: false,
      max_completion_tokens: 10,
      top_k: 3,
      stop: ['END'],
      n: 2,
      response_format: { type: 'json_schema', json_schema: { name: 'response', schema: { type: 'object' } } },
      reasoning_effort: 'low',
      stream: true,
      stream_options: { include_usage: true },
      min_p: 0.1,
    });
    expect(fields(encoded)).toEqual(['dropped extras.safetySettings', 'changed reasoning.budgetTokens']);
  });

  test('cache marks are written only for hosts that read them', () => {
    const turns = [user({ kind: 'text', text: 'Long.', cache: { ttl: '1h' } })];
    expect(fields(encode({ turns }))).toEqual(['dropped turns[0].blocks[0].cache']);
    expect(encode({ turns }, 'cache-marks').body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    ]);
  });

  test.each([
    [{ enabled: false }, 'none'],
    [{ enabled: true }, 'medium'],
    [{ effort: 'max' }, 'xhigh'],
    [{ adaptive: true }, undefined],
  ] as const)('%j is effort %p', (reasoning, effort) => {
    expect(encode({ reasoning }).body['reasoning_effort']).toBe(effort);
  });

  test('reasoning asked for in this dialect keeps its own members, unless it was changed since', () => {
    const asked = { reasoning: { max_tokens: 2000, exclude: true } };
    const request = decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...asked }, {});
    expect(encode(request)).toMatchObject({ body: asked, losses: [] });
    expect(encode({ ...request, reasoning: { effort: 'low' } }).body).toMatchObject({ reasoning_effort: 'low' });
  });

  test('a choice of tools without tools says nothing', () => {
    expect(fields(encode({ toolChoice: { kind: 'auto' }, parallelToolCalls: true }))).toEqual([
      'dropped toolChoice',
      'dropped parallelToolCalls',
    ]);
  });

  test('several prompts have no form here', () => {
    expect(() => encode({ turns: [], extras: { 'openai-completions': { prompt: ['a', 'b'] } } })).toThrow(/prompt/);
  });
});
