import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { decodeResponse } from './decode-response.ts';
import { streamDecoder } from './decode-stream.ts';

type Row = JsonObject & { readonly type: string };

const decode = (rows: readonly Row[]): readonly StreamEvent[] => {
  const decoder = streamDecoder();
  const events = rows.flatMap((row) => decoder.push({ event: row.type, data: JSON.stringify(row) }));
  return [...events, ...decoder.end()];
};

const collect = (rows: readonly Row[]) => {
  const collector = new Collector();
  for (const event of decode(rows)) collector.push(event);
  return collector.response();
};

const faultOf = (rows: readonly Row[]): GatewayError => {
  try {
    decode(rows);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('It did not fail.');
};

const head = { id: 'resp_1', model: 'm', created_at: 7.5 };
const created: Row = { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } };
const message = (text: string) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{"a":1}', status: 'completed' };
const completed = (output: readonly JsonObject[]): Row => ({
  type: 'response.completed',
  response: { ...head, status: 'completed', output, usage: { input_tokens: 3, output_tokens: 4 } },
});
const done = (item: JsonObject, index = 0): Row => ({ type: 'response.output_item.done', output_index: index, item });
const textDelta = (delta: string, at = 0): Row => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: at,
  delta,
});

const whole = (output: readonly JsonObject[]) => decodeResponse(completed(output)['response'] as JsonObject);

test.each<[string, readonly Row[]]>([
  [
    'deltas alone',
    [
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...message(''), content: [] } },
      textDelta('He'),
      textDelta('llo'),
      done(message('Hello')),
      completed([]),
    ],
  ],
  ['the finished item alone', [created, done(message('Hello')), completed([])]],
  ['the terminal response alone', [created, completed([message('Hello')])]],
  [
    'a beginning in deltas and the rest in the item',
    [
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...message(''), content: [] } },
      textDelta('He'),
      completed([message('Hello')]),
    ],
  ],
  [
    'a host that counts parts from elsewhere',
    [
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...message(''), content: [] } },
      textDelta('Hello', 1),
      done(message('Hello')),
      completed([message('Hello')]),
    ],
  ],
])('an answer told by %s reads the same', (_name, rows) => {
  expect(collect(rows)).toEqual(whole([message('Hello')]));
});

test('parallel calls whose arguments arrive interleaved stay two', () => {
  const item = (index: number) => ({ ...call, id: `fc_${index}`, call_id: `c${index}`, arguments: '' });
  const added = (index: number): Row => ({
    type: 'response.output_item.added',
    output_index: index,
    item: item(index),
  });
  const piece = (index: number, delta: string): Row => ({
    type: 'response.function_call_arguments.delta',
    item_id: `fc_${index}`,
    output_index: index,
    delta,
  });
  const rows = [created, added(0), added(1), piece(0, '{"a"'), piece(1, '{}'), piece(0, ':1}'), completed([])];
  const [choice] = collect(rows).choices;
  expect(choice?.stop).toBe('tool-calls');
  expect(choice?.blocks.map((block) => block.kind === 'tool-call' && [block.id, block.argumentsJson])).toEqual([
    ['c0', '{"a":1}'],
    ['c1', '{}'],
  ]);
});

test('a reasoning item gives a block for each part of its summary, sealed when it is finished', () => {
  const at = (index: number) => ({ item_id: 'rs_1', output_index: 0, summary_index: index });
  const item = { type: 'reasoning', id: 'rs_1', summary: [] };
  const summary = ['a', 'b'].map((text) => ({ type: 'summary_text', text }));
  const finished = { ...item, summary, encrypted_content: 'final' };
  const rows: readonly Row[] = [
    created,
    { type: 'response.output_item.added', output_index: 0, item: { ...item, encrypted_content: 'not yet' } },
    { type: 'response.reasoning_summary_text.delta', ...at(0), delta: 'a' },
    { type: 'response.reasoning_summary_text.delta', ...at(1), delta: 'b' },
    done(finished),
    completed([finished]),
  ];
  expect(collect(rows)).toEqual(whole([finished]));
  expect(collect(rows).choices[0]?.blocks.at(-1)).toMatchObject({ seal: { value: 'final' } });
});

test('progress of the provider’s own tools is passed over, their items are opaque', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const rows = [
    created,
    { type: 'response.web_search_call.searching', item_id: 'ws_1' },
    done(search),
    completed([search]),
  ];
  expect(collect(rows)).toEqual(whole([search]));
});

test('an incomplete answer tells its reason', () => {
  const response = { ...head, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] };
  const [choice] = collect([created, done(message('He')), { type: 'response.incomplete', response }]).choices;
  expect(choice).toMatchObject({ stop: 'length', rawStop: 'incomplete:max_output_tokens' });
});

test('a stream without its terminal event was cut, and what follows that event is passed over', () => {
  expect(faultOf([created, done(message('Hello'))]).code).toBe('upstream_cut');
  const decoder = streamDecoder();
  decoder.push({ data: JSON.stringify(completed([])) });
  expect(decoder.push({ data: '[DONE]' })).toEqual([]);
  expect(decoder.end()).toEqual([]);
});

test.each<[string, Row]>([
  ['members', { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.', param: null }],
  ['an error object', { type: 'error', error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Slow down.' } }],
  [
    'a failed response',
    {
      type: 'response.failed',
      response: { ...head, status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } },
    },
  ],
])('an error told by %s keeps the provider’s words', (_name, row) => {
  const error = faultOf([created, row]);
  expect(error.code).toBe('upstream_rate_limited');
  expect(error.detail.upstream).toMatchObject({ status: 429, code: 'rate_limit_exceeded', message: 'Slow down.' });
});

test('a frame that is not JSON is the provider’s fault', () => {
  expect(() => streamDecoder().push({ data: '{"type":' })).toThrow(GatewayError);
});
