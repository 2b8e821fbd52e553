import { describe, expect, test } from 'bun:test';
import { applyEdits } from '../json/edit.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { patchJson } from '../json/span-patch.ts';
import { catalogue } from './catalogue.ts';
import { type QuirkId, quirkChanges, quirkIds, quirks } from './quirks.ts';

const after = (id: QuirkId, body: JsonObject): JsonObject => applyEdits(body, quirks[id].edits(body));

const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
const say = (role: string, content: Json, more: JsonObject = {}): JsonObject => ({ role, content, ...more });
const talk = (...messages: readonly JsonObject[]): JsonObject => ({ messages });
const schema = { type: 'object', properties: { a: { type: 'number' } } };
const asSchema = { type: 'json_schema', json_schema: { name: 'n', schema } };
const inWords = `Answer with one JSON object and nothing else. It must be valid by this JSON Schema: ${JSON.stringify(schema)}`;

/** What each quirk makes of a body, and a body it leaves alone. */
const examples: Readonly<
  Record<QuirkId, { readonly from: JsonObject; readonly to: JsonObject; readonly kept: JsonObject }>
> = {
  'max-tokens-old-name': {
    from: { model: 'm', max_completion_tokens: 5, stream: true },
    to: { model: 'm', max_tokens: 5, stream: true },
    kept: { max_tokens: 5 },
  },
  'max-tokens-new-name': {
    from: { max_tokens: 5 },
    to: { max_completion_tokens: 5 },
    kept: { max_completion_tokens: 5 },
  },
  'no-stream-options': {
    from: { stream: true, stream_options: { include_usage: true } },
    to: { stream: true },
    kept: { stream: true },
  },
  'tool-choice-any': { from: { tool_choice: 'required' }, to: { tool_choice: 'any' }, kept: { tool_choice: 'none' } },
  'seed-as-random-seed': { from: { seed: 3 }, to: { random_seed: 3 }, kept: { random_seed: 3 } },
  'no-account-members': {
    from: { store: false, user: 'u', safety_identifier: 's', metadata: {} },
    to: { metadata: {} },
    kept: { metadata: {} },
  },
  'no-logprobs': {
    from: { logprobs: true, top_logprobs: 2, logit_bias: {}, n: 1 },
    to: { n: 1 },
    kept: { frequency_penalty: 1 },
  },
  'no-penalties': {
    from: { frequency_penalty: 0, presence_penalty: 0, logit_bias: {}, n: 1 },
    to: { n: 1 },
    kept: { logprobs: true },
  },
  'fixed-sampling': {
    from: { temperature: 0, top_p: 1, frequency_penalty: 0, presence_penalty: 0, n: 1 },
    to: { n: 1 },
    kept: { seed: 1 },
  },
  'temperature-to-one': { from: { temperature: 1.5 }, to: { temperature: 1 }, kept: { temperature: 0.7 } },
  'effort-in-three-steps': {
    from: { reasoning_effort: 'xhigh' },
    to: { reasoning_effort: 'high' },
    kept: { reasoning_effort: 'medium' },
  },
  'effort-default-or-none': {
    from: { reasoning_effort: 'high' },
    to: { reasoning_effort: 'default' },
    kept: { reasoning_effort: 'none' },
  },
  'effort-high-or-none': {
    from: { reasoning_effort: 'low' },
    to: { reasoning_effort: 'high' },
    kept: { reasoning_effort: 'high' },
  },
  'json-without-schema': {
    from: { ...talk(say('system', 's'), say('user', 'u')), response_format: asSchema },
    to: {
      ...talk(say('system', 's'), say('system', inWords), say('user', 'u')),
      response_format: { type: 'json_object' },
    },
    kept: { ...talk(say('user', 'u')), response_format: { type: 'json_object' } },
  },
  'developer-as-system': {
    from: talk(say('developer', 'x'), say('user', 'x'), say('developer', 'x')),
    to: talk(say('system', 'x'), say('user', 'x'), say('system', 'x')),
    kept: talk(say('user', 'x')),
  },
  'no-names': {
    from: talk(say('user', 'x', { name: 'ann' }), say('tool', 'y', { name: 'f', tool_call_id: 'c' })),
    to: talk(say('user', 'x'), say('tool', 'y', { name: 'f', tool_call_id: 'c' })),
    kept: talk(say('user', 'x')),
  },
  'plain-answers-back': {
    from: talk(say('assistant', 'x', { refusal: null, annotations: [], audio: null, function_call: null })),
    to: talk(say('assistant', 'x')),
    kept: talk(say('assistant', null, { refusal: 'no' })),
  },
  'no-thoughts-back': {
    from: talk(say('assistant', 'x', { reasoning_content: 't', reasoning_details: [] }), say('user', 'y')),
    to: talk(say('assistant', 'x'), say('user', 'y')),
    kept: talk(say('user', 'x', { reasoning: 'not ours' })),
  },
  'thoughts-as-parts': {
    from: talk(say('assistant', 'x', { reasoning_content: 't', reasoning_details: [] })),
    to: talk(
      say('assistant', [
        { type: 'thinking', thinking: [{ type: 'text', text: 't' }] },
        { type: 'text', text: 'x' },
      ]),
    ),
    kept: talk(say('assistant', 'x')),
  },
  'thoughts-as-reasoning': {
    from: talk(say('assistant', 'x', { reasoning_content: 't', thinking_blocks: [] })),
    to: talk(say('assistant', 'x', { reasoning: 't' })),
    kept: talk(say('assistant', 'x', { reasoning: 't' })),
  },
  'thoughts-required': {
    from: { ...talk(say('assistant', 'x'), say('assistant', 'y', { reasoning: 't' })), tools: [{}] },
    to: {
      ...talk(say('assistant', 'x', { reasoning_content: '' }), say('assistant', 'y', { reasoning_content: 't' })),
      tools: [{}],
    },
    kept: talk(say('assistant', 'x')),
  },
  'thoughts-beside-calls': {
    from: talk(say('assistant', null, { tool_calls: [call], reasoning_content: '' }), say('assistant', 'x')),
    to: talk(say('assistant', null, { tool_calls: [call], reasoning_content: ' ' }), say('assistant', 'x')),
    kept: talk(say('assistant', null, { tool_calls: [call], reasoning_content: 't' })),
  },
  'prefill-marked': {
    from: talk(say('user', 'x'), say('assistant', 'It is')),
    to: talk(say('user', 'x'), say('assistant', 'It is', { prefix: true })),
    kept: talk(say('assistant', 'x'), say('user', 'y')),
  },
  'text-parts-joined': {
    from: talk(
      say('user', [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]),
    ),
    to: talk(say('user', 'a\nb')),
    kept: talk(say('user', [{ type: 'image_url', image_url: { url: 'u' } }])),
  },
  'anthropic-on-vertex': {
    from: { model: 'claude-x', max_tokens: 1, stream: true },
    to: { max_tokens: 1, stream: true, anthropic_version: 'vertex-2023-10-16' },
    kept: { max_tokens: 1 },
  },
  'anthropic-on-bedrock': {
    from: { model: 'claude-x', max_tokens: 1, stream: true },
    to: { max_tokens: 1, anthropic_version: 'bedrock-2023-05-31' },
    kept: { max_tokens: 1 },
  },
  'cohere-on-bedrock': {
    from: { model: 'cohere.rerank-v3-5:0', query: 'a', documents: ['b'] },
    to: { query: 'a', documents: ['b'], api_version: 2 },
    kept: { texts: ['a'] },
  },
  'flat-count-tokens': {
    from: { generateContentRequest: { model: 'models/m', contents: [{ role: 'user' }], toolConfig: {} } },
    to: { contents: [{ role: 'user' }] },
    kept: { contents: [] },
  },
  'alternating-turns': {
    from: talk(
      say('system', 's'),
      say('user', 'a'),
      say('user', [{ type: 'text', text: 'b' }]),
      say('assistant', 'c'),
      say('assistant', 'd'),
      say('system', 'e'),
    ),
    to: talk(
      say('system', 's'),
      say('user', [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]),
      say('assistant', 'c\n\nd'),
      say('user', 'e'),
    ),
    kept: talk(say('system', 's'), say('user', 'a'), say('assistant', 'b'), say('user', 'c')),
  },
};

