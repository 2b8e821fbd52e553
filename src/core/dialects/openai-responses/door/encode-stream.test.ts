import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatRequest, ChatResponse, StreamEvent } from '../../../ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../json/json.ts';
import { replay } from '../../../stream/replay.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { streamEncoder } from './encode-stream.ts';

const request: ChatRequest = { model: 'm', stream: true, turns: [] };
const context = { request, replyId: 'r', nowSeconds: 9 };

const data = (frame: SseFrame): JsonObject => {
  const value = parseJson(frame.data);
  if (!isObject(value)) throw new Error(`Not an object: ${frame.data}`);
  return value;
};

const encode = (events: readonly StreamEvent[], from = context) => {
  const encoder = streamEncoder(from);
  return events.flatMap((event) => encoder.push(event));
};

const answer = (...blocks: readonly Block[]): ChatResponse => ({
  id: '',
  model: '',
  choices: [{ index: 0, blocks, stop: 'stop', rawStop: 'end_turn' }],
  usage: { inputTokens: 1, outputTokens: 2 },
});

const types = (frames: readonly SseFrame[]): readonly (string | undefined)[] => frames.map((frame) => frame.event);

test('a text goes out in the order the official clients fold', () => {
  const frames = encode(replay(answer({ kind: 'text', text: 'Hi' })));
  expect(types(frames)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  expect(frames.map((frame) => data(frame)['sequence_number'])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(frames.every((frame) => data(frame)['type'] === frame.event)).toBe(true);
});

test('parallel calls may be open together, and each delta names its item', () => {
  const start = (index: number): StreamEvent => ({
    kind: 'block-start',
    choice: 0,
    index,
    block: { kind: 'tool-call', id: `c${index}`, name: 'f', argumentsJson: '' },
  });
  const piece = (index: number, text: string): StreamEvent => ({
    kind: 'block-delta',
    choice: 0,
    index,
    delta: { kind: 'arguments', text },
  });
  const frames = encode([
    { kind: 'response-start', id: '', model: '' },
    start(0),
    start(1),
    piece(0, '{"a"'),
    piece(1, '{}'),
    piece(0, ':1}'),
    { kind: 'block-end', choice: 0, index: 1 },
    { kind: 'block-end', choice: 0, index: 0 },
  ]);
  const deltas = frames.map(data).filter((event) => event['type'] === 'response.function_call_arguments.delta');
  expect(deltas.map((event) => [event['item_id'], event['output_index'], event['delta']])).toEqual([
    ['fc_r_0', 0, '{"a"'],
    ['fc_r_1', 1, '{}'],
    ['fc_r_0', 0, ':1}'],
  ]);
  const finished = frames.map(data).filter((event) => event['type'] === 'response.output_item.done');
  expect(finished.map((event) => (event['item'] as JsonObject)['arguments'])).toEqual(['{}', '{"a":1}']);
});

test('a whole answer and the last event of its stream hold the same items', () => {
  const response = answer(
    { kind: 'thinking', text: 'a' },
    { kind: 'thinking', text: 'b', seal: { dialect: 'anthropic-messages', value: 's' } },
    { kind: 'text', text: 'Hi', citations: [{ kind: 'url', url: 'https://a.example' }] },
    { kind: 'tool-call', id: 'c', name: 'g', argumentsJson: 'free', custom: true },
  );
  const last = encode(replay(response)).map(data).at(-1)?.['response'];
  expect((last as JsonObject)['output']).toEqual(encodeResponse(response, context).body['output']);
});

test('texts that follow each other are parts of one message, thoughts up to a seal parts of one reasoning item', () => {
  const seal = { dialect: 'anthropic-messages', value: 's' } as const;
  const { body } = encodeResponse(
    answer(
      { kind: 'thinking', text: 'a' },
      { kind: 'thinking', text: 'b', seal },
      { kind: 'thinking', text: 'c' },
      { kind: 'text', text: 'x' },
      { kind: 'text', text: 'y' },
    ),
    context,
  );
  const counts = (body['output'] as readonly JsonObject[]).map((item) => [
    item['id'],
    ((item['summary'] ?? item['content']) as readonly unknown[]).length,
  ]);
  expect(counts).toEqual([
    ['rs_r_0', 2],
    ['rs_r_1', 1],
    ['msg_r_2', 2],
  ]);
});

test('a seal on a call travels in a reasoning item before it and comes home on the call', () => {
  const seal = { dialect: 'gemini', value: 'c2ln' } as const;
  const call: Block = { kind: 'tool-call', id: 'c', name: 'f', argumentsJson: '{}', seal };
  const output = encodeResponse(answer(call), context).body['output'] as readonly JsonObject[];
  expect(output.map((item) => item['type'])).toEqual(['reasoning', 'function_call']);
  const [turn] = decodeRequest({ model: 'm', input: output }, {}).turns;
  expect(turn?.blocks).toMatchObject([{ kind: 'tool-call', id: 'c', seal }]);
});

test('a seal that a stream tells after the text comes home on the text', () => {
  const seal = { dialect: 'gemini', value: 'c2ln' } as const;
  const frames = encode([
    { kind: 'response-start', id: '', model: '' },
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: 'Hi' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'seal', seal } },
    { kind: 'block-end', choice: 0, index: 0 },
    { kind: 'choice-end', choice: 0, stop: 'stop', rawStop: 'STOP' },
    { kind: 'response-end' },
  ]);
  const last = frames.map(data).at(-1)?.['response'] as JsonObject | undefined;
  const output = last?.['output'] as readonly JsonObject[];
  expect(decodeRequest({ model: 'm', input: output }, {}).turns[0]?.blocks).toMatchObject([
    { kind: 'text', text: 'Hi', seal },
  ]);
});

