import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatRequest, ChatResponse, StreamEvent } from '../../../ir/index.ts';
import { Collector } from '../../../stream/collect.ts';
import { replay } from '../../../stream/replay.ts';
import { decodeResponse } from '../upstream/decode-response.ts';
import { ChatStreamDecoder } from '../upstream/decode-stream.ts';
import { encodeResponse } from './encode-response.ts';
import { ChatStreamEncoder } from './encode-stream.ts';

const request: ChatRequest = { model: 'acme/one', stream: true, turns: [] };
const context = (asked: Partial<ChatRequest> = {}) => ({
  request: { ...request, ...asked },
  replyId: 'R1',
  nowSeconds: 42,
});
const write = (events: readonly StreamEvent[], asked: Partial<ChatRequest> = {}) => {
  const encoder = new ChatStreamEncoder(context(asked));
  return events.flatMap((event) => encoder.push(event)).map((frame) => frame.data);
};
const start: StreamEvent = { kind: 'response-start', id: 'chatcmpl-9', model: 'one', createdSeconds: 7 };
const textBlock: StreamEvent = { kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: '' } };
const said = (text: string): StreamEvent => ({
  kind: 'block-delta',
  choice: 0,
  index: 0,
  delta: { kind: 'text', text },
});
const finish: readonly StreamEvent[] = [
  { kind: 'block-end', choice: 0, index: 0 },
  { kind: 'choice-end', choice: 0, stop: 'stop', rawStop: 'stop' },
  { kind: 'usage', usage: { inputTokens: 3, outputTokens: 2 } },
  { kind: 'response-end' },
];

