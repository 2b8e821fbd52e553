import { describe, expect, test } from 'bun:test';
import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { SimulatorRefusal } from '../simulator-refusal.ts';
import { decodeRequest } from './decode-request.ts';

const refusalOf = (dialect: DialectId, body: Json): SimulatorRefusal => {
  try {
    decodeRequest(dialect, body, { model: 'm' });
  } catch (error) {
    if (error instanceof SimulatorRefusal) return error;
    throw error;
  }
  throw new Error('The request was not refused.');
};

const user = { role: 'user', content: 'x' };
const chat = (body: JsonObject) => ({ model: 'm', messages: [user], ...body });
const message = (body: JsonObject) => ({ model: 'm', max_tokens: 100, messages: [user], ...body });
const use = { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'w', input: {} }] };

const cases: readonly (readonly [DialectId, string, Json, string])[] = [
  ['openai-chat', 'no messages', { model: 'm' }, "Missing required parameter: 'messages'."],
  ['openai-chat', 'an unknown role', chat({ messages: [{ role: 'robot', content: 'x' }] }), "Invalid value: 'robot'"],
  [
    'openai-chat',
    'a temperature in words',
    chat({ temperature: 'hot' }),
    "Invalid type for 'temperature': expected a decimal, but got a string instead.",
  ],
  [
    'openai-chat',
    'a result without a call',
    chat({ messages: [user, { role: 'tool', tool_call_id: 'x', content: 'y' }] }),
    "messages with role 'tool' must be a response to a preceeding message",
  ],
  [
    'openai-chat',
    'a call nobody answered',
    chat({
      messages: [
        user,
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'w', arguments: '{}' } }] },
        user,
      ],
    }),
    'must be followed by tool messages',
  ],
  ['openai-chat', 'a body that is a list', [], 'expected an object'],
  ['openai-completions', 'a prompt that is a flag', { model: 'm', prompt: true }, "Invalid type for 'prompt'"],
  ['openai-responses', 'no input', { model: 'm' }, "Missing required parameter: 'input'."],
  [
    'openai-responses',
    'an output without a call',
    { model: 'm', input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] },
    'No tool call found for function call output with call_id c.',
  ],
  [
    'openai-responses',
    'a tool without a type',
    { model: 'm', input: 'x', tools: [{ name: 'w' }] },
    "Missing required parameter: 'tools[0].type'.",
  ],
  ['anthropic-messages', 'no limit', { model: 'm', messages: [user] }, 'max_tokens: Field required'],
  [
    'anthropic-messages',
    'an empty text',
    message({ messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }),
    'text content blocks must be non-empty',
  ],
  [
    'anthropic-messages',
    'an empty message',
    message({ messages: [{ role: 'user', content: [] }] }),
    'must have non-empty content',
  ],
  [
    'anthropic-messages',
    'a role of another wire',
    message({ messages: [{ role: 'tool', content: 'x' }] }),
    "Input should be 'user' or 'assistant'",
  ],
  [
    'anthropic-messages',
    'a call nobody answered',
    message({ messages: [user, use, user] }),
    '`tool_use` ids were found without `tool_result` blocks immediately after: t1',
  ],
  [
    'anthropic-messages',
    'a result without a call',
    message({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'x' }] }] }),
    'unexpected `tool_use_id`',
  ],
  [
    'anthropic-messages',
    'a budget as large as the limit',
    message({ max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } }),
    '`max_tokens` must be greater than',
  ],
  [
    'anthropic-messages',
    'thinking beside a temperature',
    message({ max_tokens: 3000, temperature: 0.5, thinking: { type: 'enabled', budget_tokens: 1024 } }),
    '`temperature` may only be set to 1',
  ],
  ['anthropic-messages', 'a temperature above one', message({ temperature: 1.5 }), 'temperature: range: 0..1'],
  [
    'anthropic-messages',
    'a thought without its signature',
    message({ messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }] }] }),
    'signature: Field required',
  ],
  [
    'anthropic-messages',
    'five cache marks',
    message({
      system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })),
    }),
    'Found 5',
  ],
  ['gemini', 'no contents', {}, 'contents is not specified'],
  [
    'gemini',
    'a content without parts',
    { contents: [{ role: 'user', parts: [] }] },
    'contents.parts must not be empty',
  ],
  [
    'gemini',
    'a role of another wire',
    { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] },
    'Please use a valid role',
  ],
  ['gemini', 'a part without data', { contents: [{ parts: [{}] }] }, "required oneof field 'data'"],
  [
    'gemini',
    'a response without a call',
    { contents: [{ parts: [{ functionResponse: { name: 'w', response: {} } }] }] },
    'number of function response parts',
  ],
];

describe('requests a provider refuses', () => {
  for (const [dialect, what, body, words] of cases) {
    test(`${dialect}: ${what}`, () => {
      const refused = refusalOf(dialect, body);
      expect(refused.message).toContain(words);
      expect(refused.status).toBe(400);
    });
  }
});

test('a refusal has the shape of its dialect', () => {
  expect(refusalOf('openai-chat', { model: 'm' }).body).toEqual({
    error: {
      message: "Missing required parameter: 'messages'.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'missing_required_parameter',
    },
  });
  expect(refusalOf('anthropic-messages', {}).body).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'model: Field required' },
  });
  expect(refusalOf('gemini', {}).body).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
});

test('members nobody knows are kept under their path, not refused', () => {
  const request = decodeRequest(
    'anthropic-messages',
    message({ next_year: { a: 1 }, tools: [{ name: 'w', input_schema: { type: 'object' }, defer_loading: true }] }),
  );
  expect(request.rest).toEqual({ next_year: { a: 1 }, 'tools.0.defer_loading': true });
});

test('calls of one name without ids are answered in their order', () => {
  const call = (city: string) => ({ functionCall: { name: 'w', args: { city } } });
  const answer = (output: string) => ({ functionResponse: { name: 'w', response: { output } } });
  const request = decodeRequest('gemini', {
    contents: [
      { parts: [{ text: 'x' }] },
      { role: 'model', parts: [call('a'), call('b')] },
      { parts: [answer('1'), answer('2')] },
    ],
  });
  expect(request.turns[2]?.parts.map((part) => part.kind === 'tool-result' && part.call)).toEqual([0, 1]);
});