test('a call of a namespaced tool is told by both its names', () => {
  const tools = [{ type: 'namespace', name: 'mail', tools: [{ type: 'function', name: 'send' }] }];
  const asked = decodeRequest({ model: 'm', input: 'x', tools }, {});
  const call: Block = { kind: 'tool-call', id: 'c', name: 'mail__send', argumentsJson: '' };
  const { body } = encodeResponse(answer(call), { ...context, request: asked });
  expect(body['output']).toMatchObject([{ namespace: 'mail', name: 'send', arguments: '{}' }]);
  expect(body['tools']).toEqual(tools);
});

test('an answer cut by the limit is incomplete, and so is its last message', () => {
  const text: Block = { kind: 'text', text: 'Hi' };
  const cut = {
    ...answer(text),
    choices: [{ index: 0, blocks: [text], stop: 'length', rawStop: 'max_tokens' }],
  } as const;
  expect(encodeResponse(cut, context).body).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [{ status: 'incomplete' }],
  });
  expect(encode(replay(cut)).at(-1)?.event).toBe('response.incomplete');
});

test('a failed answer keeps its error', () => {
  const failed = { ...answer(), failure: { code: 'server_error', message: 'Broke.' } };
  const { body } = encodeResponse(
    { ...failed, choices: [{ index: 0, blocks: [], stop: 'failed', rawStop: 'failed' }] },
    context,
  );
  expect(body).toMatchObject({ status: 'failed', error: { code: 'server_error', message: 'Broke.' } });
});

test('blocks this wire has no place for are named', () => {
  const { losses } = encodeResponse(
    answer(
      { kind: 'opaque', dialect: 'gemini', type: 'executableCode', value: {} },
      { kind: 'media', media: 'audio', source: { kind: 'base64', data: '' } },
    ),
    context,
  );
  expect(losses.map((loss) => loss.field)).toEqual(['choices[0].blocks[0]', 'choices[0].blocks[1]']);
});

test('a stream that breaks ends with one failed response that holds what was written', () => {
  const encoder = streamEncoder(context);
  encoder.push({ kind: 'response-start', id: '', model: '' });
  encoder.push({ kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: 'Hi' } });
  const frames = encoder.fail(new GatewayError('upstream_rate_limited', 'Busy.', { retryAfterMs: 6000 }));
  expect(types(frames)).toEqual(['response.failed']);
  expect(frames.map(data)[0]?.['response']).toMatchObject({
    status: 'failed',
    error: { code: 'rate_limit_exceeded', message: 'Busy. Please try again in 6s.' },
    output: [{ content: [{ text: 'Hi' }] }],
  });
  expect(encoder.push({ kind: 'response-end' })).toEqual([]);
  expect(encoder.fail(new GatewayError('internal', 'x'))).toEqual([]);
});

test('a stream that breaks before it began still begins, for clients fold from the first event', () => {
  const frames = streamEncoder(context).fail(new GatewayError('upstream_cut', 'Cut.'));
  expect(types(frames)).toEqual(['response.created', 'response.in_progress', 'response.failed']);
});
