import { expect, test } from 'bun:test';
import type { ChatRequest } from '../ir/index.ts';
import { heldStateIn } from './held-state.ts';

const request = (parts: Partial<ChatRequest>): ChatRequest => ({ model: 'm', stream: false, turns: [], ...parts });

test.each([
  [{ extras: { 'openai-responses': { previous_response_id: 'resp_1' } } }, 'previous_response_id'],
  [{ extras: { 'openai-responses': { conversation: { id: 'conv_1' } } } }, 'conversation'],
  [{ extras: { 'anthropic-messages': { container: 'container_1' } } }, 'container'],
  [{ extras: { 'cohere-v1': { conversation_id: 'chat_1' } } }, 'conversation_id'],
  [{ extras: { gemini: { cachedContent: 'cachedContents/1' } } }, 'cachedContent'],
  [
    {
      turns: [{ role: 'user', blocks: [{ kind: 'media', media: 'document', source: { kind: 'file', id: 'file_1' } }] }],
    },
    'file_id',
  ],
  [
    {
      tools: [
        {
          kind: 'opaque',
          dialect: 'openai-responses',
          type: 'file_search',
          value: { type: 'file_search', vector_store_ids: ['vs_1'] },
        },
      ],
    },
    'tools.vector_store_ids',
  ],
] as const)('%j is a reference to something a provider holds', (parts, field) => {
  expect(heldStateIn(request(parts as unknown as Partial<ChatRequest>))).toBe(field);
});

test('nulls and new containers are no references', () => {
  expect(
    heldStateIn(
      request({
        extras: {
          'openai-responses': { previous_response_id: null },
          'anthropic-messages': { container: { skills: [] } },
        },
        tools: [
          {
            kind: 'opaque',
            dialect: 'openai-responses',
            type: 'code_interpreter',
            value: { container: { type: 'auto' } },
          },
        ],
      }),
    ),
  ).toBeUndefined();
});
