import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Json } from '../../../json/json.ts';
import { decodeRequest } from './decode-request.ts';

const hints = { model: 'models/gemini-x', stream: true };
const hello = { role: 'user', parts: [{ text: 'Hello' }] };
const decode = (body: Json) => decodeRequest(body, hints);

const paramOf = (body: Json): string | undefined => {
  try {
    decode(body);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_request') return error.detail.param;
    throw error;
  }
};

test('model and streaming come from the path, the model without its prefix', () => {
  const request = decode({ contents: [hello] });
  expect([request.model, request.stream]).toEqual(['gemini-x', true]);
});

test('snake_case names mean the same as camelCase ones', () => {
  const snake = {
    system_instruction: { parts: [{ text: 'Be terse.' }] },
    contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: 'AAAA' } }] }],
    generation_config: { max_output_tokens: 5, thinking_config: { include_thoughts: true, thinking_budget: 0 } },
    tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['add'] } },
  };
  const camel = {
    systemInstruction: { parts: [{ text: 'Be terse.' }] },
    contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }],
    generationConfig: { maxOutputTokens: 5, thinkingConfig: { includeThoughts: true, thinkingBudget: 0 } },
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['add'] } },
  };
  expect(decode(snake)).toEqual(decode(camel));
  expect(decode(snake)).toMatchObject({
    maxOutputTokens: 5,
    reasoning: { enabled: false, show: true },
    toolChoice: { kind: 'tool', name: 'add' },
  });
});

test('a call without an id gets one from its place, and the answer of its name finds it', () => {
  const { turns } = decode({
    contents: [
      hello,
      {
        role: 'model',
        parts: [{ functionCall: { name: 'a', args: {} } }, { functionCall: { name: 'b', args: { x: 1 } } }],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'b', response: { output: 'two' } } },
          { functionResponse: { name: 'a', response: { error: 'no' } } },
          { text: 'So?' },
        ],
      },
    ],
  });
  expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  expect(turns[1]?.blocks).toMatchObject([{ id: 'call_1_0' }, { id: 'call_1_1', argumentsJson: '{"x":1}' }]);
  expect(turns[2]?.blocks).toMatchObject([
    { callId: 'call_1_1', failed: false, blocks: [{ kind: 'text', text: 'two' }] },
    { callId: 'call_1_0', failed: true, blocks: [{ kind: 'text', text: 'no' }] },
  ]);
});

test('members that the representation has no place for are kept where they stood', () => {
  const { extras, toolChoice } = decode({
    contents: [hello],
    generationConfig: { temperature: 1, speechConfig: { languageCode: 'de' }, thinkingConfig: { novelty: 1 } },
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED' }, includeServerSideToolInvocations: true },
    safetySettings: [],
    cachedContent: 'cachedContents/1',
  });
  expect(toolChoice).toEqual({ kind: 'auto' });
  expect(extras?.gemini).toEqual({
    generationConfig: { speechConfig: { languageCode: 'de' }, thinkingConfig: { novelty: 1 } },
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED' }, includeServerSideToolInvocations: true },
    safetySettings: [],
    cachedContent: 'cachedContents/1',
  });
});

test('a function response in a model content was given by the server and goes home as it came', () => {
  const part = { functionResponse: { name: 'a', response: { ok: true } } };
  const { turns } = decode({ contents: [hello, { role: 'model', parts: [part] }] });
  expect(turns[1]?.blocks).toEqual([{ kind: 'opaque', dialect: 'gemini', type: 'functionResponse', value: part }]);
});

test('base64 in the URL alphabet becomes the standard one', () => {
  const { turns } = decode({ contents: [{ parts: [{ inlineData: { mimeType: 'image/jpeg', data: '_9j-4A' } }] }] });
  expect(turns[0]?.blocks[0]).toMatchObject({ source: { kind: 'base64', data: '/9j+4A==' } });
});

test('a file of the Files API is held by the provider; any other address is a URL', () => {
  const held = 'https://host.example/v1beta/files/abc';
  const { turns } = decode({
    contents: [{ parts: [{ fileData: { fileUri: held } }, { fileData: { fileUri: 'https://a.example/x.png' } }] }],
  });
  expect(turns[0]?.blocks).toMatchObject([
    { source: { kind: 'file', id: held } },
    { source: { kind: 'url', url: 'https://a.example/x.png' } },
  ]);
});

test('what is wrong is named by its path', () => {
  const parts = (part: Json): Json => ({ contents: [hello, { role: 'user', parts: [part] }] });
  expect(paramOf({})).toBe('contents');
  expect(paramOf({ contents: [] })).toBe('contents');
  expect(paramOf({ contents: 'Hello' })).toBe('contents');
  expect(paramOf({ contents: [{ ...hello, role: 'narrator' }] })).toBe('contents[0].role');
  expect(paramOf(parts('x'))).toBe('contents[1].parts[0]');
  expect(paramOf(parts({ text: 5 }))).toBe('contents[1].parts[0].text');
  expect(paramOf(parts({ functionResponse: { response: {} } }))).toBe('contents[1].parts[0].functionResponse.name');
  expect(paramOf(parts({ functionCall: { name: 'a', args: '{}' } }))).toBe('contents[1].parts[0].functionCall.args');
  expect(paramOf(parts({ inlineData: { mimeType: 'image/png' } }))).toBe('contents[1].parts[0].inlineData.data');
  expect(paramOf({ contents: [hello], generationConfig: { temperature: '1' } })).toBe('generationConfig.temperature');
  expect(paramOf({ contents: [hello], tools: [{ functionDeclarations: [{}] }] })).toBe(
    'tools[0].functionDeclarations[0].name',
  );
});

test('one message stands for a list of one', () => {
  expect(decode({ contents: { parts: { text: 'Hello' } } }).turns).toEqual(decode({ contents: [hello] }).turns);
});
