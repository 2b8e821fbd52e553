import { describe, expect, test } from 'bun:test';
import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { ChatStreamDecoder } from './decode-stream.ts';

const done: SseFrame = { data: '[DONE]' };
const chunk = (members: JsonObject): SseFrame => ({
  data: JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 7, model: 'one', ...members }),
});
const delta = (members: JsonObject, choice: JsonObject = {}): SseFrame =>
  chunk({ choices: [{ index: 0, delta: members, finish_reason: null, ...choice }] });
const calls = (...tool_calls: readonly JsonObject[]) => delta({ tool_calls });
const finish = (word = 'stop'): SseFrame => delta({}, { finish_reason: word });

const read = (...frames: readonly SseFrame[]) => {
  const decoder = new ChatStreamDecoder();
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
};
const collect = (...frames: readonly SseFrame[]) => {
  const collector = new Collector();
  for (const event of read(...frames)) collector.push(event);
  return collector.response();
};
const blocks = (...frames: readonly SseFrame[]) => collect(...frames).choices[0]?.blocks;
const failure = (...frames: readonly SseFrame[]): GatewayError => {
  try {
    read(...frames);
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error('the stream was accepted');
};

describe('the frame of a stream', () => {
  test('text opens one block, and the finish waits for the end', () => {
    const kinds = read(
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'He' }),
      delta({ content: 'y' }),
      finish(),
      done,
    );
    expect(kinds.map((event) => event.kind)).toEqual([
      'response-start',
      'block-start',
      'block-delta',
      'block-delta',
      'block-end',
      'choice-end',
      'response-end',
    ]);
  });

  test('a first chunk that judges the prompt is not the start', () => {
    const filter = chunk({ id: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    const response = collect(filter, delta({ content: 'Hi' }), finish(), done);
    expect(response).toMatchObject({ id: 'chatcmpl-1', model: 'one' });
    expect(response.extras).toEqual({ 'openai-chat': { prompt_filter_results: [{ prompt_index: 0 }] } });
  });

  test('usage counts wherever it stands, the last one', () => {
    const usage = (completion_tokens: number) => ({
      usage: { prompt_tokens: 3, completion_tokens, total_tokens: 3 + completion_tokens },
    });
    expect(
      collect(
        delta({ content: 'Hi' }),
        chunk({ choices: [], ...usage(1) }),
        finish(),
        chunk({ choices: [], ...usage(2) }),
        done,
      ).usage,
    ).toMatchObject({
      inputTokens: 3,
      outputTokens: 2,
    });
    expect(
      collect(
        delta({ content: 'Hi' }),
        chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: usage(4) }),
        done,
      ).usage,
    ).toMatchObject({
      outputTokens: 4,
    });
  });

  test('two choices that come interleaved stay two', () => {
    const both = (index: number, content: string) =>
      chunk({ choices: [{ index, delta: { content }, finish_reason: null }] });
    const end = (index: number) => chunk({ choices: [{ index, delta: {}, finish_reason: 'stop' }] });
    const { choices } = collect(both(0, 'a'), both(1, 'x'), both(0, 'b'), end(0), both(1, 'y'), end(1), done);
    expect(choices.map((choice) => choice.blocks)).toEqual([
      [{ kind: 'text', text: 'ab' }],
      [{ kind: 'text', text: 'xy' }],
    ]);
  });

  test('log probabilities gather over the chunks', () => {
    const token = (word: string) => ({ logprobs: { content: [{ token: word, logprob: -1 }], refusal: null } });
    expect(
      collect(delta({ content: 'a' }, token('a')), delta({ content: 'b' }, token('b')), finish(), done).choices[0]
        ?.logprobs,
    ).toEqual([
      { token: 'a', logprob: -1 },
      { token: 'b', logprob: -1 },
    ]);
  });
});

