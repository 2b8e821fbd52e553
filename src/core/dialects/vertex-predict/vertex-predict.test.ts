import { expect, test } from 'bun:test';
import type { EmbeddingRequest } from '../../ir/index.ts';
import { dialects } from '../index.ts';

const upstream = dialects['vertex-predict'].embeddings?.upstream ?? (undefined as never);

const request: EmbeddingRequest = {
  model: 'text-embedding-005',
  inputs: [
    { kind: 'text', text: 'Ruby' },
    { kind: 'blocks', blocks: [{ kind: 'text', text: 'Python' }] },
  ],
  batch: true,
  dimensions: 3,
};

test('each text is an instance, with what its vector is for', () => {
  const { body, losses } = upstream.encodeRequest(
    { ...request, task: 'search_query', title: 'Names', user: 'u', extras: { 'openai-chat': { autoTruncate: false } } },
    'text-embedding-005',
  );
  expect(body).toEqual({
    instances: [
      { content: 'Ruby', task_type: 'RETRIEVAL_QUERY', title: 'Names' },
      { content: 'Python', task_type: 'RETRIEVAL_QUERY', title: 'Names' },
    ],
    parameters: { outputDimensionality: 3, autoTruncate: false },
  });
  expect(losses.map(({ field }) => field)).toEqual(['user']);
});

test("Google's own words for a purpose stay", () => {
  const { body } = upstream.encodeRequest({ ...request, task: 'QUESTION_ANSWERING' }, 'm');
  expect(body['instances']).toMatchObject([{ task_type: 'QUESTION_ANSWERING' }, { task_type: 'QUESTION_ANSWERING' }]);
});

test('vectors and counts are read', () => {
  const embeddings = (values: readonly number[], count: number) => ({
    embeddings: { values, statistics: { token_count: count, truncated: false } },
  });
  const body = { predictions: [embeddings([1, 2], 3), embeddings([0.5, 4], 2)] };
  expect(upstream.decodeResponse(body, request)).toEqual({
    model: '',
    vectors: [
      { kind: 'float', values: [1, 2] },
      { kind: 'float', values: [0.5, 4] },
    ],
    usage: { inputTokens: 5, outputTokens: 0 },
  });
});

test.each([
  [{}, 'without "predictions"'],
  [{ predictions: [{ bytesBase64Encoded: 'x' }] }, 'without a vector in predictions[0]'],
])('%j is no answer', (body, words) => {
  expect(() => upstream.decodeResponse(body, request)).toThrow(words);
});

test('token ids are refused', () => {
  const asked: EmbeddingRequest = { ...request, inputs: [{ kind: 'tokens', tokens: [1] }] };
  expect(() => upstream.encodeRequest(asked, 'm')).toThrow('embeds texts here');
});
