import { describe, expect, test } from 'bun:test';
import type { DialectId } from '../core/ir/dialect-id.ts';
import type { Json, JsonObject } from '../core/json/json.ts';
import { compareRequests } from './compare-requests.ts';
import { decodeRequest } from './decode/decode-request.ts';

const picture = 'iVBORw0KGgo=';
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** One conversation as a developer would write it for each provider. */
const conversation: Readonly<Partial<Record<DialectId, JsonObject>>> = {
  'openai-chat': {
    model: 'm',
    max_completion_tokens: 500,
    temperature: 0.5,
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
        ],
      },
      {
        role: 'assistant',
        content: 'I ask.',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo","days":2}' } },
          { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{"sky":"grey","degrees":3}' },
      { role: 'tool', tool_call_id: 'call_2', content: 'sunny' },
      { role: 'user', content: 'Well?' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', description: 'Sky', parameters: schema } }],
    tool_choice: 'required',
    response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema, strict: true } },
  },
  'openai-responses': {
    model: 'm',
    max_output_tokens: 500,
    temperature: 0.5,
    instructions: 'Be brief.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: `data:image/png;base64,${picture}` },
        ],
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I ask.', annotations: [] }] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{ "days": 2, "city": "Oslo" }' },
      { type: 'function_call', call_id: 'b', name: 'weather', arguments: '{"city":"Rome"}' },
      { type: 'function_call_output', call_id: 'b', output: 'sunny' },
      { type: 'function_call_output', call_id: 'a', output: '{"degrees": 3, "sky": "grey"}' },
      { role: 'user', content: 'Well?' },
    ],
    tools: [{ type: 'function', name: 'weather', description: 'Sky', parameters: schema, strict: false }],
    tool_choice: 'required',
    parallel_tool_calls: true,
    text: { format: { type: 'json_schema', name: 'verdict', schema, strict: true } },
  },
  'anthropic-messages': {
    model: 'm',
    max_tokens: 500,
    temperature: 0.5,
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I ask.' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo', days: 2 } },
          { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [{ type: 'text', text: '{"sky":"grey","degrees":3}' }],
          },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: 'sunny' },
          { type: 'text', text: 'Well?' },
        ],
      },
    ],
    tools: [{ name: 'weather', description: 'Sky', input_schema: schema }],
    tool_choice: { type: 'any' },
    output_config: { format: { type: 'json_schema', schema } },
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: picture } }] },
      {
        role: 'model',
        parts: [
          { text: 'I ask.' },
          { functionCall: { name: 'weather', args: { city: 'Oslo', days: 2 } } },
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { sky: 'grey', degrees: 3 } } },
          { functionResponse: { name: 'weather', response: { output: 'sunny' } } },
          { text: 'Well?' },
        ],
      },
    ],
    generation_config: {
      max_output_tokens: 500,
      temperature: 0.5,
      response_mime_type: 'application/json',
      response_schema: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
    },
    tools: [{ functionDeclarations: [{ name: 'weather', description: 'Sky', parametersJsonSchema: schema }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  },
};

const read = (dialect: DialectId, change: JsonObject = {}) =>
  decodeRequest(dialect, { ...conversation[dialect], ...change }, { model: 'm', stream: false });

describe('one conversation written in four dialects', () => {
  const dialects = Object.keys(conversation) as DialectId[];
  for (const a of dialects) {
    for (const b of dialects) {
      test(`${a} means the same as ${b}`, () => expect(compareRequests(read(a), read(b))).toEqual([]));
    }
  }

  test('nothing in it is left unread', () => {
    for (const dialect of dialects) expect(read(dialect).rest).toEqual({});
  });
});

test('a difference is named by its path', () => {
  const changed = read('openai-chat', {
    temperature: 0.6,
    seed: 4,
    tools: [{ type: 'function', function: { name: 'weather', description: 'Sea', parameters: schema } }],
  });
  expect(compareRequests(read('openai-chat'), changed).toSorted()).toEqual([
    'seed',
    'temperature',
    'tools[0].description',
  ]);
});

const chat = (messages: readonly Json[], more: JsonObject = {}) =>
  decodeRequest('openai-chat', { model: 'm', messages, ...more });
const anthropic = (messages: readonly Json[], more: JsonObject = {}) =>
  decodeRequest('anthropic-messages', { model: 'm', max_tokens: 9000, messages, ...more });

test('a lost word, a swapped result and a changed argument are each seen', () => {
  const call = (id: string, city: string) => ({
    id,
    type: 'function',
    function: { name: 'w', arguments: JSON.stringify({ city }) },
  });
  const told = (first: string, second: string, city = 'Rome') =>
    chat([
      { role: 'user', content: 'Hi there' },
      { role: 'assistant', tool_calls: [call('a', 'Oslo'), call('b', city)] },
      { role: 'tool', tool_call_id: 'a', content: first },
      { role: 'tool', tool_call_id: 'b', content: second },
    ]);
  expect(compareRequests(told('1', '2'), told('2', '1'))).toEqual([
    'turns[2].parts[0].parts[0].text',
    'turns[2].parts[1].parts[0].text',
  ]);
  expect(compareRequests(told('1', '2'), told('1', '2', 'Bonn'))).toContain('turns[1].parts[1].arguments.city');
  expect(
    compareRequests(chat([{ role: 'user', content: 'Hi there' }]), chat([{ role: 'user', content: 'Hi' }])),
  ).toEqual(['turns[0].parts[0].text']);
});

test('a failed tool result differs from one that went well', () => {
  const told = (failed: boolean) =>
    anthropic([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'w', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'no', is_error: failed }] },
    ]);
  expect(compareRequests(told(true), told(false))).toEqual(['turns[2].parts[0].failed']);
});