describe('how a stream ends', () => {
  test('without [DONE] but finished: complete', () => {
    expect(collect(delta({ content: 'Hi' }), finish('length')).choices[0]).toMatchObject({
      stop: 'length',
      rawStop: 'length',
    });
  });

  test('without [DONE] and unfinished: cut', () => {
    expect(failure(delta({ content: 'Hi' })).code).toBe('upstream_cut');
    expect(failure().code).toBe('upstream_cut');
  });

  test('with [DONE] but unfinished: complete, with no word for why', () => {
    expect(collect(delta({ content: 'Hi' }), done).choices[0]).toMatchObject({ stop: 'other', rawStop: '' });
  });

  test('with [DONE] and nothing before it: no answer', () => {
    expect(failure(done).code).toBe('upstream_invalid');
  });

  test.each([
    ['upstream_error', chunk({ error: { message: 'Broken', code: 500 } })],
    ['upstream_rate_limited', chunk({ error: { message: 'Slow down', type: 'rate_limit_exceeded' } })],
    [
      'upstream_overloaded',
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'error' }], error: { message: 'Busy', code: 503 } }),
    ],
    ['upstream_error', { event: 'error', data: '{"error":{"message":"Broken","type":"server_error"}}' }],
    ['upstream_error', { event: 'error', data: 'gone wrong' }],
    ['upstream_error', { data: '{"object":"error","message":"Broken","code":400}' }],
    ['upstream_invalid', { data: '{"choices":' }],
  ] as const)('an error inside: %s', (code, frame) => {
    expect(failure(delta({ content: 'Hi' }), frame, done).code).toBe(code);
  });
});

describe('tool calls', () => {
  const start = (index: number | undefined, id: string, name: string, text = ''): JsonObject => ({
    ...(index === undefined ? {} : { index }),
    id,
    type: 'function',
    function: { name, arguments: text },
  });
  const more = (index: number | undefined, text: string): JsonObject => ({
    ...(index === undefined ? {} : { index }),
    function: { arguments: text },
  });
  const one = { kind: 'tool-call', id: 'a', name: 'look', argumentsJson: '{"x":1}' } as const;
  const two = { kind: 'tool-call', id: 'b', name: 'find', argumentsJson: '{"y":2}' } as const;
  const call = (index: number, id: string, name: string, text: string) => calls(start(index, id, name, text));

  test('interleaved by index', () => {
    expect(
      blocks(
        calls(start(0, 'a', 'look'), start(1, 'b', 'find')),
        calls(more(1, '{"y"')),
        calls(more(0, '{"x":1}')),
        calls(more(1, ':2}')),
        finish('tool_calls'),
        done,
      ),
    ).toEqual([one, two]);
  });

  test('id and name repeated in every chunk, or null after the first', () => {
    expect(blocks(call(0, 'a', 'look', '{"x"'), call(0, 'a', 'look', ':1}'), finish(), done)).toEqual([one]);
    const later = calls({ index: 0, id: null, function: { name: null, arguments: ':1}' } });
    expect(blocks(call(0, 'a', 'look', '{"x"'), later, finish(), done)).toEqual([one]);
  });

  test('a new call under an index that is taken', () => {
    expect(blocks(call(0, 'a', 'look', '{"x":1}'), call(0, 'b', 'find', '{"y":2}'), finish(), done)).toEqual([
      one,
      two,
    ]);
  });

  test('whole calls without an index, and pieces without one', () => {
    expect(
      blocks(
        calls(start(undefined, 'a', 'look', '{"x":1}')),
        calls(start(undefined, 'b', 'find', '{"y"')),
        calls(more(undefined, ':2}')),
        finish(),
        done,
      ),
    ).toEqual([one, two]);
  });

  test('arguments before the name wait for it; calls that never get one are none', () => {
    const early = calls({ index: 0, id: 'a', function: { arguments: '{"x"' } });
    expect(blocks(early, calls({ index: 0, function: { name: 'look', arguments: ':1}' } }), finish(), done)).toEqual([
      one,
    ]);
    expect(blocks(delta({ content: 'Hi' }), early, finish(), done)).toEqual([{ kind: 'text', text: 'Hi' }]);
  });

  test('text after a call is a block of its own', () => {
    expect(
      blocks(delta({ content: 'Wait.' }), call(0, 'a', 'look', '{"x":1}'), delta({ content: 'So.' }), finish(), done),
    ).toEqual([{ kind: 'text', text: 'Wait.' }, one, { kind: 'text', text: 'So.' }]);
  });

  test('the older function call', () => {
    const older = (members: JsonObject) => delta({ function_call: members });
    expect(
      blocks(older({ name: 'look', arguments: '' }), older({ arguments: '{"x":1}' }), finish('function_call'), done),
    ).toMatchObject([{ ...one, id: 'call_chatcmpl-1_0_0' }]);
  });
});

