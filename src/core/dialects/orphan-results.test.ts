import { expect, test } from 'bun:test';
import type { ChatRequest } from '../ir/index.ts';
import { dialects } from './index.ts';

const searched: ChatRequest = {
  model: 'm',
  stream: false,
  turns: [
    { role: 'user', blocks: [{ kind: 'text', text: 'Find a tool.' }] },
    {
      role: 'assistant',
      blocks: [
        {
          kind: 'opaque',
          dialect: 'openai-responses',
          type: 'tool_search_call',
          value: { type: 'tool_search_call', call_id: 'search_1', arguments: {} },
        },
      ],
    },
    {
      role: 'user',
      blocks: [
        { kind: 'tool-result', callId: 'search_1', blocks: [{ kind: 'text', text: 'One.' }], failed: false },
        { kind: 'text', text: 'Go on.' },
      ],
    },
  ],
};

const context = { model: 'm', defaultMaxOutputTokens: 10, traits: new Set<never>() };

const written = (dialect: keyof typeof dialects) => {
  const { chat } = dialects[dialect];
  if (chat === undefined) throw new Error(`${dialect} has no chat`);
  return chat.upstream.encodeRequest(searched, context);
};

test('the result of a call that the target cannot be shown goes with the call, and both are named', () => {
  for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini'] as const) {
    const { body, losses } = written(dialect);
    expect(JSON.stringify(body)).not.toContain('search_1');
    expect(JSON.stringify(body)).toContain('Go on.');
    expect(losses.map(({ field }) => field)).toContain('turns[2].blocks[0]');
    expect(losses.map(({ field }) => field)).toContain('turns[1].blocks[0]');
  }
});

test('at home both stay', () => {
  const { body, losses } = written('openai-responses');
  expect(JSON.stringify(body['input']).match(/search_1/g)).toHaveLength(2);
  expect(losses.map(({ field }) => field)).not.toContain('turns[2].blocks[0]');
});
