import { describe, expect, test } from 'bun:test';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { embedMany, generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { weatherTool } from '../sdk/vercel-client.ts';
import { startClientHouse } from './client-house.ts';

const house = startClientHouse();

// The client warns on the console about models it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const router = () => createOpenRouter({ apiKey: masterKey, baseURL: `${house.sluice.url}/api/v1` });

describe.each(['openai/simulated', 'anthropic/simulated'])('@openrouter/ai-sdk-provider to %s', (model) => {
  test('text, with usage and the provider that wrote it', async () => {
    const result = await generateText({ model: router().chat(model), prompt: 'Hello there', maxRetries: 0 });
    expect(result.text).toBe('You said: "Hello there".');
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({ inputTokens: 7, outputTokens: 6 });
    const { provider } = (result.finalStep.providerMetadata?.['openrouter'] ?? {}) as { readonly provider?: string };
    expect(provider).toBe(model.startsWith('openai') ? 'OpenAI' : 'Anthropic');
  });

  test('a stream', async () => {
    const result = streamText({ model: router().chat(model), prompt: 'Hello there', maxRetries: 0 });
    expect(await result.text).toBe('You said: "Hello there".');
    expect((await result.usage).outputTokens).toBe(6);
    expect(await result.finishReason).toBe('stop');
  });

  test('a tool call', async () => {
    const { tools } = weatherTool();
    const result = await generateText({
      model: router().chat(model),
      tools,
      prompt: 'Please call look_up.',
      maxRetries: 0,
    });
    expect(result.finishReason).toBe('tool-calls');
    expect(result.toolCalls[0]?.toolName).toBe('look_up');
  });

  test('preferences for providers and other models go with it', async () => {
    const chosen = router().chat('openai/sim.status-500--x', { models: [model], provider: { sort: 'price' } });
    const result = await generateText({ model: chosen, prompt: 'Hello there', maxRetries: 0 });
    expect(result.text).toBe('You said: "Hello there".');
    const sent = house.sluice.simulator.requests.at(-1)?.body ?? '';
    expect(sent).not.toContain('"models"');
    expect(sent).not.toContain('"provider"');
  });
});

test('@openrouter/ai-sdk-provider makes embeddings', async () => {
  const model = router().textEmbeddingModel('openai/simulated');
  const { embeddings } = await embedMany({ model, values: ['one', 'two'], maxRetries: 0 });
  expect(embeddings).toHaveLength(2);
});

test('@openrouter/ai-sdk-provider is told why a call failed', async () => {
  const refused = generateText({ model: router().chat('openai/sim.status-429--x'), prompt: 'Hi', maxRetries: 0 });
  await expect(refused).rejects.toMatchObject({ statusCode: 429 });
});

describe('openai with the members of OpenRouter', () => {
  const client = () => new OpenAI({ apiKey: masterKey, baseURL: `${house.sluice.url}/api/v1`, maxRetries: 0 });
  const said = { messages: [{ role: 'user' as const, content: 'Hello there' }] };

  test('another model answers, and its cost stands in the usage', async () => {
    const answer = await client().chat.completions.create({
      model: 'openai/sim.status-500--x',
      ...said,
      ...({ models: ['anthropic/simulated'], provider: { allow_fallbacks: true } } as object),
    });
    expect(answer).toMatchObject({ provider: 'Anthropic', model: 'anthropic/simulated' });
    expect(answer.usage).toMatchObject({ prompt_tokens: 7, is_byok: false });
  });

  test('a stream is read to its end', async () => {
    const chunks = [];
    const stream = await client().chat.completions.create({ model: 'openai/simulated', ...said, stream: true });
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('You said: "Hello there".');
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(13);
  });

  test('models and one of them', async () => {
    const names: string[] = [];
    for await (const model of client().models.list()) names.push(model.id);
    expect(names).toContain('demo/echo');
    expect((await client().models.retrieve('openai/simulated')).id).toBe('openai/simulated');
  });

  test('a broken stream raises', async () => {
    const stream = await client().chat.completions.create({
      model: 'openai/sim.error-frames-2--x',
      ...said,
      stream: true,
    });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow('Overloaded');
  });
});