describe.each(quirkIds.map((id) => [id, examples[id]] as const))('%s', (id, { from, to, kept }) => {
  test('changes what it is for, in its place', () => {
    expect(JSON.stringify(after(id, from))).toBe(JSON.stringify(to));
  });

  test('leaves another body alone, and what it made', () => {
    expect(quirks[id].edits(kept)).toEqual([]);
    expect(quirks[id].edits(to)).toEqual([]);
  });

  test('does nothing to a body of the wrong shape', () => {
    expect(quirks[id].edits({ messages: 'none', tools: 3, response_format: 1 })).toEqual([]);
    expect(quirks[id].edits({ messages: [null, 3] })).toEqual([]);
  });

  test('is used by an entry of the catalogue', () => {
    const used = catalogue.flatMap(({ quirks: own, manners }) => [
      ...(own ?? []),
      ...(manners ?? []).flatMap((some) => some.quirks ?? []),
    ]);
    expect(used).toContain(id);
  });
});

test('a body with both names of the limit keeps the newer', () => {
  expect(after('max-tokens-new-name', { max_tokens: 5, max_completion_tokens: 6 })).toEqual({
    max_completion_tokens: 6,
  });
});

describe('several quirks on one body', () => {
  const body: JsonObject = {
    messages: [
      say('developer', 'd'),
      say('user', 'a', { name: 'ann' }),
      say('assistant', 'b', { refusal: null, reasoning_content: 't' }),
      say('user', 'c'),
      say('user', 'd'),
    ],
    max_completion_tokens: 9,
    response_format: asSchema,
    temperature: 2,
  };
  const ids: readonly QuirkId[] = [
    'max-tokens-old-name',
    'developer-as-system',
    'json-without-schema',
    'no-names',
    'plain-answers-back',
    'thoughts-as-reasoning',
    'alternating-turns',
    'temperature-to-one',
  ];

  const asChat = { dialect: 'openai-chat', operation: 'chat' } as const;

  test('each works on what those before it left', () => {
    const { edits } = quirkChanges(ids, asChat, body);
    expect(applyEdits(body, edits)).toEqual({
      messages: [
        say('system', 'd'),
        say('system', inWords),
        say('user', 'a'),
        say('assistant', 'b', { reasoning: 't' }),
        say('user', 'c\n\nd'),
      ],
      max_tokens: 9,
      response_format: { type: 'json_object' },
      temperature: 1,
    });
  });

  test.each(quirkIds.map((id) => [id] as const))('%s changes the bytes as it changes the object', (id) => {
    for (const from of [examples[id].from, body]) {
      const { dialect, operations = ['chat'] } = quirks[id];
      const operation = operations[0] ?? 'chat';
      const { edits } = quirkChanges([id], { dialect, operation }, from);
      const patched = patchJson(new TextEncoder().encode(JSON.stringify(from, null, 1)), edits);
      expect(JSON.parse(new TextDecoder().decode(patched))).toEqual(applyEdits(from, edits));
    }
  });

  test('all of them together do so too', () => {
    const { edits } = quirkChanges(ids, asChat, body);
    const patched = patchJson(new TextEncoder().encode(JSON.stringify(body)), edits);
    expect(JSON.parse(new TextDecoder().decode(patched))).toEqual(applyEdits(body, edits));
  });

  test('the caller is told what was taken away or said otherwise, not of mere spelling', () => {
    const { told } = quirkChanges(ids, asChat, body);
    expect(told.map(({ field, action }) => `${action} ${field}`)).toEqual([
      'changed extras.response_format',
      'changed extras.messages',
      'dropped extras.messages[].name',
      'changed extras.temperature',
    ]);
  });

  test('a body of another dialect is left alone', () => {
    expect(quirkChanges(ids, { dialect: 'anthropic-messages', operation: 'chat' }, body)).toEqual({
      edits: [],
      told: [],
    });
  });
});
