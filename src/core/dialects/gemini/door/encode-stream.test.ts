import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent } from '../../../ir/index.ts';
import { GeminiStreamEncoder } from './encode-stream.ts';

const encoder = () =>
  new GeminiStreamEncoder({ request: { model: 'asked', stream: true, turns: [] }, replyId: 'reply1', nowSeconds: 1 });

const write = (events: readonly StreamEvent[]): readonly unknown[] => {
  const machine = encoder();
  return events.flatMap((event) => machine.push(event)).map((frame) => JSON.parse(frame.data));
};

const start: StreamEvent = { kind: 'response-start', id: '', model: '' };

test('text goes out as it comes, a call when it is whole, finish and usage at the end', () => {
  const frames = write([
    start,
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: '' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'Ok' } },
    { kind: 'block-end', choice: 0, index: 0 },
    { kind: 'block-start', choice: 0, index: 1, block: { kind: 'tool-call', id: 'c', name: 'go', argumentsJson: '' } },
    { kind: 'block-delta', choice: 0, index: 1, delta: { kind: 'arguments', text: '{"a":' } },
    { kind: 'block-delta', choice: 0, index: 1, delta: { kind: 'arguments', text: '1}' } },
    { kind: 'block-end', choice: 0, index: 1 },
    { kind: 'choice-end', choice: 0, stop: 'tool-calls', rawStop: 'tool_calls' },
    { kind: 'usage', usage: { inputTokens: 3, outputTokens: 5, reasoningTokens: 2 } },
    { kind: 'response-end' },
  ]);
  const named = { modelVersion: 'asked', responseId: 'reply1' };
  expect(frames).toEqual([
    { candidates: [{ content: { parts: [{ text: 'Ok' }], role: 'model' }, index: 0 }], ...named },
    {
      candidates: [
        { content: { parts: [{ functionCall: { id: 'c', name: 'go', args: { a: 1 } } }], role: 'model' }, index: 0 },
      ],
      ...named,
    },
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 3, thoughtsTokenCount: 2, totalTokenCount: 8 },
      ...named,
    },
  ]);
});

test('a foreign seal goes out wrapped, after its thought', () => {
  const [, sealed] = write([
    start,
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'thinking', text: 'Hm' } },
    {
      kind: 'block-delta',
      choice: 0,
      index: 0,
      delta: { kind: 'seal', seal: { dialect: 'anthropic-messages', value: 'abc' } },
    },
    { kind: 'block-end', choice: 0, index: 0 },
  ]);
  const thoughtSignature = btoa('sluice:anthropic-messages:abc');
  expect(sealed).toMatchObject({
    candidates: [{ content: { parts: [{ text: '', thought: true, thoughtSignature }] } }],
  });
});

test('a broken stream ends with an error and nothing after it', () => {
  const machine = encoder();
  machine.push(start);
  const frames = machine.fail(new GatewayError('upstream_cut', 'Cut.'));
  expect(frames.map(({ data }) => JSON.parse(data))).toMatchObject([
    { error: { code: 502, message: 'Cut.', status: 'UNAVAILABLE' } },
  ]);
  expect(machine.push({ kind: 'response-end' })).toEqual([]);
});
