import { expect, test } from 'bun:test';
import type { Block, ChatRequest } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { decodeRequest } from '../door/decode-request.ts';
import { encodeRequest } from './encode-request.ts';

const context = { model: 'gpt-x', defaultMaxOutputTokens: 4096, traits: new Set<never>() };
const encode = (request: Partial<ChatRequest>) =>
  encodeRequest({ model: 'm', stream: false, turns: [], ...request }, context);
const assistant = (...blocks: readonly Block[]) => encode({ turns: [{ role: 'assistant', blocks }] });

const home = (body: JsonObject) => encodeRequest(decodeRequest(body, {}), { ...context, model: 'm' });

test('what the door read goes home as it was, with nothing added', () => {
  const body = {
    model: 'm',
    instructions: 'Be brief.',
    input: [
      { type: 'message', role: 'user', content: 'Hi' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }], encrypted_content: 'sealed' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'b', annotations: [] }],
        id: 'msg_1',
      },
      { type: 'function_call', call_id: 'c', name: 'send', namespace: 'mail', arguments: '{}', id: 'fc_1' },
      { type: 'function_call_output', call_id: 'c', output: 'done' },
      { type: 'item_reference', id: 'x' },
    ],
    tools: [
      {
        type: 'namespace',
        name: 'mail',
        tools: [
          { type: 'function', name: 'send' },
          { type: 'custom', name: 'grep' },
        ],
      },
      { type: 'web_search' },
    ],
    reasoning: { effort: 'low', context: 'auto' },
    include: ['reasoning.encrypted_content'],
    truncation: 'auto',
  };
  const sent = home(body);
  expect(sent.losses).toEqual([]);
  expect(sent.body).toEqual(body);
});

test('a request of another door is made stateless and asks for its reasoning back', () => {
  const { body } = encode({ reasoning: { effort: 'high' } });
  expect(body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'high' } });
  expect(encode({}).body['include']).toBeUndefined();
});

test('functions of another door are not strict unless they say so', () => {
  const { body } = encode({ tools: [{ kind: 'function', name: 'f' }] });
  expect(body['tools']).toEqual([
    { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
  ]);
});

test('two messages the client told apart stay two', () => {
  const messages = [
    { type: 'message', role: 'assistant', content: 'a' },
    { type: 'message', role: 'assistant', content: 'b' },
  ];
  expect(home({ model: 'm', input: messages }).body['input']).toEqual(messages);
});

test('thoughts without a seal, or with a foreign one, do not reach the provider', () => {
  const { body, losses } = assistant(
    { kind: 'thinking', text: 'a' },
    { kind: 'text', text: 'b' },
    { kind: 'thinking', text: 'c', seal: { dialect: 'anthropic-messages', value: 's' } },
  );
  expect(body['input']).toEqual([{ type: 'message', role: 'assistant', content: 'b' }]);
  expect(losses.map((loss) => loss.field)).toEqual(['turns[0].blocks[0]', 'turns[0].blocks[2]']);
});

test('thoughts up to their seal are one reasoning item', () => {
  const seal = { dialect: 'openai-responses', value: 'sealed' } as const;
  const { body } = assistant(
    { kind: 'thinking', text: 'a', form: 'summary' },
    { kind: 'thinking', text: 'b', form: 'summary', seal },
    { kind: 'thinking', text: '', redacted: true, seal },
  );
  expect(body['input']).toEqual([
    {
      type: 'reasoning',
      summary: [
        { type: 'summary_text', text: 'a' },
        { type: 'summary_text', text: 'b' },
      ],
      encrypted_content: 'sealed',
    },
    { type: 'reasoning', summary: [], encrypted_content: 'sealed' },
  ]);
});

test('what this wire cannot say is named', () => {
  const { losses } = encode({
    stop: ['x'],
    seed: 1,
    topK: 5,
    presencePenalty: 1,
    logitBias: {},
    extras: { gemini: { safetySettings: [] } },
    turns: [{ role: 'user', name: 'Ann', blocks: [{ kind: 'text', text: 'x', cache: {} }] }],
  });
  expect(losses.map((loss) => loss.field).sort()).toEqual([
    'extras.safetySettings',
    'logitBias',
    'presencePenalty',
    'seed',
    'stop',
    'topK',
    'turns[0].blocks[0].cache',
    'turns[0].name',
  ]);
});

test('several answers are refused rather than one given', () => {
  expect(() => encode({ choices: 2 })).toThrow('choices: this provider gives one answer');
});

test('audio and video are refused rather than left out', () => {
  const media = (kind: 'audio' | 'video'): Partial<ChatRequest> => ({
    turns: [{ role: 'user', blocks: [{ kind: 'media', media: kind, source: { kind: 'base64', data: 'aGk=' } }] }],
  });
  expect(() => encode(media('audio'))).toThrow('takes no audio');
  expect(() => encode(media('video'))).toThrow('takes no video');
});

test('a budget of thinking tokens becomes the nearest effort', () => {
  const { body, losses } = encode({ reasoning: { enabled: true, budgetTokens: 10_000, show: true } });
  expect(body['reasoning']).toEqual({ effort: 'medium', summary: 'auto' });
  expect(losses).toEqual([{ field: 'reasoning.budgetTokens', action: 'changed', note: 'effort medium' }]);
});

test('a later system prompt is the user’s for a model that takes it only at the head', () => {
  const turns = (['system', 'user', 'system'] as const).map((role) => ({
    role,
    blocks: [{ kind: 'text', text: role } as const],
  }));
  const { body } = encodeRequest(
    { model: 'm', stream: false, turns },
    { ...context, traits: new Set(['no-system-turns'] as const) },
  );
  expect((body['input'] as readonly JsonObject[]).map((item) => item['role'])).toEqual(['system', 'user', 'user']);
});

test('a result for a custom call answers in kind, and a failed one is said to have lost that', () => {
  const { body, losses } = encode({
    turns: [
      { role: 'assistant', blocks: [{ kind: 'tool-call', id: 'a', name: 'g', argumentsJson: 'x', custom: true }] },
      {
        role: 'tool',
        blocks: [{ kind: 'tool-result', callId: 'a', blocks: [{ kind: 'text', text: 'no' }], failed: true }],
      },
    ],
  });
  expect((body['input'] as readonly JsonObject[])[1]).toEqual({
    type: 'custom_tool_call_output',
    call_id: 'a',
    output: 'no',
  });
  expect(losses.map((loss) => loss.field)).toEqual(['turns[1].blocks[0].failed']);
});

test('a hidden thought is an item of its own, and no words of another are put into it', () => {
  const { body, losses } = assistant(
    { kind: 'thinking', text: 'Hm.' },
    { kind: 'thinking', text: '', redacted: true, seal: { dialect: 'openai-responses', value: 'sealed' } },
  );
  expect(body['input']).toEqual([{ type: 'reasoning', summary: [], encrypted_content: 'sealed' }]);
  expect(losses.map(({ field, action }) => `${action} ${field}`)).toEqual(['dropped turns[0].blocks[0]']);
});
