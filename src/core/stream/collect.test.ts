import { expect, test } from 'bun:test';
import type { Block, ChatResponse, StreamEvent } from '../ir/index.ts';
import { Collector, grow } from './collect.ts';

const collect = (events: readonly StreamEvent[]): ChatResponse => {
  const collector = new Collector();
  for (const event of events) collector.push(event);
  return collector.response();
};

const start: StreamEvent = { kind: 'response-start', id: 'a', model: 'm' };
const stop: StreamEvent = { kind: 'choice-end', choice: 0, stop: 'stop', rawStop: 'stop' };
const end: StreamEvent = { kind: 'response-end' };
const call = (id: string): Block => ({ kind: 'tool-call', id, name: 'look', argumentsJson: '' });
const open = (index: number, block: Block, choice = 0): StreamEvent => ({ kind: 'block-start', choice, index, block });
const argument = (index: number, text: string): StreamEvent => ({
  kind: 'block-delta',
  choice: 0,
  index,
  delta: { kind: 'arguments', text },
});

test('two calls that grow in turn stay two calls', () => {
  const events = [open(0, call('a')), open(1, call('b')), argument(0, '{"x"'), argument(1, '{}'), argument(0, ':1}')];
  expect(collect([start, ...events, stop, end]).choices[0]?.blocks).toEqual([
    { kind: 'tool-call', id: 'a', name: 'look', argumentsJson: '{"x":1}' },
    { kind: 'tool-call', id: 'b', name: 'look', argumentsJson: '{}' },
  ]);
});

test('choices come out in their order, however they arrived', () => {
  const events: readonly StreamEvent[] = [
    open(0, { kind: 'text', text: 'second' }, 1),
    open(0, { kind: 'text', text: 'first' }),
    { ...stop, choice: 1 } as StreamEvent,
    stop,
  ];
  expect(collect([start, ...events, end]).choices.map((choice) => choice.blocks)).toEqual([
    [{ kind: 'text', text: 'first' }],
    [{ kind: 'text', text: 'second' }],
  ]);
});

test('the last usage counts', () => {
  const usage = (outputTokens: number): StreamEvent => ({ kind: 'usage', usage: { inputTokens: 3, outputTokens } });
  expect(collect([start, usage(1), usage(9), stop, end]).usage).toEqual({ inputTokens: 3, outputTokens: 9 });
});

test('log probabilities of a refusal are kept apart from those of a text', () => {
  const logprobs = [{ token: 'No', logprob: -1 }];
  const delta = { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'logprobs', logprobs } } as const;
  const refused = collect([start, open(0, { kind: 'refusal', text: 'No' }), delta, stop, end]);
  expect(refused.choices[0]).toMatchObject({ refusalLogprobs: logprobs });
  const said = collect([start, open(0, { kind: 'text', text: 'No' }), delta, stop, end]);
  expect(said.choices[0]).toMatchObject({ logprobs });
});

test('members that came at the start stay beside those of the end', () => {
  const events: readonly StreamEvent[] = [
    { ...start, serviceTier: 'auto', extras: { gemini: { a: 1, b: 1 } } },
    stop,
    { ...end, serviceTier: 'flex', extras: { gemini: { b: 2 } } },
  ];
  expect(collect(events)).toMatchObject({ serviceTier: 'flex', extras: { gemini: { a: 1, b: 2 } } });
});

test('a stream without its end is no answer', () => {
  expect(() => collect([start, open(0, { kind: 'text', text: 'half' }), stop])).toThrow(
    'before the answer was complete',
  );
});

test.each<readonly [string, Block, Parameters<typeof grow>[1]]>([
  ['arguments for a text', { kind: 'text', text: 'x' }, { kind: 'arguments', text: '{}' }],
  ['a seal for a refusal', { kind: 'refusal', text: 'x' }, { kind: 'seal', seal: { dialect: 'gemini', value: 's' } }],
  ['text for a call', { kind: 'tool-call', id: 'a', name: 'b', argumentsJson: '' }, { kind: 'text', text: 'x' }],
  [
    'data for a link',
    { kind: 'media', media: 'image', source: { kind: 'url', url: 'u' } },
    { kind: 'data', data: 'AA' },
  ],
])('%s changes nothing', (_name, block, delta) => {
  expect(grow(block, delta)).toEqual(block);
});

test('a later seal takes the place of an earlier one, and meta is merged within a dialect', () => {
  const block: Block = {
    kind: 'thinking',
    text: '',
    seal: { dialect: 'gemini', value: 'old' },
    meta: { gemini: { a: 1 }, 'openai-chat': { c: 1 } },
  };
  const resealed = grow(block, { kind: 'seal', seal: { dialect: 'gemini', value: 'new' } });
  expect(grow(resealed, { kind: 'meta', meta: { gemini: { b: 2 } } })).toEqual({
    ...block,
    seal: { dialect: 'gemini', value: 'new' },
    meta: { gemini: { a: 1, b: 2 }, 'openai-chat': { c: 1 } },
  });
});
