import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';
import { decodeRequest } from './decode-request.ts';

const decode = (body: JsonObject) => decodeRequest({ model: 'm', input: 'Hi', ...body }, {});

const refusal = (body: JsonObject): { readonly code: string; readonly param: string | undefined } => {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.detail.param };
    throw error;
  }
  throw new Error('It was not refused.');
};

test('a string input is one user turn', () => {
  expect(decode({}).turns).toEqual([{ role: 'user', blocks: [{ kind: 'text', text: 'Hi' }] }]);
});

test('instructions lead the turns as a system prompt that knows where it came from', () => {
  expect(decode({ instructions: 'Be brief.' }).turns[0]).toEqual({
    role: 'system',
    blocks: [{ kind: 'text', text: 'Be brief.' }],
    meta: { 'openai-responses': { instructions: true } },
  });
});

test('reasoning, message and calls in sequence are one assistant turn, their outputs one tool turn', () => {
  const { turns } = decode({
    input: [
      { role: 'user', content: 'Two cities?' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' },
      { type: 'message', role: 'assistant', content: 'I look.' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'g', input: 'free' },
      { type: 'function_call_output', call_id: 'a', output: 'one' },
      { type: 'custom_tool_call_output', call_id: 'b', output: 'two' },
    ],
  });
  expect(turns.map((turn) => [turn.role, turn.blocks.map((block) => block.kind)])).toEqual([
    ['user', ['text']],
    ['assistant', ['thinking', 'text', 'tool-call', 'tool-call']],
    ['tool', ['tool-result', 'tool-result']],
  ]);
});

test('items of the provider’s own tools are opaque, never tool calls', () => {
  const item = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } };
  const { turns } = decode({ input: [{ role: 'user', content: 'x' }, item] });
  expect(turns[1]).toEqual({
    role: 'assistant',
    blocks: [{ kind: 'opaque', dialect: 'openai-responses', type: 'web_search_call', value: item }],
  });
});

test('an unknown item, part and member are kept', () => {
  const request = decode({
    input: [{ type: 'new_item' }, { role: 'user', content: [{ type: 'new_part', x: 1 }] }],
    new_member: 1,
    reasoning: { effort: 'low', context: 'auto' },
    text: { verbosity: 'low', other: true },
  });
  expect(request.turns.flatMap((turn) => turn.blocks.map((block) => block.kind))).toEqual(['opaque', 'opaque']);
  expect(request.reasoning).toEqual({ effort: 'low' });
  expect(request.extras).toEqual({
    'openai-responses': { new_member: 1, reasoning: { context: 'auto' }, text: { other: true } },
  });
});

test('state the provider holds stays in extras, and lets the input be absent', () => {
  const request = decodeRequest({ model: 'm', previous_response_id: 'resp_1' }, {});
  expect(request.turns).toEqual([]);
  expect(request.extras?.['openai-responses']).toEqual({ previous_response_id: 'resp_1' });
});

test('tools of a namespace get joined names, and so do calls into it', () => {
  const request = decode({
    tools: [{ type: 'namespace', name: 'mail', description: 'Mail', tools: [{ type: 'function', name: 'send' }] }],
    input: [{ type: 'function_call', call_id: 'a', namespace: 'mail', name: 'send', arguments: '{}' }],
  });
  expect(request.tools?.[0]).toMatchObject({ kind: 'function', name: 'mail__send' });
  expect(request.turns[0]?.blocks[0]).toMatchObject({ kind: 'tool-call', name: 'mail__send' });
});

test('a tool choice of another kind is opaque', () => {
  expect(decode({ tool_choice: { type: 'file_search' } }).toolChoice).toMatchObject({ kind: 'opaque' });
  expect(decode({ tool_choice: { type: 'function', name: 'f' } }).toolChoice).toEqual({ kind: 'tool', name: 'f' });
});

test('asking for sealed reasoning is no member that other dialects could lose', () => {
  const request = decode({ include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'x'] });
  expect(request.logprobs).toBe(true);
  expect(request.extras?.['openai-responses']).toEqual({ include: ['x'] });
});

test('a seal that travelled in a reasoning item of its own goes back to the block after it', () => {
  const sealed = btoa('sluice:gemini:next:c2ln');
  const { turns } = decode({
    input: [
      { type: 'reasoning', summary: [], encrypted_content: sealed },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
    ],
  });
  expect(turns[0]?.blocks).toEqual([
    { kind: 'tool-call', id: 'a', name: 'f', argumentsJson: '{}', seal: { dialect: 'gemini', value: 'c2ln' } },
  ]);
});

test.each<[string, JsonObject, string, string]>([
  ['no model', { model: '' }, 'missing_model', 'model'],
  ['no input', { input: null }, 'invalid_request', 'input'],
  ['empty input', { input: [] }, 'invalid_request', 'input'],
  ['input of a wrong type', { input: 5 }, 'invalid_request', 'input'],
  ['an item that is no object', { input: ['x'] }, 'invalid_request', 'input[0]'],
  ['an unknown role', { input: [{ role: 'boss', content: 'x' }] }, 'invalid_request', 'input[0].role'],
  ['a message without content', { input: [{ role: 'user' }] }, 'invalid_request', 'input[0].content'],
  ['a part that is no object', { input: [{ role: 'user', content: [1] }] }, 'invalid_request', 'input[0].content[0]'],
  [
    'a text part without text',
    { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
    'invalid_request',
    'input[0].content[0].text',
  ],
  [
    'an output without call_id',
    { input: [{ type: 'function_call_output', output: 'x' }] },
    'invalid_request',
    'input[0].call_id',
  ],
  [
    'an output without its call',
    { input: [{ type: 'function_call_output', call_id: 'a', output: 'x' }] },
    'invalid_request',
    'input[0].call_id',
  ],
  ['a temperature that is text', { temperature: 'hot' }, 'invalid_request', 'temperature'],
  ['a tool without a name', { tools: [{ type: 'function' }] }, 'invalid_request', 'tools[0].name'],
  ['a type every object has', { input: [{ type: 5 }] }, 'invalid_request', 'input[0].type'],
])('%s is refused by its path', (_name, body, code, param) => {
  expect(refusal(body)).toEqual({ code, param });
});

test('an output may answer a call that stands in a held conversation', () => {
  const input = [{ type: 'function_call_output', call_id: 'a', output: 'x' }];
  expect(decode({ input, previous_response_id: 'resp_1' }).turns).toHaveLength(1);
  expect(decode({ input: [{ type: 'item_reference', id: 'fc_1' }, ...input] }).turns).toHaveLength(2);
});

test('a word every object has is no known type', () => {
  expect(decode({ input: [{ type: 'constructor' }] }).turns[0]?.blocks[0]).toMatchObject({ kind: 'opaque' });
});