test('an effort agrees with a budget near it and not with one far off', () => {
  const effort = chat([{ role: 'user', content: 'x' }], { reasoning_effort: 'low' });
  const budget = (tokens: number) =>
    anthropic([{ role: 'user', content: 'x' }], { thinking: { type: 'enabled', budget_tokens: tokens } });
  const without = (paths: readonly string[]) => paths.filter((path) => path !== 'maxOutputTokens');
  expect(without(compareRequests(effort, budget(1024)))).toEqual([]);
  expect(without(compareRequests(effort, budget(8900)))).toEqual(['reasoning.effort']);
  expect(without(compareRequests(effort, anthropic([{ role: 'user', content: 'x' }])))).toEqual(['reasoning']);
});

test('cache marks and signatures are compared', () => {
  const marked = (mark: JsonObject) => anthropic([{ role: 'user', content: [{ type: 'text', text: 'x', ...mark }] }]);
  expect(compareRequests(marked({ cache_control: { type: 'ephemeral' } }), marked({}))).toEqual([
    'turns[0].parts[0].cache',
  ]);
  expect(
    compareRequests(
      marked({ cache_control: { type: 'ephemeral' } }),
      marked({ cache_control: { type: 'ephemeral', ttl: '5m' } }),
    ),
  ).toEqual([]);
});

test('a tool result is one text however a wire wraps it', () => {
  const told = (content: string) =>
    chat([
      { role: 'user', content: 'go' },
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'w', arguments: '' } }] },
      { role: 'tool', tool_call_id: 'a', content },
    ]);
  const wrapped = (response: JsonObject) =>
    decodeRequest(
      'gemini',
      {
        contents: [
          { parts: [{ text: 'go' }] },
          { role: 'model', parts: [{ functionCall: { name: 'w' } }] },
          { parts: [{ functionResponse: { name: 'w', response } }] },
        ],
      },
      { model: 'm' },
    );
  expect(compareRequests(told('{"a": [1, 2]}'), wrapped({ output: '{"a":[1,2]}' }))).toEqual([]);
  expect(compareRequests(told('{"a": [1, 2]}'), wrapped({ a: [1, 2] }))).toEqual([]);
  expect(compareRequests(told('[1,2]'), wrapped({ result: [1, 2] }))).toEqual([]);
  expect(compareRequests(told('plain'), wrapped({ output: 'plain' }))).toEqual([]);
  expect(compareRequests(told('plain'), wrapped({ output: 'other' }))).toEqual(['turns[2].parts[0].parts[0].text']);
});

test('a participant’s name that is lost is seen', () => {
  const named = chat([{ role: 'user', name: 'Ann', content: 'x' }]);
  expect(compareRequests(named, chat([{ role: 'user', content: 'x' }]))).toEqual(['rest.messages[0].name']);
});

test('a part that is lost or made up is named once, and those after it still match', () => {
  const parts = (...texts: readonly string[]) =>
    chat([{ role: 'user', content: texts.map((text) => ({ type: 'text', text })) }]);
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const withImage = chat([
    { role: 'user', content: [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }] },
  ]);
  expect(compareRequests(withImage, parts('a', 'b'))).toEqual(['turns[0].parts[1]']);
  expect(compareRequests(parts('a', 'b'), withImage)).toEqual(['+turns[0].parts[1]']);
  expect(compareRequests(parts('a', 'b', 'c'), parts('a', 'x', 'c'))).toEqual(['turns[0].parts[1].text']);
});

test('tools that are lost, made up or in another order are told apart', () => {
  const tools = (...names: readonly string[]) =>
    chat([{ role: 'user', content: 'x' }], { tools: names.map((name) => ({ type: 'function', function: { name } })) });
  expect(compareRequests(tools('a', 'b'), tools('b'))).toEqual(['tools[0]']);
  expect(compareRequests(tools('a'), tools('a', 'c'))).toEqual(['+tools[1]']);
  expect(compareRequests(tools('a', 'b'), tools('b', 'a'))).toEqual(['tools']);
});