describe('a streamed answer', () => {
  test('the role first, one chunk a delta, the finish, then [DONE]', () => {
    const frames = write([start, textBlock, said('He'), said('y"'), ...finish]);
    expect(frames.at(-1)).toBe('[DONE]');
    const chunks = frames.slice(0, -1).map((frame) => JSON.parse(frame));
    expect(chunks[0]).toEqual({
      id: 'chatcmpl-9',
      object: 'chat.completion.chunk',
      created: 7,
      model: 'one',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(chunks.slice(1).map((chunk) => [chunk.choices[0].delta, chunk.choices[0].finish_reason])).toEqual([
      [{ content: 'He' }, null],
      [{ content: 'y"' }, null],
      [{}, 'stop'],
    ]);
  });

  test('usage comes in a chunk without choices, and only when asked for', () => {
    const frames = write([start, textBlock, said('Hey'), ...finish], { streamUsage: true });
    expect(JSON.parse(frames.at(-2) ?? '')).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
    expect(write([start, textBlock, said('Hey'), ...finish]).join('')).not.toContain('usage');
  });

  test('a broken stream ends with an error member and nothing after it', () => {
    const encoder = new ChatStreamEncoder(context());
    encoder.push(start);
    const frames = encoder.fail(new GatewayError('upstream_cut', 'The provider ended the stream.'));
    expect(frames.map((frame) => JSON.parse(frame.data))).toEqual([
      { error: { message: 'The provider ended the stream.', type: 'server_error', param: null, code: 'upstream_cut' } },
    ]);
  });

  test('parallel calls keep their numbers when they come interleaved; one without arguments gets an empty object', () => {
    const call = (index: number, name: string): StreamEvent => ({
      kind: 'block-start',
      choice: 0,
      index,
      block: { kind: 'tool-call', id: `id-${name}`, name, argumentsJson: '' },
    });
    const more = (index: number, text: string): StreamEvent => ({
      kind: 'block-delta',
      choice: 0,
      index,
      delta: { kind: 'arguments', text },
    });
    const frames = write([
      start,
      call(0, 'a'),
      call(1, 'b'),
      call(2, 'c'),
      more(1, '{"x"'),
      more(0, '{}'),
      more(1, ':1}'),
      ...[0, 1, 2].map((index) => ({ kind: 'block-end', choice: 0, index }) as const),
      { kind: 'choice-end', choice: 0, stop: 'tool-calls', rawStop: 'tool_use' },
      { kind: 'response-end' },
    ]);
    const decoder = new ChatStreamDecoder();
    const collector = new Collector();
    for (const data of frames) for (const event of decoder.push({ data })) collector.push(event);
    expect(collector.response().choices[0]?.blocks).toEqual([
      { kind: 'tool-call', id: 'id-a', name: 'a', argumentsJson: '{}' },
      { kind: 'tool-call', id: 'id-b', name: 'b', argumentsJson: '{"x":1}' },
      { kind: 'tool-call', id: 'id-c', name: 'c', argumentsJson: '{}' },
    ]);
  });
});

const anthropicSeal = { dialect: 'anthropic-messages', value: 'EuYB' } as const;
const answers: readonly (readonly [string, readonly Block[]])[] = [
  ['text', [{ kind: 'text', text: 'Hi' }]],
  [
    'sealed thoughts',
    [
      { kind: 'thinking', text: 'Hm.', seal: anthropicSeal },
      { kind: 'text', text: 'Hi' },
    ],
  ],
  [
    'a sealed summary',
    [
      { kind: 'thinking', text: 'So.', form: 'summary', seal: { dialect: 'openai-responses', value: 'gA' } },
      { kind: 'text', text: 'Hi' },
    ],
  ],
  [
    'redacted thoughts',
    [
      { kind: 'thinking', text: '', redacted: true, seal: anthropicSeal },
      { kind: 'text', text: 'Hi' },
    ],
  ],
  ['a refusal', [{ kind: 'refusal', text: 'No.' }]],
  ['a signed text', [{ kind: 'text', text: 'Hi', seal: { dialect: 'gemini', value: 'S' } }]],
  [
    'citations',
    [{ kind: 'text', text: 'Hi', citations: [{ kind: 'url', url: 'https://a.example', start: 0, end: 2 }] }],
  ],
  [
    'calls',
    [
      { kind: 'tool-call', id: 'a', name: 'look', argumentsJson: '{"x":1}', seal: { dialect: 'gemini', value: 'S' } },
      { kind: 'tool-call', id: 'b', name: 'sh', argumentsJson: 'ls', custom: true },
    ],
  ],
  [
    'a picture',
    [
      { kind: 'text', text: 'Here.' },
      { kind: 'media', media: 'image', mimeType: 'image/png', source: { kind: 'base64', data: 'AAA' } },
    ],
  ],
];

describe('the same answer streamed and whole says the same', () => {
  test.each(answers)('%s', (_, blocks) => {
    const response: ChatResponse = {
      id: 'chatcmpl-9',
      model: 'one',
      createdSeconds: 7,
      choices: [0, 1].map((index) => ({ index, blocks, stop: 'stop', rawStop: 'stop' })),
      usage: { inputTokens: 3, outputTokens: 2 },
    };
    const whole = decodeResponse(encodeResponse(response, context({ streamUsage: true })).body);
    const encoder = new ChatStreamEncoder(context({ streamUsage: true }));
    const decoder = new ChatStreamDecoder();
    const collector = new Collector();
    for (const event of splitText(replay(response)))
      for (const frame of encoder.push(event)) for (const read of decoder.push(frame)) collector.push(read);
    expect(collector.response()).toEqual(whole);
  });
});

/** Replayed blocks carry their whole text; a provider's stream brings it in pieces. */
const splitText = (events: readonly StreamEvent[]): readonly StreamEvent[] =>
  events.flatMap((event): readonly StreamEvent[] => {
    if (event.kind !== 'block-start' || !('text' in event.block) || event.block.text.length < 2) return [event];
    const { text, seal, ...rest } = { seal: undefined, ...event.block };
    if (event.block.kind === 'text' && event.block.citations !== undefined) return [event];
    const at = { choice: event.choice, index: event.index };
    return [
      { ...event, block: { ...rest, text: '' } as Block },
      ...[text.slice(0, 1), text.slice(1)].map(
        (piece): StreamEvent => ({ kind: 'block-delta', ...at, delta: { kind: 'text', text: piece } }),
      ),
      ...(seal === undefined ? [] : [{ kind: 'block-delta', ...at, delta: { kind: 'seal', seal } } as const]),
    ];
  });

test('a tier that changes at the end stands once, beside the counts; without them there is no chunk for it', () => {
  const tiered: readonly StreamEvent[] = [
    { ...start, serviceTier: 'auto' },
    textBlock,
    said('Hi'),
    ...finish.slice(0, -1),
    { kind: 'response-end', serviceTier: 'default' },
  ];
  const last = write(tiered, { streamUsage: true }).at(-2) ?? '';
  expect(last.match(/service_tier/g)).toHaveLength(1);
  expect(JSON.parse(last)).toMatchObject({ service_tier: 'default', choices: [] });
  expect(JSON.parse(write(tiered).at(-2) ?? '')).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
});
