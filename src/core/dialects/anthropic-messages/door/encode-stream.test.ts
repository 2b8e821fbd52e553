import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Delta, StreamEvent } from '../../../ir/index.ts';
import { AnthropicStreamEncoder } from './encode-stream.ts';

const encoder = () =>
  new AnthropicStreamEncoder({ request: { model: 'm', stream: true, turns: [] }, replyId: 'r1', nowSeconds: 0 });

const start = (index: number, block: Block): StreamEvent => ({ kind: 'block-start', choice: 0, index, block });
const delta = (index: number, of: Delta): StreamEvent => ({ kind: 'block-delta', choice: 0, index, delta: of });
const end = (index: number): StreamEvent => ({ kind: 'block-end', choice: 0, index });
const call = (id: string): Block => ({ kind: 'tool-call', id, name: 'f', argumentsJson: '' });
const text = (words: string): Delta => ({ kind: 'text', text: words });
const seal = { dialect: 'gemini', value: 'abc' } as const;

const message = (...events: readonly StreamEvent[]): readonly StreamEvent[] => [
  { kind: 'response-start', id: 'x', model: 'gpt' },
  ...events,
  { kind: 'usage', usage: { inputTokens: 15, outputTokens: 3, cacheReadTokens: 5 } },
  { kind: 'choice-end', choice: 0, stop: 'stop', rawStop: 'stop' },
  { kind: 'response-end' },
];

const write = (events: readonly StreamEvent[]) => {
  const writer = encoder();
  return events
    .flatMap((event) => writer.push(event))
    .map((frame) => ({ event: frame.event, ...JSON.parse(frame.data) }));
};

test('calls that grow in turn are written one after the other', () => {
  const events = write(
    message(
      start(0, call('a')),
      start(1, call('b')),
      delta(1, { kind: 'arguments', text: '{"b":1}' }),
      delta(0, { kind: 'arguments', text: '{"a":1}' }),
      end(1),
      end(0),
    ),
  );
  expect(events.filter((event) => 'index' in event).map((event) => [event.type, event.index])).toEqual(
    [0, 1].flatMap((index) => ['start', 'delta', 'stop'].map((step) => [`content_block_${step}`, index])),
  );
  expect(events.every((event) => event.event === event.type)).toBe(true);
});

test('the end carries all counts, input without what the cache held, and tool_use where calls were made', () => {
  const events = write(message(start(0, call('a')), end(0)));
  expect(events[0]).toMatchObject({ message: { id: 'msg_r1', model: 'gpt', stop_reason: null } });
  expect(events.at(-2)).toMatchObject({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use' },
    usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3 },
  });
  expect(events.at(-1)).toMatchObject({ type: 'message_stop' });
});

test('a foreign seal of a call travels in an empty thinking block before it, a late one of a text after it', () => {
  const events = write(
    message(
      start(0, { kind: 'text', text: '' }),
      delta(0, text('Hi')),
      delta(0, { kind: 'seal', seal }),
      end(0),
      start(1, { kind: 'tool-call', id: 'a', name: 'f', argumentsJson: '{}', seal }),
      end(1),
    ),
  );
  const kinds = events.flatMap((event) => event.content_block?.type ?? []);
  expect(kinds).toEqual(['text', 'redacted_thinking', 'thinking', 'tool_use']);
  expect(events.find((event) => event.delta?.type === 'signature_delta')?.delta.signature).toBe(
    btoa('sluice:gemini:abc'),
  );
});

test('a text that stays empty and a second choice are not shown', () => {
  const second: StreamEvent = { kind: 'block-start', choice: 1, index: 0, block: { kind: 'text', text: 'no' } };
  const events = write(message(start(0, { kind: 'text', text: '' }), end(0), second));
  expect(events.map((event) => event.type)).toEqual(['message_start', 'message_delta', 'message_stop']);
});

test('a failure is an error event and the last one', () => {
  const writer = encoder();
  const frames = writer.fail(new GatewayError('upstream_cut', 'The stream was cut.'));
  expect(frames.map((frame) => [frame.event, JSON.parse(frame.data)])).toEqual([
    ['error', { type: 'error', error: { type: 'api_error', message: 'The stream was cut.' } }],
  ]);
  expect(writer.push({ kind: 'response-end' })).toEqual([]);
});
