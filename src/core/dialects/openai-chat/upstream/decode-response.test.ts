import { describe, expect, test } from 'bun:test';
import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import { decodeResponse } from './decode-response.ts';

const answer = (message: JsonObject, choice: JsonObject = {}) =>
  decodeResponse({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 7,
    model: 'one',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...choice }],
  });
const blocks = (message: JsonObject) => answer(message).choices[0]?.blocks;

const failure = (body: Json): GatewayError => {
  try {
    decodeResponse(body);
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error('the answer was accepted');
};

describe('blocks', () => {
  test('content as parts: thoughts, text and a reference', () => {
    expect(
      blocks({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Paris' },
          { type: 'reference', reference_ids: [1] },
        ],
      }),
    ).toMatchObject([
      { kind: 'thinking', text: 'Hm.' },
      { kind: 'text', text: 'Paris' },
      { kind: 'opaque', type: 'reference' },
    ]);
  });

  test('calls without an id get one, empty calls are none, arguments may be an object', () => {
    expect(
      blocks({
        content: '',
        tool_calls: [
          { function: { name: 'look', arguments: { at: 1 } } },
          { id: '', function: { name: '', arguments: '' } },
        ],
        function_call: { name: '', arguments: '' },
      }),
    ).toEqual([{ kind: 'tool-call', id: 'call_chatcmpl-1_0_0', name: 'look', argumentsJson: '{"at":1}' }]);
  });

  test('a bare signature on a call is Gemini’s', () => {
    const extra_content = { google: { thought_signature: 'S' } };
    expect(
      blocks({ tool_calls: [{ id: 'a', function: { name: 'look', arguments: '{}' }, extra_content }] }),
    ).toMatchObject([{ seal: { dialect: 'gemini', value: 'S' } }]);
  });

  test('a refusal, pictures, audio and citations', () => {
    expect(
      blocks({
        content: 'Hi',
        refusal: 'No.',
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAA' } }],
        audio: { id: 'au_1', data: 'BBB', transcript: 'Hi', expires_at: 9 },
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 },
          },
        ],
      }),
    ).toMatchObject([
      { kind: 'text', text: 'Hi', citations: [{ kind: 'url', url: 'https://a.example', start: 0, end: 2 }] },
      { kind: 'refusal', text: 'No.' },
      { media: 'image', source: { kind: 'base64', data: 'AAA' } },
      {
        media: 'audio',
        source: { kind: 'base64', data: 'BBB' },
        meta: { 'openai-chat': { members: { id: 'au_1', transcript: 'Hi' } } },
      },
    ]);
  });
});

describe('the choice', () => {
  test('stop after tool calls means tool calls, and the word is kept', () => {
    expect(answer({ tool_calls: [{ id: 'a', function: { name: 'look', arguments: '{}' } }] }).choices[0]).toMatchObject(
      {
        stop: 'tool-calls',
        rawStop: 'stop',
      },
    );
  });

  test('log probabilities of content and refusal, others as extras', () => {
    const token = { token: 'a', logprob: -1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2, bytes: null }] };
    const [choice] = answer(
      { content: 'a' },
      { logprobs: { content: [token], refusal: null, reasoning_content: [token] }, seed: 5 },
    ).choices;
    expect(choice?.logprobs).toEqual([
      { token: 'a', logprob: -1, bytes: [97], top: [{ token: 'b', logprob: -2, bytes: null }] },
    ]);
    expect(choice?.extras).toEqual({ 'openai-chat': { seed: 5, logprobs: { reasoning_content: [token] } } });
  });

  test('members nobody knows stay with the answer', () => {
    const response = decodeResponse({
      choices: [],
      citations: ['https://a.example'],
      provider: 'Acme',
      system_fingerprint: null,
    });
    expect(response.extras).toEqual({ 'openai-chat': { citations: ['https://a.example'], provider: 'Acme' } });
  });
});

describe('what is no answer', () => {
  test.each([
    ['a text', 'hello'],
    ['nothing in it', {}],
    ['a choice without a message', { choices: [{ index: 0 }] }],
  ] as const)('%s', (_, body) => {
    expect(failure(body).code).toBe('upstream_invalid');
  });

  test('an error with status 200', () => {
    expect(failure({ error: { message: 'Slow down', code: 429 } })).toMatchObject({
      code: 'upstream_rate_limited',
      detail: { upstream: { status: 429, message: 'Slow down' } },
    });
  });
});
