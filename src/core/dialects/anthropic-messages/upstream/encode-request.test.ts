import { expect, test } from 'bun:test';
import type { ChatRequest, Turn } from '../../../ir/index.ts';
import type { ModelTrait } from '../../dialect.ts';
import { encodeRequest } from './encode-request.ts';

const user: Turn = { role: 'user', blocks: [{ kind: 'text', text: 'Hi' }] };

const encode = (members: Partial<ChatRequest>, ...traits: readonly ModelTrait[]) =>
  encodeRequest(
    { model: 'x', stream: false, turns: [user], ...members },
    { model: 'claude', defaultMaxOutputTokens: 4096, traits: new Set(traits) },
  );

const lost = (members: Partial<ChatRequest>, ...traits: readonly ModelTrait[]): readonly string[] =>
  encode(members, ...traits).losses.map((loss) => `${loss.field} ${loss.action}`);

test('prompts at the head become system, a later one stays in place or becomes a marked user turn', () => {
  const prompt: Turn = { role: 'system', blocks: [{ kind: 'text', text: 'Be brief.' }] };
  const turns = [prompt, user, { ...prompt, role: 'developer' as const }];
  expect(encode({ turns }).body).toMatchObject({
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
    ],
  });
  expect(encode({ turns }, 'no-system-turns').body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: '<system>\nBe brief.\n</system>' },
      ],
    },
  ]);
  expect(lost({ turns }, 'no-system-turns')).toEqual(['turns[2].role changed']);
});

test('results and the words after them are one message, results first, ids rewritten alike on both sides', () => {
  const id = `call|${'x'.repeat(80)}`;
  const { messages } = encode({
    turns: [
      user,
      { role: 'assistant', blocks: [{ kind: 'tool-call', id, name: 'f', argumentsJson: '{"a":1}' }] },
      user,
      {
        role: 'tool',
        blocks: [{ kind: 'tool-result', callId: id, blocks: [{ kind: 'text', text: 'ok' }], failed: true }],
      },
    ],
  }).body as { messages: readonly { content: readonly Record<string, unknown>[] }[] };
  const written = messages[1]?.content[0]?.['id'];
  expect(written).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  expect(messages[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: written, content: 'ok', is_error: true },
    { type: 'text', text: 'Hi' },
  ]);
});

test('thoughts without a signature of this provider are left out by name, empty texts without a word', () => {
  const turns: readonly Turn[] = [
    user,
    {
      role: 'assistant',
      blocks: [
        { kind: 'thinking', text: 'a', seal: { dialect: 'gemini', value: 's' } },
        { kind: 'thinking', text: 'b', seal: { dialect: 'anthropic-messages', value: 's' } },
        { kind: 'text', text: '' },
        { kind: 'text', text: 'Hello' },
      ],
    },
    user,
  ];
  expect(encode({ turns }).body['messages']).toMatchObject([
    {},
    {
      content: [
        { type: 'thinking', thinking: 'b', signature: 's' },
        { type: 'text', text: 'Hello' },
      ],
    },
    {},
  ]);
  expect(lost({ turns })).toEqual(['turns[1].blocks[0] dropped']);
});

test('an effort becomes a budget below the limit, or an effort where the model takes one', () => {
  const reasoning = { effort: 'high' } as const;
  expect(encode({ reasoning, maxOutputTokens: 32_000 }).body['thinking']).toEqual({
    type: 'enabled',
    budget_tokens: 16_384,
  });
  expect(encode({ reasoning }).body['thinking']).toEqual({ type: 'enabled', budget_tokens: 3072 });
  expect(lost({ reasoning })).toEqual(['reasoning.effort changed']);
  expect(encode({ reasoning }, 'adaptive-thinking').body).toMatchObject({
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
  });
  expect(encode({ reasoning: { effort: 'high', effortOnly: true } }).body['thinking']).toBeUndefined();
});

test('what a thinking model refuses is left out, and thinking itself where a call is forced', () => {
  const reasoning = { budgetTokens: 2048, enabled: true };
  expect(lost({ reasoning, temperature: 0.5, topK: 5 })).toEqual(['temperature dropped', 'topK dropped']);
  const tools = [{ kind: 'function', name: 'f' }] as const;
  const forced = { reasoning, tools, toolChoice: { kind: 'required' }, temperature: 0.5 } as const;
  expect(encode(forced).body).toMatchObject({ tool_choice: { type: 'any' }, temperature: 0.5 });
  expect(lost(forced)).toEqual(['reasoning dropped']);
});

test('a custom tool is a function whose name brings its calls back as custom', () => {
  const { body } = encode({ tools: [{ kind: 'custom', name: 'patch' }], toolChoice: { kind: 'tool', name: 'patch' } });
  expect(body).toMatchObject({
    tools: [{ name: 'patch__sluice_text', input_schema: { required: ['text'] } }],
    tool_choice: { type: 'tool', name: 'patch__sluice_text' },
  });
});

test('fields this wire lacks are named, neutral values of them are not', () => {
  expect(lost({ seed: 1, logprobs: true, output: { kind: 'json' } })).toEqual([
    'output dropped',
    'seed dropped',
    'logprobs dropped',
  ]);
  expect(lost({ logprobs: false, presencePenalty: 0, choices: 1, store: false })).toEqual([]);
  expect(encode({ temperature: 1.7 }).body['temperature']).toBe(1);
});

test('several answers and sound are refused', () => {
  expect(() => encode({ choices: 2 })).toThrow('choices');
  expect(() => encode({ modalities: ['text', 'audio'] })).toThrow('audio');
});
