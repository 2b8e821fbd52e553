import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import { wrapSeal } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import { decodeRequest } from './decode-request.ts';

const hello = { role: 'user', content: 'Hello' };
const decode = (members: JsonObject) => decodeRequest({ model: 'acme/one', messages: [hello], ...members }, {});
const turns = (...messages: Json[]) => decode({ messages }).turns;

const problem = (body: Json): GatewayError => {
  try {
    decodeRequest(body, {});
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('the body was accepted');
};

describe('bad requests are refused by name', () => {
  const assistantCall = {
    role: 'assistant',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
  };
  const cases: readonly (readonly [param: string, members: JsonObject])[] = [
    ['messages', { messages: undefined }],
    ['messages', { messages: 'Hello' }],
    ['messages', { messages: [] }],
    ['messages[0]', { messages: ['Hello'] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ text: 'x' }] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text', text: 1 }] }] }],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    ],
    ['messages[0].content[0].file', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[1].tool_call_id', { messages: [assistantCall, { role: 'tool', tool_call_id: 'call_2', content: 'x' }] }],
    [
      'messages[0].tool_calls[0].id',
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'look' } }] }] },
    ],
    ['messages[0].name', { messages: [{ role: 'function', name: 'look', content: 'x' }] }],
    ['temperature', { temperature: 'hot' }],
    ['stream', { stream: 'yes' }],
    ['stop[1]', { stop: ['a', 2] }],
    ['n', { n: '2' }],
    ['tools', { tools: {} }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
    ['reasoning_effort', { reasoning_effort: 3 }],
    ['logit_bias', { logit_bias: [] }],
    ['modalities[0]', { modalities: [1] }],
  ];
  test.each(cases)('%s', (param, members) => {
    const error = problem({ model: 'acme/one', messages: [hello], ...members });
    expect([error.code, error.detail.param]).toEqual(['invalid_request', param]);
    expect(error.message).toStartWith(`${param}: `);
  });

  test('a missing model has a code of its own, and the path may name it', () => {
    expect(problem({ messages: [hello] }).code).toBe('missing_model');
    expect(problem({ model: '', messages: [hello] }).code).toBe('missing_model');
    expect(decodeRequest({ messages: [hello] }, { model: 'acme/two' }).model).toBe('acme/two');
  });
});

describe('messages', () => {
  test('system and developer prompts stay where they stand, with names', () => {
    expect(
      turns(
        { role: 'system', content: 'Be brief.' },
        { ...hello, name: 'ann' },
        { role: 'developer', content: 'Now in French.' },
      ),
    ).toEqual([
      { role: 'system', blocks: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'user', name: 'ann', blocks: [{ kind: 'text', text: 'Hello' }] },
      { role: 'developer', blocks: [{ kind: 'text', text: 'Now in French.' }] },
    ]);
  });

  test('pictures, files, audio and video become media; an unknown part returns home', () => {
    const [turn] = turns({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAA', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBB' } },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'input_audio', input_audio: { data: 'CCC', format: 'mp3' } },
        { type: 'document_url', document_url: 'https://example.com/a.pdf', document_name: 'a.pdf' },
        { type: 'video_url', video_url: { url: 'data:video/mp4;base64,DDD' } },
        { type: 'hologram', beams: 3 },
      ],
    });
    expect(turn?.blocks).toMatchObject([
      { media: 'image', mimeType: 'image/png', source: { kind: 'base64', data: 'AAA' }, detail: 'low' },
      { media: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { media: 'document', mimeType: 'application/pdf', source: { kind: 'base64', data: 'BBB' }, filename: 'a.pdf' },
      { media: 'document', source: { kind: 'file', id: 'file-1' } },
      { media: 'audio', mimeType: 'audio/mpeg', source: { kind: 'base64', data: 'CCC' } },
      { media: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' }, filename: 'a.pdf' },
      { media: 'video', mimeType: 'video/mp4', source: { kind: 'base64', data: 'DDD' } },
      { kind: 'opaque', dialect: 'openai-chat', type: 'hologram', value: { type: 'hologram', beams: 3 } },
    ]);
  });

  test('results that follow each other are one turn', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
    const read = turns(
      hello,
      { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
    );
    expect(read.map((turn) => turn.role)).toEqual(['user', 'assistant', 'tool']);
    expect(read[2]?.blocks).toEqual([
      { kind: 'tool-result', callId: 'a', blocks: [{ kind: 'text', text: 'one' }], failed: false },
      { kind: 'tool-result', callId: 'b', blocks: [{ kind: 'text', text: 'two' }], failed: false },
    ]);
  });

  test('the older function calls get ids that pair them with their results', () => {
    const [, called, result] = turns(
      hello,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'seen' },
    );
    const call = called?.blocks[0];
    expect(call).toMatchObject({ kind: 'tool-call', name: 'look', meta: { 'openai-chat': { legacy: true } } });
    expect(result?.blocks[0]).toMatchObject({
      kind: 'tool-result',
      callId: call?.kind === 'tool-call' ? call.id : '?',
    });
  });

  test('a custom call and a Gemini signature are read from their members', () => {
    const [, turn] = turns(hello, {
      role: 'assistant',
      tool_calls: [
        { id: 'a', type: 'custom', custom: { name: 'shell', input: 'ls' } },
        {
          id: 'b',
          type: 'function',
          function: { name: 'look', arguments: '' },
          extra_content: { google: { thought_signature: 'SIG' } },
        },
      ],
    });
    expect(turn?.blocks).toEqual([
      { kind: 'tool-call', id: 'a', name: 'shell', argumentsJson: 'ls', custom: true },
      { kind: 'tool-call', id: 'b', name: 'look', argumentsJson: '', seal: { dialect: 'gemini', value: 'SIG' } },
    ]);
  });

  test('cache marks stand on parts, messages and results', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const read = turns(
      { role: 'system', content: [{ type: 'text', text: 'Long.', cache_control }] },
      { ...hello, cache_control },
    );
    expect(read.map((turn) => turn.blocks[0]?.cache)).toEqual([{ ttl: '1h' }, { ttl: '1h' }]);
  });
});

