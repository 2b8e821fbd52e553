import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { type GatewayUnderTest, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

let sluice: GatewayUnderTest;
beforeAll(async () => {
  sluice = await startGatewayUnderTest();
});
afterAll(() => sluice.stop());
beforeEach(() => sluice.simulator.clear());

const sentTo = (): Record<string, unknown> => JSON.parse(sluice.simulator.requests[0]?.body ?? '{}');

interface Reranked {
  readonly id?: string;
  readonly model?: string;
  readonly results: readonly {
    readonly index: number;
    readonly relevance_score: number;
    readonly document?: unknown;
  }[];
  readonly usage?: unknown;
  readonly meta?: unknown;
}

const documents = ['a stone', { title: 'Animals', text: 'the giant panda' }, { text: 'a panda' }];

describe('reranking', () => {
  test.each(['/v1/rerank', '/rerank', '/api/v1/rerank'])(
    '%s takes what Jina and LiteLLM clients send',
    async (path) => {
      const asked = { model: 'cohere/simulated', query: 'giant panda', documents, top_n: 2, return_documents: true };
      const response = await sluice.post(path, asked);
      expect(response.status).toBe(200);
      const body = (await response.json()) as Reranked;
      expect(body).toMatchObject({
        model: 'cohere/simulated',
        results: [
          { index: 1, relevance_score: 1, document: { title: 'Animals', text: 'the giant panda' } },
          { index: 2, relevance_score: 0.5, document: { text: 'a panda' } },
        ],
        meta: { billed_units: { search_units: 1 } },
      });
      expect(body.id).not.toBe('');
      expect(sentTo()).toEqual({
        model: 'simulated',
        query: 'giant panda',
        documents: ['a stone', 'title: Animals\ntext: the giant panda', 'a panda'],
        top_n: 2,
      });
      expect(response.headers.get('x-sluice-warnings')).toBe('changed documents (fields are written as lines of text)');
    },
  );

  test('Voyage is asked in its own words, and its tokens are counted', async () => {
    const asked = {
      model: 'voyage/simulated',
      query: 'panda',
      documents: ['a', 'a panda'],
      top_n: 1,
      truncation: false,
    };
    const response = await sluice.post('/v1/rerank', asked);
    expect(sentTo()).toEqual({
      model: 'simulated',
      query: 'panda',
      documents: ['a', 'a panda'],
      top_k: 1,
      truncation: false,
    });
    const body = (await response.json()) as Reranked;
    expect(body.results).toEqual([{ index: 1, relevance_score: 1 }]);
    expect(body.usage).toEqual({ prompt_tokens: 5, total_tokens: 5 });
    expect(await sluice.record(response)).toMatchObject({ operation: 'rerank', lane: 'translated', inputTokens: 5 });
  });

  test('a host of the same shape gets the bytes, and its answer is its own', async () => {
    const asked = { model: 'jina/simulated', query: 'panda', documents: ['a panda'], late: { novelty: 1 } };
    const response = await sluice.post('/v1/rerank', asked);
    expect(response.headers.get('x-sluice-lane')).toBe('native');
    expect(sentTo()).toEqual({ ...asked, model: 'simulated' });
    expect(((await response.json()) as Reranked).results[0]?.document).toEqual({ text: 'a panda' });
  });

  test.each([
    [{ query: 'a', documents: [] }, 'documents: is empty'],
    [{ query: 'a', documents: 'b' }, 'documents: must be an array, but is a string.'],
    [{ query: 'a', documents: ['b', 5] }, 'documents[1]: must be a string or an object, but is a number.'],
    [{ documents: ['b'] }, 'query: must be a string or an object, but is missing.'],
    [{ query: 'a', documents: ['b'], top_n: 'two' }, 'top_n: must be a number, but is a string.'],
  ])('%j is refused by name', async (body, message) => {
    const response = await sluice.post('/v1/rerank', { model: 'cohere/simulated', ...body });
    expect(response.status).toBe(400);
    const said = (await response.json()) as { error: { message: string }; detail: string };
    expect(said.error.message).toContain(message);
    expect(said.detail).toContain(message);
    expect(sluice.simulator.requests).toEqual([]);
  });

  test('a failure of the provider is told in the words of each door', async () => {
    const asked = { model: 'cohere/sim.status-429--simulated', query: 'a', documents: ['b'] };
    const own = await sluice.post('/v2/rerank', asked);
    expect([own.status, await own.json()]).toEqual([429, expect.objectContaining({ message: expect.any(String) })]);
    const other = await sluice.post('/v1/rerank', asked);
    expect([other.status, await other.json()]).toEqual([429, expect.objectContaining({ detail: expect.any(String) })]);
  });
});

describe('embeddings of specialists at the door of OpenAI', () => {
  const asked = { input: ['a', 'b'], dimensions: 4, input_type: 'query', user: 'u1' };
  const told = { texts: ['a', 'b'], input_type: 'search_query', embedding_types: ['float'], output_dimension: 4 };

  test.each([
    ['cohere', told],
    ['voyage', { input: ['a', 'b'], input_type: 'query', output_dimension: 4 }],
    ['jina', { input: ['a', 'b'], task: 'retrieval.query', dimensions: 4 }],
  ])('%s is asked in its own words', async (provider, body) => {
    const response = await sluice.post('/v1/embeddings', { model: `${provider}/simulated`, ...asked });
    const { data } = (await response.json()) as { data: readonly { embedding: readonly number[] }[] };
    expect(data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
    expect(sentTo()).toEqual({ model: 'simulated', ...body });
    expect(response.headers.get('x-sluice-warnings')).toBe('dropped user');
  });

  test.each([
    ['cohere', { truncate: 'END' }],
    ['voyage', { truncation: true, output_dtype: 'int8' }],
    ['jina', { late_chunking: true, task: 'text-matching' }],
  ])('members that %s knows pass, others are named', async (provider, members) => {
    const response = await sluice.post('/v1/embeddings', {
      model: `${provider}/simulated`,
      input: 'a',
      input_type: 'document',
      ...members,
      novelty: 1,
    });
    expect(response.status).toBe(200);
    expect(sentTo()).toMatchObject(members);
    expect(response.headers.get('x-sluice-warnings')).toBe('dropped novelty');
  });

  test('a purpose nobody gave is said to be a document, with a warning', async () => {
    const response = await sluice.post('/v1/embeddings', { model: 'cohere/simulated', input: 'a' });
    expect(sentTo()['input_type']).toBe('search_document');
    expect(response.headers.get('x-sluice-warnings')).toContain('changed input_type');
  });

  test('token ids are refused where a provider reads texts', async () => {
    for (const provider of ['cohere', 'voyage', 'jina']) {
      const response = await sluice.post('/v1/embeddings', { model: `${provider}/simulated`, input: [[1, 2]] });
      expect(response.status).toBe(400);
    }
    expect(sluice.simulator.requests).toEqual([]);
  });
});

describe('search at clouds', () => {
  const titan = 'bedrock/amazon.titan-embed-text-v2:0';
  const cohere = 'bedrock/cohere.embed-v4:0';

  interface Vectors {
    readonly data: readonly { readonly embedding: readonly number[]; readonly index: number }[];
    readonly usage: unknown;
  }

  test('texts that a model takes one by one are asked for one by one and answered together, in their order', async () => {
    const input = ['a stone', 'a panda and more', 'a river'];
    const response = await sluice.post('/v1/embeddings', { model: titan, input, dimensions: 4, normalize: true });
    const { data, usage } = (await response.json()) as Vectors;
    const bodies = sluice.simulator.requests.map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual(input.map((inputText) => ({ inputText, dimensions: 4, normalize: true })));
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    const alone = await sluice.post('/v1/embeddings', { model: titan, input: 'a panda and more', dimensions: 4 });
    expect(((await alone.json()) as Vectors).data[0]?.embedding).toEqual(data[1]?.embedding ?? []);
    const counted = input.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
    expect(usage).toEqual({ prompt_tokens: counted, total_tokens: counted });
    expect(response.headers.get('x-sluice-warnings')).toBeNull();
  });

  test('a failure of one of several calls is the failure of all', async () => {
    const response = await sluice.post('/v1/embeddings', { model: titan, input: ['a', ''] });
    expect(response.status).toBe(200);
    const failing = 'bedrock/sim.status-500--amazon.titan-embed-text-v2:0';
    const failed = await sluice.post('/v1/embeddings', { model: failing, input: ['a', 'b'] });
    expect(failed.status).toBeGreaterThanOrEqual(500);
  });

  test('more calls than one client may cause are refused before the first', async () => {
    const input = Array.from({ length: 257 }, () => 'a');
    const response = await sluice.post('/v1/embeddings', { model: titan, input });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Send at most 256 at once');
    expect(sluice.simulator.requests).toEqual([]);
  });

  test.each([
    ['/v1/embeddings', { input: ['a', 'b'], input_type: 'query' }],
    ['/v2/embed', { texts: ['a', 'b'], input_type: 'search_query', embedding_types: ['float'] }],
  ])('Cohere on Bedrock is asked without its name in the body, from %s', async (path, asked) => {
    const response = await sluice.post(path, { model: cohere, ...asked });
    expect(response.status).toBe(200);
    expect(sluice.simulator.requests[0]?.path).toBe('/model/cohere.embed-v4%3A0/invoke');
    expect(sentTo()).toEqual({ texts: ['a', 'b'], input_type: 'search_query', embedding_types: ['float'] });
  });

  test.each([
    ['/v1/rerank', { top_n: 1 }],
    ['/v2/rerank', {}],
  ])('Cohere reranks on Bedrock, from %s', async (path, more) => {
    const asked = { query: 'giant panda', documents: ['a stone', 'the giant panda'], ...more };
    const response = await sluice.post(path, { model: 'bedrock/cohere.rerank-v3-5:0', ...asked });
    expect(((await response.json()) as Reranked).results[0]).toMatchObject({ index: 1, relevance_score: 1 });
    expect(sentTo()).toEqual({ ...asked, api_version: 2 });
  });
});

describe('moderation', () => {
  test('passes as it is, with the model of the first provider that has a default when none is named', async () => {
    const response = await sluice.post('/v1/moderations', { input: 'some violence', novelty: 1 });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ results: [{ flagged: true, categories: { violence: true } }] });
    expect(sentTo()).toEqual({ input: 'some violence', novelty: 1, model: 'omni-moderation-latest' });
    expect(sluice.simulator.requests[0]?.headers['authorization']).toBe(`Bearer ${providerKey}`);
    expect(await sluice.record(response)).toMatchObject({
      operation: 'moderations',
      provider: 'openai',
      lane: 'native',
    });
  });

  test('of a provider with categories of its own kind only', async () => {
    const response = await sluice.post('/v1/moderations', { model: 'anthropic/simulated', input: 'a' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_by_target', param: 'model' } });
  });

  test('without an input is refused', async () => {
    const response = await sluice.post('/v1/moderations', { model: 'openai/simulated' });
    expect(await response.json()).toMatchObject({ error: { param: 'input' } });
  });
});
