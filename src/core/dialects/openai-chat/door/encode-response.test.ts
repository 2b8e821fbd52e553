import { describe, expect, test } from 'bun:test';
import type { Block, ChatRequest, ChatResponse, Choice } from '../../../ir/index.ts';
import { arrayAt, type JsonObject, objectAt } from '../../../json/json.ts';
import { providerSeal, readThinking } from '../wire/thinking.ts';
import { encodeResponse } from './encode-response.ts';

const request: ChatRequest = { model: 'acme/one', stream: false, turns: [] };
const answer = (blocks: readonly Block[], choice: Partial<Choice> = {}): ChatResponse => ({
  id: '',
  model: '',
  choices: [{ index: 0, blocks, stop: 'stop', rawStop: 'end_turn', ...choice }],
});
const encode = (response: ChatResponse, asked: Partial<ChatRequest> = {}) =>
  encodeResponse(response, { request: { ...request, ...asked }, replyId: 'R1', nowSeconds: 42 });
const choiceOf = (body: JsonObject) => arrayAt(body, 'choices')[0];
const messageOf = (body: JsonObject) => objectAt(choiceOf(body), 'message');

describe('a whole answer', () => {
  test('a refusal shown as such is a normal stop, one without words a filtered answer', () => {
    const stopOf = (...blocks: readonly Block[]) => choiceOf(encode(answer(blocks, { stop: 'refusal' })).body);
    expect(stopOf({ kind: 'refusal', text: 'No.' })).toMatchObject({
      finish_reason: 'stop',
      message: { refusal: 'No.' },
    });
    expect(stopOf({ kind: 'text', text: 'N' })).toMatchObject({ finish_reason: 'content_filter' });
  });

  test('what the provider did not say is filled in', () => {
    const { body } = encode(answer([{ kind: 'text', text: 'Hi' }]));
    expect(body).toEqual({
      id: 'chatcmpl-R1',
      object: 'chat.completion',
      created: 42,
      model: 'acme/one',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
  });

  test('thoughts stand as text and as details whose seals find their way home', () => {
    const seal = { dialect: 'anthropic-messages', value: 'EuYB' } as const;
    const thoughts: Block[] = [
      { kind: 'thinking', text: 'Hm.', seal },
      { kind: 'thinking', text: 'So.', form: 'summary', seal: { dialect: 'openai-responses', value: 'gAAA' } },
      { kind: 'thinking', text: '', redacted: true, seal },
    ];
    const message = messageOf(encode(answer([...thoughts, { kind: 'text', text: 'Hi' }])).body) ?? {};
    expect(message['reasoning_content']).toBe('Hm.So.');
    expect(readThinking(message, providerSeal).map(({ text, form, redacted }) => ({ text, form, redacted }))).toEqual([
      { text: 'Hm.', form: undefined, redacted: undefined },
      { text: 'So.', form: 'summary', redacted: undefined },
      { text: '', form: undefined, redacted: true },
    ]);
    expect(JSON.stringify(message)).not.toContain('EuYB"');
  });

  test('a client that excludes reasoning sees none', () => {
    const { body } = encode(answer([{ kind: 'thinking', text: 'Hm.' }]), { reasoning: { show: false } });
    expect(JSON.stringify(body)).not.toContain('Hm.');
  });

  test('calls: arguments always parse, custom calls keep their form, signatures go where Gemini puts them', () => {
    const { body } = encode(
      answer(
        [
          { kind: 'tool-call', id: 'a', name: 'look', argumentsJson: '', seal: { dialect: 'gemini', value: 'SIG' } },
          { kind: 'tool-call', id: 'b', name: 'shell', argumentsJson: 'ls', custom: true },
        ],
        { stop: 'tool-calls' },
      ),
    );
    expect(messageOf(body)).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        {
          id: 'a',
          type: 'function',
          function: { name: 'look', arguments: '{}' },
          extra_content: { google: { thought_signature: 'SIG' } },
        },
        { id: 'b', type: 'custom', custom: { name: 'shell', input: 'ls' } },
      ],
    });
  });

  test('a client that sent functions gets a function call, and hears of a second one', () => {
    const call = (id: string): Block => ({ kind: 'tool-call', id, name: 'look', argumentsJson: '{"at":1}' });
    const { body, losses } = encode(answer([call('a'), call('b')], { stop: 'tool-calls' }), {
      tools: [{ kind: 'function', name: 'look', meta: { 'openai-chat': { legacy: true } } }],
    });
    expect(choiceOf(body)).toMatchObject({
      message: { function_call: { name: 'look', arguments: '{"at":1}' } },
      finish_reason: 'function_call',
    });
    expect(losses.map((loss) => loss.field)).toEqual(['choices[0].tool_calls']);
  });

  test('citations move with their text when texts are joined', () => {
    const { body, losses } = encode(
      answer([
        { kind: 'text', text: 'One. ' },
        {
          kind: 'text',
          text: 'Two.',
          citations: [
            { kind: 'url', url: 'https://a.example', start: 0, end: 3, title: 'A' },
            { kind: 'url', url: 'https://b.example' },
            { kind: 'document', documentIndex: 0 },
          ],
        },
      ]),
    );
    expect(messageOf(body)).toMatchObject({
      content: 'One. Two.',
      annotations: [
        { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 5, end_index: 8 } },
        {
          type: 'url_citation',
          url_citation: { url: 'https://b.example', title: 'https://b.example', start_index: 5, end_index: 9 },
        },
      ],
    });
    expect(losses.map((loss) => loss.field)).toEqual(['choices[0].blocks[1].citations[2]']);
  });

  test('blocks of other dialects are dropped by name and never become calls', () => {
    const { body, losses } = encode(
      answer([
        {
          kind: 'opaque',
          dialect: 'anthropic-messages',
          type: 'server_tool_use',
          value: { id: 'srv_1', name: 'web_search' },
        },
      ]),
    );
    expect(losses).toEqual([{ field: 'choices[0].blocks[0]', action: 'dropped', note: 'server_tool_use' }]);
    expect(messageOf(body)).toEqual({ role: 'assistant', content: null, refusal: null });
  });

  test('what tools of the provider put into the prompt counts in the total alone', () => {
    const { body } = encode({ ...answer([]), usage: { inputTokens: 10, toolInputTokens: 30, outputTokens: 5 } });
    expect(body['usage']).toEqual({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 45 });
  });

  test('usage always has its three sums', () => {
    const { body } = encode({
      ...answer([]),
      usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, reasoningTokens: 2 },
    });
    expect(body['usage']).toEqual({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 },
    });
  });
});