describe('reasoning', () => {
  const own = (value: string) => ({ dialect: 'openai-chat', value }) as const;

  test('thoughts and text keep the order in which they came', () => {
    expect(
      blocks(
        delta({ reasoning_content: 'A' }),
        delta({ reasoning_content: 'B' }),
        delta({ content: 'x' }),
        delta({ reasoning: 'C' }),
        delta({ content: 'y' }),
        finish(),
        done,
      ),
    ).toMatchObject([
      { kind: 'thinking', text: 'AB' },
      { kind: 'text', text: 'x' },
      { kind: 'thinking', text: 'C' },
      { kind: 'text', text: 'y' },
    ]);
  });

  test('details beside the same text are read once, and the signature seals them', () => {
    const detail = (entry: JsonObject, reasoning?: string) =>
      delta({
        ...(reasoning === undefined ? {} : { reasoning }),
        reasoning_details: [{ type: 'reasoning.text', index: 0, ...entry }],
      });
    expect(
      blocks(
        detail({ text: 'A' }, 'A'),
        detail({ text: 'B' }, 'B'),
        detail({ signature: 'S' }),
        delta({ content: 'x' }),
        finish(),
        done,
      ),
    ).toMatchObject([
      { kind: 'thinking', text: 'AB', seal: own('S') },
      { kind: 'text', text: 'x' },
    ]);
  });

  test('encrypted entries are blocks of their own, or seal the summary with their id', () => {
    const details = (...reasoning_details: readonly JsonObject[]) => delta({ reasoning_details });
    expect(
      blocks(
        details({ type: 'reasoning.summary', summary: 'So.', id: 'rs_1', index: 0 }),
        details(
          { type: 'reasoning.encrypted', data: 'S1', id: 'rs_1', index: 1 },
          { type: 'reasoning.encrypted', data: 'S2', index: 2 },
        ),
        finish(),
        done,
      ),
    ).toMatchObject([
      { text: 'So.', form: 'summary', seal: own('S1') },
      { text: '', redacted: true, seal: own('S2') },
    ]);
  });

  test('thinking blocks and parts of the content', () => {
    expect(
      blocks(
        delta({ reasoning_content: 'A', thinking_blocks: [{ type: 'thinking', thinking: 'A' }] }),
        delta({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'S' }] }),
        delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'B' }] }] }),
        delta({ content: [{ type: 'text', text: 'x' }] }),
        finish(),
        done,
      ),
    ).toMatchObject([{ text: 'A', seal: own('S') }, { text: 'B' }, { kind: 'text', text: 'x' }]);
  });
});

test('citations go to the text that is open, and wait for one that is not', () => {
  const cite = (url: string) => delta({ annotations: [{ type: 'url_citation', url_citation: { url } }] });
  expect(
    blocks(cite('https://a.example'), delta({ content: 'x' }), cite('https://b.example'), finish(), done),
  ).toMatchObject([{ text: 'x', citations: [{ url: 'https://a.example' }, { url: 'https://b.example' }] }]);
});

test('audio gathers its data and its transcript', () => {
  expect(
    blocks(
      delta({ audio: { id: 'au_1', transcript: 'He' } }),
      delta({ audio: { data: 'AA' } }),
      delta({ audio: { data: 'BB', transcript: 'y', expires_at: 9 } }),
      finish(),
      done,
    ),
  ).toMatchObject([
    {
      source: { kind: 'base64', data: 'AABB' },
      meta: { 'openai-chat': { members: { id: 'au_1', transcript: 'Hey', expires_at: 9 } } },
    },
  ]);
});
