import { describe, expect, test } from 'bun:test';
import type { GatewayError } from '../../errors/gateway-error.ts';
import type { ChatRequest, ChatResponse } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { Collector } from '../../stream/collect.ts';
import { replay } from '../../stream/replay.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeResponse } from './door/encode-response.ts';
import { CompletionStreamEncoder } from './door/encode-stream.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { CompletionStreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';

const decode = (members: JsonObject) => decodeRequest({ model: 'm', ...members }, {});
const encode = (request: ChatRequest) =>
  encodeRequest(request, { model: 'm', defaultMaxOutputTokens: 1, traits: new Set() });
const thrown = (act: () => unknown): GatewayError => {
  try {
    act();
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error('nothing was thrown');
};

describe('the door', () => {
  test('one prompt, bare or in a list, is a turn of the user', () => {
    for (const prompt of ['Once', ['Once']])
      expect(decode({ prompt }).turns).toEqual([{ role: 'user', blocks: [{ kind: 'text', text: 'Once' }] }]);
  });

  test('legacy logprobs are a number; unknown members survive', () => {
    expect(decode({ prompt: 'Once', logprobs: 3, echo: true, best_of: 2, suffix: '.' })).toMatchObject({
      logprobs: true,
      topLogprobs: 3,
      extras: { 'openai-completions': { echo: true, best_of: 2, suffix: '.' } },
    });
  });

  test.each([
    ['prompt', undefined],
    ['prompt', []],
    ['prompt', 7],
    ['prompt[1]', ['a', {}]],
  ])('%s as %j is refused', (param, prompt) => {
    expect(thrown(() => decode(prompt === undefined ? {} : { prompt: prompt as never })).detail.param).toBe(param);
  });
});

describe('the upstream half', () => {
  test.each([['Once'], [['a', 'b']], [[1, 2, 3]], [[[1], [2]]]])('prompt %j returns as it came', (prompt) => {
    expect(encode(decode({ prompt, max_tokens: 5, logprobs: 2, echo: true })).body).toEqual({
      model: 'm',
      prompt,
      max_tokens: 5,
      logprobs: 2,
      echo: true,
    });
  });

  test('a system prompt stands before the text; a conversation, a picture or a tool cannot be said', () => {
    const user = { role: 'user', blocks: [{ kind: 'text', text: 'Once' }] } as const;
    const request: ChatRequest = {
      model: 'm',
      stream: false,
      turns: [{ role: 'system', blocks: [{ kind: 'text', text: 'Rhyme.' }] }, user],
    };
    expect(encode(request).body['prompt']).toBe('Rhyme.\n\nOnce');
    const refused: readonly Partial<ChatRequest>[] = [
      { turns: [user, { role: 'assistant', blocks: [] }, user] },
      {
        turns: [
          {
            role: 'user',
            blocks: [{ kind: 'media', media: 'image', source: { kind: 'url', url: 'https://a.example' } }],
          },
        ],
      },
      { tools: [{ kind: 'function', name: 'look' }] },
    ];
    for (const members of refused)
      expect(thrown(() => encode({ ...request, ...members })).code).toBe('unsupported_by_target');
  });

  test('a stream without a finish is cut, one with an error member fails', () => {
    const chunk = (choice: JsonObject) => ({ data: JSON.stringify({ id: 'c', choices: [{ index: 0, ...choice }] }) });
    const decoder = new CompletionStreamDecoder();
    decoder.push(chunk({ text: 'a' }));
    expect(thrown(() => decoder.end()).code).toBe('upstream_cut');
    expect(thrown(() => decoder.push({ data: '{"error":{"message":"Busy","code":503}}' })).code).toBe(
      'upstream_overloaded',
    );
  });
});

describe('an answer', () => {
  const response: ChatResponse = {
    id: 'cmpl-1',
    model: 'm',
    createdSeconds: 7,
    choices: [0, 1].map((index) => ({
      index,
      blocks: [{ kind: 'text', text: 'ab' }],
      stop: 'length',
      rawStop: 'length',
      logprobs: [
        { token: 'a', logprob: -1, top: [{ token: 'a', logprob: -1 }] },
        { token: 'b', logprob: -2, top: [{ token: 'c', logprob: -3 }] },
      ],
    })),
    usage: { inputTokens: 3, outputTokens: 2 },
  };
  const context = { request: { ...decode({ prompt: 'Once' }), streamUsage: true }, replyId: 'R1', nowSeconds: 42 };

  test('log probabilities are written as lists, offsets counted from the prompt', () => {
    const { body } = encodeResponse(response, context);
    expect(body['object']).toBe('text_completion');
    expect((body['choices'] as readonly JsonObject[])[0]).toEqual({
      text: 'ab',
      index: 0,
      logprobs: {
        tokens: ['a', 'b'],
        token_logprobs: [-1, -2],
        top_logprobs: [{ a: -1 }, { c: -3 }],
        text_offset: [4, 5],
      },
      finish_reason: 'length',
    });
  });

  test('says the same streamed and whole', () => {
    const whole = decodeResponse(encodeResponse(response, context).body);
    const encoder = new CompletionStreamEncoder(context);
    const decoder = new CompletionStreamDecoder();
    const collector = new Collector();
    for (const event of replay(response))
      for (const frame of encoder.push(event)) for (const read of decoder.push(frame)) collector.push(read);
    expect(collector.response()).toEqual(whole);
    expect(whole.choices.map(({ blocks, logprobs }) => ({ blocks, logprobs }))).toEqual(
      response.choices.map(({ blocks, logprobs }) => ({ blocks, logprobs })),
    );
  });

  test('thoughts and calls have no place and are named', () => {
    const { losses } = encodeResponse(
      {
        ...response,
        choices: [
          {
            index: 0,
            stop: 'stop',
            rawStop: 'stop',
            blocks: [
              { kind: 'thinking', text: 'Hm.' },
              { kind: 'text', text: 'a' },
            ],
          },
        ],
      },
      context,
    );
    expect(losses).toEqual([{ field: 'choices[0].blocks[0]', action: 'dropped', note: 'thinking' }]);
  });
});
