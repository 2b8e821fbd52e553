import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { GeminiStreamDecoder } from './decode-stream.ts';

const chunk = (parts: readonly Json[], more: JsonObject = {}, beside: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts, role: 'model' }, ...more }],
  responseId: 'r-1',
  modelVersion: 'm',
  ...beside,
});

const read = (chunks: readonly Json[]): ChatResponse => {
  const decoder = new GeminiStreamDecoder();
  const collector = new Collector();
  for (const one of chunks) for (const event of decoder.push({ data: JSON.stringify(one) })) collector.push(event);
  for (const event of decoder.end()) collector.push(event);
  return collector.response();
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
};

test('text of one kind is one block, and a signature on an empty last part belongs to it', () => {
  const { choices } = read([
    chunk([{ text: 'Hm', thought: true }]),
    chunk([{ text: 'm.', thought: true }]),
    chunk([{ text: 'Yes' }]),
    chunk([{ text: '!' }]),
    chunk([{ text: '', thoughtSignature: 'c2ln' }], { finishReason: 'STOP' }),
  ]);
  expect(choices[0]).toMatchObject({
    blocks: [
      { kind: 'thinking', text: 'Hmm.' },
      { kind: 'text', text: 'Yes!', seal: { dialect: 'gemini', value: 'c2ln' } },
    ],
    stop: 'stop',
    rawStop: 'STOP',
  });
});

test('arguments that come in pieces are put together', () => {
  const piece = (jsonPath: string, stringValue: string, willContinue?: true): Json => ({
    functionCall: {
      partialArgs: [{ jsonPath, stringValue, ...(willContinue ? { willContinue } : {}) }],
      willContinue: true,
    },
  });
  const { choices } = read([
    chunk([{ functionCall: { name: 'go', willContinue: true } }]),
    chunk([piece('$.to.city', 'San ', true)]),
    chunk([piece('$.to.city', 'Diego')]),
    chunk([piece('$.stops[0]', 'LA')]),
    chunk([{ functionCall: {} }]),
    chunk([{ functionCall: { name: 'rest' } }], { finishReason: 'STOP' }),
  ]);
  expect(choices[0]).toMatchObject({
    blocks: [
      { id: 'call_r-1_0', name: 'go', argumentsJson: '{"to":{"city":"San Diego"},"stops":["LA"]}' },
      { id: 'call_r-1_1', name: 'rest', argumentsJson: '{}' },
    ],
    stop: 'tool-calls',
  });
});

test('content and usage may follow the chunk with the finish reason, and the last count counts', () => {
  const { choices, usage } = read([
    chunk(
      [{ functionCall: { name: 'a', args: {} } }],
      { finishReason: 'STOP' },
      { usageMetadata: { promptTokenCount: 7 } },
    ),
    chunk([{ functionResponse: { name: 'a', response: {} } }, { text: 'Done.' }]),
    {
      usageMetadata: {
        promptTokenCount: 7,
        toolUsePromptTokenCount: 3,
        candidatesTokenCount: 4,
        thoughtsTokenCount: 5,
        cachedContentTokenCount: 2,
      },
    },
  ]);
  expect(choices[0]).toMatchObject({
    stop: 'stop',
    blocks: [{ kind: 'tool-call' }, { type: 'functionResponse' }, { text: 'Done.' }],
  });
  expect(usage).toMatchObject({
    inputTokens: 7,
    toolInputTokens: 3,
    outputTokens: 9,
    reasoningTokens: 5,
    cacheReadTokens: 2,
  });
});

test('offsets of citations are turned from bytes into places of the text', () => {
  const { choices } = read([
    chunk([{ text: '25 °C – warm.' }]),
    chunk([], {
      finishReason: 'STOP',
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://w.example', title: 'w' } }],
        groundingSupports: [{ segment: { startIndex: 11, endIndex: 16, text: 'warm.' }, groundingChunkIndices: [0] }],
      },
    }),
  ]);
  const [block] = choices[0]?.blocks ?? [];
  expect(block).toMatchObject({ citations: [{ kind: 'url', url: 'https://w.example', start: 8, end: 13 }] });
  expect('25 °C – warm.'.slice(8, 13)).toBe('warm.');
});

test('a blocked prompt is a filtered choice with the reason as its raw word', () => {
  const { choices } = read([{ promptFeedback: { blockReason: 'SAFETY' }, modelVersion: 'm' }]);
  expect(choices).toEqual([{ index: 0, blocks: [], stop: 'content-filter', rawStop: 'SAFETY' }]);
});

test('a stream without a finish reason was cut', () => {
  expect(codeOf(() => read([chunk([{ text: 'Ye' }])]))).toBe('upstream_cut');
  expect(codeOf(() => read([]))).toBe('upstream_cut');
});

test('an error inside the stream keeps its kind', () => {
  const error = (code: number, status: string): Json => ({ error: { code, status, message: 'x' } });
  const codes = [error(429, 'RESOURCE_EXHAUSTED'), error(503, 'UNAVAILABLE'), error(500, 'INTERNAL'), 'text'].map(
    (one) => codeOf(() => read([one])),
  );
  expect(codes).toEqual(['upstream_rate_limited', 'upstream_overloaded', 'upstream_error', 'upstream_invalid']);
});