describe('reasoning brought back', () => {
  const thoughts = (members: JsonObject) =>
    turns(hello, { role: 'assistant', content: 'Hi', ...members })[1]?.blocks.filter(
      (block) => block.kind === 'thinking',
    );

  test('as plain text, from either member', () => {
    expect(thoughts({ reasoning_content: 'Hm.' })).toEqual([{ kind: 'thinking', text: 'Hm.' }]);
    expect(thoughts({ reasoning: 'Hm.' })).toMatchObject([{ kind: 'thinking', text: 'Hm.' }]);
  });

  test('as details, which say more than the text beside them', () => {
    const read = thoughts({
      reasoning: 'Hm.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm.', signature: 'S1', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.summary', summary: 'Thought.', id: 'rs_1', index: 1 },
        { type: 'reasoning.encrypted', data: 'S2', id: 'rs_1', index: 2 },
        { type: 'reasoning.encrypted', data: 'S3', index: 3 },
      ],
    });
    expect(read).toMatchObject([
      { text: 'Hm.', seal: { dialect: 'openai-chat', value: 'S1' } },
      { text: 'Thought.', form: 'summary', seal: { dialect: 'openai-chat', value: 'S2' } },
      { text: '', redacted: true, seal: { dialect: 'openai-chat', value: 'S3' } },
    ]);
  });

  test('a seal that this door wrapped gets its dialect back', () => {
    const seal = { dialect: 'anthropic-messages', value: 'EuYBCg==' } as const;
    const signature = wrapSeal(seal, 'openai-chat');
    expect(thoughts({ reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature }] })).toMatchObject([
      { seal },
    ]);
  });

  test('as thinking blocks and as a part of the content', () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: 'Hm.', signature: 'S1' },
      { type: 'redacted_thinking', data: 'S2' },
    ];
    expect(thoughts({ thinking_blocks })).toMatchObject([
      { text: 'Hm.', seal: { value: 'S1' } },
      { text: '', redacted: true, seal: { value: 'S2' } },
    ]);
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
      { type: 'text', text: 'Hi' },
    ];
    expect(thoughts({ content })).toMatchObject([{ text: 'Hm.' }]);
  });
});

describe('settings', () => {
  const reasoning: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ reasoning_effort: 'high' }, { effort: 'high' }],
    [{ reasoning: { max_tokens: 2000, exclude: true } }, { budgetTokens: 2000, show: false }],
    [{ reasoning: { enabled: true } }, { enabled: true }],
    [{ thinking: { type: 'enabled', budget_tokens: 512 } }, { enabled: true, budgetTokens: 512 }],
    [{ thinking: { type: 'disabled' } }, { enabled: false }],
    [
      { reasoning_effort: 'low', thinking: { type: 'enabled' } },
      { enabled: true, effort: 'low' },
    ],
    [{ include_reasoning: true }, { show: true }],
  ];
  test.each(reasoning)('%j', (members, expected) => {
    expect(decode(members).reasoning).toEqual(expected);
  });

  test('an effort nobody knows stays as the client wrote it', () => {
    expect(decode({ reasoning_effort: 'colossal' }).extras).toEqual({
      'openai-chat': { reasoning_effort: 'colossal' },
    });
  });

  test('the newer limit wins, a stop word is a list, any means required, safety_identifier is the user', () => {
    const request = decode({
      max_completion_tokens: 5,
      max_tokens: 7,
      stop: 'END',
      tool_choice: 'any',
      safety_identifier: 'u1',
      stream_options: { include_usage: true, include_obfuscation: false },
    });
    expect(request).toMatchObject({
      maxOutputTokens: 5,
      stop: ['END'],
      toolChoice: { kind: 'required' },
      user: 'u1',
      streamUsage: true,
    });
    expect(request.extras?.['openai-chat']).toEqual({ max_tokens: 7, stream_options: { include_obfuscation: false } });
  });

  test('unknown members survive, null means not given', () => {
    const request = decode({
      min_p: 0.1,
      prediction: { type: 'content', content: 'x' },
      temperature: null,
      oddity: null,
    });
    expect(request.extras).toEqual({ 'openai-chat': { min_p: 0.1, prediction: { type: 'content', content: 'x' } } });
    expect(request).not.toHaveProperty('temperature');
  });

  test('tools of every kind', () => {
    const grammar = { syntax: 'lark', definition: 'start: "a"' };
    const request = decode({
      tools: [
        { type: 'function', function: { name: 'look', parameters: { type: 'object' }, strict: true, note: 1 } },
        { type: 'custom', custom: { name: 'shell', format: { type: 'grammar', grammar } } },
        { type: 'web_search', depth: 2 },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'look' } }] },
      },
    });
    expect(request.tools).toEqual([
      {
        kind: 'function',
        name: 'look',
        schema: { type: 'object' },
        strict: true,
        meta: { 'openai-chat': { function: { note: 1 } } },
      },
      { kind: 'custom', name: 'shell', format: { type: 'grammar', ...grammar } },
      { kind: 'opaque', dialect: 'openai-chat', type: 'web_search', value: { type: 'web_search', depth: 2 } },
    ]);
    expect(request.toolChoice).toEqual({ kind: 'allowed', mode: 'required', names: ['look'] });
  });
});
