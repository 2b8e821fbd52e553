import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import { decodeRequest } from './decode-request.ts';

const body = (members: JsonObject): JsonObject => ({
  model: 'claude',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hi' }],
  ...members,
});

const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } };

test('a user message that mixes results and text becomes a tool turn and a user turn, in order', () => {
  const { turns } = decodeRequest(
    body({
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [call] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: '20 C' },
            { type: 'text', text: 'And tomorrow?' },
          ],
        },
      ],
    }),
    {},
  );
  expect(turns.map((turn) => turn.role)).toEqual(['user', 'assistant', 'tool', 'user']);
  expect(turns[1]?.blocks).toEqual([
    { kind: 'tool-call', id: 'toolu_1', name: 'weather', argumentsJson: '{"city":"Rome"}' },
  ]);
});

test('server tools and blocks of tomorrow stay opaque and are no calls', () => {
  const content = [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
    { type: 'telepathy', thought: 1 },
  ];
  const { turns } = decodeRequest(body({ messages: [{ role: 'assistant', content }] }), {});
  expect(turns[0]?.blocks).toEqual(
    content.map((value) => ({ kind: 'opaque', dialect: 'anthropic-messages', type: value.type, value })),
  );
});

test('a seal that travelled before a call is put back on it, one that stands on thoughts stays there', () => {
  const wrapped = btoa('sluice:gemini:abc');
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: wrapped },
    { type: 'thinking', thinking: '', signature: wrapped },
    call,
  ];
  const { turns } = decodeRequest(body({ messages: [{ role: 'assistant', content }] }), {});
  const seal = { dialect: 'gemini', value: 'abc' } as const;
  expect(turns[0]?.blocks).toMatchObject([
    { kind: 'thinking', text: 'Hm.', seal },
    { kind: 'tool-call', seal },
  ]);
  expect(turns[0]?.blocks).toHaveLength(2);
});

test('members without a place are kept as extras, known ones beside them are read', () => {
  const request = decodeRequest(
    body({
      container: 'c1',
      metadata: { user_id: 'u1', team: 't1' },
      output_config: { effort: 'high', task_budget: 5 },
      service_tier: 'turbo',
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    }),
    {},
  );
  expect(request).toMatchObject({ user: 'u1', parallelToolCalls: false, toolChoice: { kind: 'auto' } });
  expect(request.reasoning).toEqual({ effort: 'high', effortOnly: true });
  expect(request.extras?.['anthropic-messages']).toEqual({
    container: 'c1',
    metadata: { team: 't1' },
    output_config: { task_budget: 5 },
    service_tier: 'turbo',
  });
});

test.each<[string, Json, string]>([
  ['a limit is required', body({ max_tokens: undefined }), 'max_tokens'],
  ['a limit is a whole number', body({ max_tokens: 1.5 }), 'max_tokens'],
  ['messages are a list', body({ messages: 'Hi' }), 'messages'],
  ['messages are not empty', body({ messages: [] }), 'messages'],
  ['roles are known', body({ messages: [{ role: 'robot', content: 'Hi' }] }), 'messages[0].role'],
  ['content is text or blocks', body({ messages: [{ role: 'user', content: 7 }] }), 'messages[0].content'],
  [
    'a text block has a text',
    body({ messages: [{ role: 'user', content: [{ type: 'text', text: 1 }] }] }),
    'messages[0].content[0].text',
  ],
  [
    'a result follows a call',
    body({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] }),
    'messages[0].content[0].tool_use_id',
  ],
  ['a temperature is a number', body({ temperature: 'hot' }), 'temperature'],
])('%s', (_, wrong, param) => {
  let refused: unknown;
  try {
    decodeRequest(wrong, {});
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(GatewayError);
  expect(refused).toMatchObject({ code: 'invalid_request', status: 400, detail: { param } });
});

test('a body without a model is told so, unless the door knows one', () => {
  expect(() => decodeRequest(body({ model: undefined }), {})).toThrow('model');
  expect(decodeRequest(body({ model: undefined }), { model: 'm' }).model).toBe('m');
});
