import { expect, test } from 'bun:test';
import type { StreamEvent } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { StreamDecoder } from './decode-stream.ts';

const frame = (event: JsonObject & { readonly type: string }) => ({ event: event.type, data: JSON.stringify(event) });

const start = (message: JsonObject = {}) =>
  frame({ type: 'message_start', message: { id: 'msg_1', model: 'claude', content: [], ...message } });
const block = (index: number, content_block: JsonObject) =>
  frame({ type: 'content_block_start', index, content_block });
const delta = (index: number, members: JsonObject) => frame({ type: 'content_block_delta', index, delta: members });
const stop = (index: number) => frame({ type: 'content_block_stop', index });
const close = (stop_reason: string, usage: JsonObject = { output_tokens: 1 }) =>
  frame({ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage });
const end = frame({ type: 'message_stop' });

const decode = (...frames: readonly ReturnType<typeof frame>[]): readonly StreamEvent[] => {
  const decoder = new StreamDecoder();
  return [...frames.flatMap((one) => decoder.push(one)), ...decoder.end()];
};

const collect = (...frames: readonly ReturnType<typeof frame>[]) => {
  const collector = new Collector();
  for (const event of decode(...frames)) collector.push(event);
  return collector.response();
};

test('a call whose arguments come in parts, with an empty one first, has them whole at its end', () => {
  const response = collect(
    start(),
    frame({ type: 'ping' }),
    block(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '' }),
    delta(0, { type: 'input_json_delta', partial_json: '{"x":' }),
    delta(0, { type: 'input_json_delta', partial_json: '1}' }),
    stop(0),
    block(1, { type: 'tool_use', id: 'b', name: 'g', input: {} }),
    stop(1),
    close('tool_use'),
    end,
  );
  expect(response.choices[0]).toMatchObject({
    stop: 'tool-calls',
    blocks: [
      { id: 'a', argumentsJson: '{"x":1}' },
      { id: 'b', argumentsJson: '{}' },
    ],
  });
});

test('a call that comes whole with the start of the message is a call', () => {
  const content = [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }];
  const response = collect(start({ content, stop_reason: 'tool_use' }), end);
  expect(response.choices[0]).toMatchObject({
    rawStop: 'tool_use',
    blocks: [{ kind: 'tool-call', argumentsJson: '{"x":1}' }],
  });
});

test('a server tool gathers its input and stays opaque', () => {
  const response = collect(
    start(),
    block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
    stop(0),
    close('end_turn'),
    end,
  );
  expect(response.choices[0]?.blocks).toMatchObject([
    { kind: 'opaque', type: 'server_tool_use', value: { id: 's', input: { query: 'x' } } },
  ]);
});

test('thoughts get their signature, text its citations', () => {
  const citation = {
    type: 'char_location',
    cited_text: 'x',
    document_index: 0,
    start_char_index: 0,
    end_char_index: 1,
  };
  const response = collect(
    start(),
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    stop(0),
    block(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'Yes' }),
    delta(1, { type: 'citations_delta', citation }),
    stop(1),
    close('end_turn'),
    end,
  );
  expect(response.choices[0]?.blocks).toMatchObject([
    { kind: 'thinking', text: 'Hm', seal: { dialect: 'anthropic-messages', value: 'sig' } },
    { kind: 'text', text: 'Yes', citations: [{ kind: 'document', location: { unit: 'char', start: 0, end: 1 } }] },
  ]);
});

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  [
    'later totals replace earlier ones and are not added',
    { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
    { input_tokens: 40, cache_read_input_tokens: 5, output_tokens: 9 },
    { inputTokens: 45, cacheReadTokens: 5, outputTokens: 9 },
  ],
  [
    'an input counted anew after a compaction counts with its zeros',
    { input_tokens: 100, cache_read_input_tokens: 55_096, output_tokens: 7 },
    { input_tokens: 181, cache_read_input_tokens: 0, output_tokens: 8 },
    { inputTokens: 181, cacheReadTokens: 0, outputTokens: 8 },
  ],
  [
    'zeros of a host that counts its input at the start only take nothing back',
    { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
    { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 9 },
    { inputTokens: 15, cacheReadTokens: 5, outputTokens: 9 },
  ],
])('%s', (_, first, last, usage) => {
  expect(collect(start({ usage: first }), close('end_turn', last), end).usage).toMatchObject(usage);
});

test('an error inside the stream is the nearest of ours, with the words of the provider', () => {
  const broken = frame({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  let thrown: unknown;
  try {
    decode(start(), broken);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code: 'upstream_overloaded',
    detail: { upstream: { status: 529, type: 'overloaded_error', message: 'Overloaded' } },
  });
});

test('a stream without message_stop was cut, however complete it looks', () => {
  expect(() => decode(start(), close('end_turn'))).toThrow('message_stop');
});
