import { expect, test } from 'bun:test';
import type { ChatRequest, Turn } from '../../../ir/index.ts';
import type { Json } from '../../../json/json.ts';
import type { ModelTrait } from '../../dialect.ts';
import { decodeRequest } from '../door/decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const encode = (request: Partial<ChatRequest>, traits: readonly ModelTrait[] = []) =>
  encodeRequest(
    { model: 'm', stream: false, turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'Hi' }] }], ...request },
    { model: 'm', defaultMaxOutputTokens: 100, traits: new Set(traits) },
  );

const home = (body: Json) => encode(decodeRequest(body, { model: 'm' }));

const call = { kind: 'tool-call', id: 'call_a', name: 'add', argumentsJson: '{"x":1}' } as const;

test('what Gemini alone knows comes home without a loss', () => {
  const body = {
    systemInstruction: { role: 'user', parts: [{ text: 'Be terse.' }] },
    contents: [
      {
        role: 'user',
        parts: [{ fileData: { fileUri: 'gs://b/v.mp4', mimeType: 'video/mp4' }, videoMetadata: { fps: 1 } }],
      },
      {
        role: 'model',
        parts: [
          { executableCode: { language: 'PYTHON', code: '1' } },
          { text: '', thoughtSignature: 'c2ln' },
          { functionCall: { name: 'add', args: { x: 1 } }, thoughtSignature: 'c2ln' },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'add', response: { output: 'one' } } }] },
    ],
    tools: [
      { functionDeclarations: [{ name: 'add', parameters: { type: 'OBJECT', nullable: true }, behavior: 'BLOCKING' }] },
      { googleSearch: {} },
    ],
    generationConfig: {
      topK: 3,
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', propertyOrdering: ['a'] },
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
    },
  };
  expect(home(body)).toEqual({ body, losses: [] });
});

test('made-up ids stay here, a client’s own ids are sent', () => {
  const { body } = home({ contents: [{ role: 'model', parts: [{ functionCall: { name: 'a' } }] }] });
  expect(body['contents']).toEqual([{ role: 'model', parts: [{ functionCall: { name: 'a', args: {} } }] }]);
  expect(encode({ turns: [{ role: 'assistant', blocks: [call] }] }).body['contents']).toEqual([
    { role: 'model', parts: [{ functionCall: { id: 'call_a', name: 'add', args: { x: 1 } } }] },
  ]);
});

test('turns of one side that follow each other are one content', () => {
  const turns: readonly Turn[] = [
    { role: 'assistant', blocks: [call] },
    {
      role: 'tool',
      blocks: [{ kind: 'tool-result', callId: 'call_a', blocks: [{ kind: 'text', text: '2' }], failed: false }],
    },
    { role: 'user', blocks: [{ kind: 'text', text: 'And?' }] },
  ];
  expect(encode({ turns }).body['contents']).toEqual([
    { role: 'model', parts: [{ functionCall: { id: 'call_a', name: 'add', args: { x: 1 } } }] },
    {
      role: 'user',
      parts: [{ functionResponse: { id: 'call_a', name: 'add', response: { result: '2' } } }, { text: 'And?' }],
    },
  ]);
});

test('arguments that are no JSON object are kept as text, and reported', () => {
  const { body, losses } = encode({ turns: [{ role: 'assistant', blocks: [{ ...call, argumentsJson: '{"x":' }] }] });
  expect(JSON.stringify(body)).toContain('"args":{"_raw":"{\\"x\\":"}');
  expect(losses).toMatchObject([{ field: 'turns[0].blocks[0].argumentsJson', action: 'changed' }]);
});

test('a model with thinking levels gets a level and a word for the missing signature', () => {
  const request: Partial<ChatRequest> = {
    turns: [{ role: 'assistant', blocks: [call] }],
    reasoning: { effort: 'xhigh' },
  };
  const { body, losses } = encode(request, ['thinking-levels']);
  expect(body['generationConfig']).toEqual({ thinkingConfig: { thinkingLevel: 'high' } });
  expect(JSON.stringify(body['contents'])).toContain('"thoughtSignature":"skip_thought_signature_validator"');
  expect(losses.map(({ field }) => field)).toEqual(['reasoning.effort']);
});

test('an effort becomes a budget that every model with budgets takes', () => {
  const budget = (effort: 'none' | 'medium' | 'max') => encode({ reasoning: { effort } }).body['generationConfig'];
  expect([budget('none'), budget('medium'), budget('max')]).toEqual([
    { thinkingConfig: { thinkingBudget: 0 } },
    { thinkingConfig: { thinkingBudget: 8192 } },
    { thinkingConfig: { thinkingBudget: 24_576 } },
  ]);
});

test('a conversation of a prompt alone is asked as the user', () => {
  const { body, losses } = encode({ turns: [{ role: 'system', blocks: [{ kind: 'text', text: 'Go.' }] }] });
  expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: '<system>\nGo.\n</system>' }] }] });
  expect(losses).toMatchObject([{ field: 'turns[0].role', action: 'changed' }]);
});

test('what Gemini has no word for is named', () => {
  const { losses } = encode({
    logitBias: { 1: 2 },
    user: 'u',
    parallelToolCalls: false,
    extras: { 'openai-chat': { prediction: {} } },
    tools: [{ kind: 'opaque', dialect: 'openai-responses', type: 'file_search', value: {} }],
  });
  expect(losses.map(({ field }) => field).sort()).toEqual([
    'extras.prediction',
    'logitBias',
    'parallelToolCalls',
    'tools[0]',
    'user',
  ]);
});
