import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenRouter } from '@openrouter/sdk';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from '../e2e/gateway-under-test.ts';
import { testsProgram } from '../support/sluice-program.ts';

const content = 'Hello there';
const messages = [{ role: 'user' as const, content }];

/** The client's types leave open whether an answer is streamed. */
const isStream = (answer: object): answer is AsyncIterable<unknown> => Symbol.asyncIterator in answer;
const wholeOf = <Answer extends object>(answer: Answer): Exclude<Answer, AsyncIterable<unknown>> => {
  if (isStream(answer)) throw new Error('It is a stream.');
  return answer as Exclude<Answer, AsyncIterable<unknown>>;
};
const streamOf = <Answer extends object>(answer: Answer): Extract<Answer, AsyncIterable<unknown>> => {
  if (!isStream(answer)) throw new Error('It is no stream.');
  return answer as Extract<Answer, AsyncIterable<unknown>>;
};

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)("OpenRouter's own client", () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-openrouter-sdk-'));
  let gateway: GatewayUnderTest;
  const clientOf = (apiKey: string) =>
    new OpenRouter({ apiKey, serverURL: `${gateway.url}/api/v1`, retryConfig: { strategy: 'none' } });
  let client: OpenRouter;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
    client = clientOf(masterKey);
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const chat = async (model: string) =>
    wholeOf(await client.chat.send({ chatRequest: { model, messages, stream: false } }));

  describe.each(['openai/gpt-4o', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-pro'])('to %s', (model) => {
    test('a chat says what it cost, and why it went there', async () => {
      const answer = wholeOf(
        await client.chat.send({
          xOpenRouterMetadata: 'enabled',
          chatRequest: { model, messages, stream: false, provider: { sort: 'price', allowFallbacks: true } },
        }),
      );
      expect(answer.choices[0]?.message.content).toBe(`You said: "${content}".`);
      expect(answer.choices[0]?.finishReason).toBe('stop');
      expect(answer.model).toBe(model);
      expect(answer.usage).toMatchObject({ promptTokens: 7, completionTokens: 6, isByok: false });
      expect(answer.usage?.cost).toBeGreaterThan(0);
      expect(answer.usage?.costDetails?.upstreamInferenceCost).toBe(answer.usage?.cost);
      expect(answer.openrouterMetadata).toMatchObject({ requested: model, attempt: 1 });
    });

    test('a stream ends with the same bill', async () => {
      let text = '';
      let cost: number | null | undefined;
      const stream = await client.chat.send({ chatRequest: { model, messages, stream: true } });
      for await (const chunk of streamOf(stream)) {
        text += chunk.choices[0]?.delta.content ?? '';
        cost = chunk.usage?.cost ?? cost;
      }
      expect(text).toBe(`You said: "${content}".`);
      expect(cost).toBe((await chat(model)).usage?.cost ?? -1);
    });

    test('Responses, whole and streamed', async () => {
      const whole = wholeOf(
        await client.beta.responses.send({ responsesRequest: { model, input: content, stream: false } }),
      );
      expect(whole.usage?.cost).toBeGreaterThan(0);
      const types: string[] = [];
      const stream = await client.beta.responses.send({ responsesRequest: { model, input: content, stream: true } });
      for await (const event of streamOf(stream)) types.push(event.type);
      expect(types.at(0)).toBe('response.created');
      expect(types.at(-1)).toBe('response.completed');
      expect(types).not.toContain('UNKNOWN');
    });
  });

  test('a key is made, read, changed and deleted, and is told its limit', async () => {
    const made = await client.apiKeys.create({ requestBody: { name: 'shop', limit: 5, limitReset: 'weekly' } });
    const own = clientOf(made.key);
    expect((await own.apiKeys.getCurrentKeyMetadata()).data).toMatchObject({
      limit: 5,
      limitReset: 'weekly',
      usage: 0,
    });
    const { hash } = made.data;
    expect((await client.apiKeys.list()).data.map((key) => key.hash)).toContain(hash);
    expect((await client.apiKeys.get({ hash })).data.name).toBe('shop');
    const changed = await client.apiKeys.update({ hash, requestBody: { name: 'web shop', disabled: true } });
    expect(changed.data).toMatchObject({ name: 'web shop', disabled: true });
    await expect(own.apiKeys.getCurrentKeyMetadata()).rejects.toMatchObject({ statusCode: 401 });
    expect(await client.apiKeys.delete({ hash })).toEqual({ deleted: true });
  });

  test('a generation, credits and activity', async () => {
    const { id, usage } = await chat('openai/gpt-4o');
    const { data } = await client.generations.getGeneration({ id });
    expect(data).toMatchObject({ id, model: 'openai/gpt-4o', providerName: 'OpenAI', finishReason: 'stop' });
    expect(data.totalCost).toBe(usage?.cost ?? -1);
    expect((await client.credits.getCredits()).data.totalUsage).toBeGreaterThan(0);
    expect((await client.analytics.getUserActivity()).data).toEqual([]);
  });

  test('the catalogue: models, one of them, its endpoints, providers', async () => {
    const names: string[] = [];
    for await (const page of await client.models.list()) names.push(...page.result.data.map((model) => model.id));
    expect(names).toContain('openai/gpt-4o');
    expect((await client.models.count()).data.count).toBeGreaterThan(10);
    expect((await client.models.get({ author: 'openai', slug: 'gpt-4o' })).data.contextLength).toBe(128_000);
    const { data } = await client.endpoints.list({ author: 'openai', slug: 'gpt-4o' });
    expect(data.endpoints[0]).toMatchObject({ tag: 'openai', providerName: 'OpenAI', status: 0 });
    expect((await client.endpoints.listZdrEndpoints()).data).toEqual([]);
    expect((await client.providers.list()).data.map(({ slug }) => slug)).toContain('openai');
    for await (const page of await client.embeddings.listModels())
      expect(page.result.data.map((model) => model.id)).toContain('openai/text-embedding-3-small');
  });

  test('embeddings', async () => {
    const answer = await client.embeddings.generate({
      requestBody: { model: 'openai/text-embedding-3-small', input: content },
    });
    expect(answer).toMatchObject({ object: 'list', usage: { isByok: false } });
  });

  test.each([
    ['nobody/none', 'BadRequestResponseError', 400],
    ['openai/sim.status-429--x', 'TooManyRequestsResponseError', 429],
    ['openai/sim.status-500--x', 'BadGatewayResponseError', 502],
  ])('a failure of %s is the %s it knows', async (model, name, statusCode) => {
    await expect(chat(model)).rejects.toMatchObject({ name, statusCode, error: { code: statusCode } });
  });

  test('a list of providers that leaves nobody is told as such', async () => {
    const refused = client.chat.send({
      chatRequest: { model: 'openai/gpt-4o', messages, stream: false, provider: { only: ['groq'] } },
    });
    await expect(refused).rejects.toMatchObject({ name: 'NotFoundResponseError', statusCode: 404 });
  });

  test('no answer holds the provider’s key', async () => {
    expect(JSON.stringify(await chat('openai/gpt-4o'))).not.toContain(providerKey);
  });
});
