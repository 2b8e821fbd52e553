import { expect, test } from 'bun:test';
import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Json } from '../../../json/json.ts';
import { openaiEmbeddings } from '../../openai-embeddings/index.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';

const home = (body: Json) => encodeRequest(decodeRequest(body, { model: 'models/e' }), 'e').body;
const content = (text: string) => ({ parts: [{ text }] });

test('a single request comes home, in either spelling', () => {
  expect(
    home({ content: content('a'), task_type: 'CLUSTERING', output_dimensionality: 8, autoTruncate: true }),
  ).toEqual({
    model: 'models/e',
    content: content('a'),
    taskType: 'CLUSTERING',
    outputDimensionality: 8,
    autoTruncate: true,
  });
});

test('requests of a batch keep settings of their own', () => {
  const batch = (settings: readonly object[]) => ({
    requests: settings.map((one, index) => ({ model: 'models/e', content: content(`t${index}`), ...one })),
  });
  const different = batch([{ taskType: 'CLUSTERING' }, { taskType: 'CLASSIFICATION', title: 'x' }, {}]);
  expect(home(different)).toEqual(different);
  const same = batch([{ outputDimensionality: 8 }, { outputDimensionality: 8 }]);
  expect(home(same)).toEqual(same);
  expect(decodeRequest(same, { model: 'e' }).dimensions).toBe(8);
});

test('an OpenAI client is served by a Gemini provider', () => {
  const request = openaiEmbeddings.door.decodeRequest(
    { model: 'e', input: ['a', 'b'], dimensions: 2, input_type: 'query', encoding_format: 'base64', user: 'u' },
    {},
  );
  const { body, losses } = encodeRequest(request, 'e');
  const settings = { taskType: 'RETRIEVAL_QUERY', outputDimensionality: 2 };
  expect(body).toEqual({
    requests: ['a', 'b'].map((text) => ({ model: 'models/e', content: content(text), ...settings })),
  });
  expect(losses.map(({ field }) => field)).toEqual(['user']);
  const response = decodeResponse({ embeddings: [{ values: [1, -2] }, { values: [0.5, 0] }] }, request);
  expect(openaiEmbeddings.door.encodeResponse(response, request, 'r')).toMatchObject({
    data: [
      { index: 0, embedding: 'AACAPwAAAMA=' },
      { index: 1, embedding: 'AAAAPwAAAAA=' },
    ],
    model: 'e',
  });
});

test('a Gemini client is served by an OpenAI provider that writes base64', () => {
  const request = decodeRequest({ content: content('a'), taskType: 'RETRIEVAL_QUERY', title: 't' }, { model: 'e' });
  const { body, losses } = openaiEmbeddings.upstream.encodeRequest(request, 'e');
  expect(body).toEqual({ model: 'e', input: 'a' });
  expect(losses.map(({ field }) => field).sort()).toEqual(['task', 'title']);
  const answer = {
    data: [{ index: 0, embedding: 'AACAPwAAAMA=' }],
    model: 'e',
    usage: { prompt_tokens: 3, total_tokens: 3 },
  };
  const response = openaiEmbeddings.upstream.decodeResponse(answer, request);
  expect(encodeResponse(response, request)).toEqual({
    embedding: { values: [1, -2] },
    usageMetadata: { promptTokenCount: 3 },
  });
});

test('token ids cannot be embedded here', () => {
  const request = openaiEmbeddings.door.decodeRequest({ model: 'e', input: [[1, 2]] }, {});
  expect(() => encodeRequest(request, 'e')).toThrow(GatewayError);
});
