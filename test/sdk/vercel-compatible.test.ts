import { describe, expect, test } from 'bun:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, isStepCount, Output, streamText } from 'ai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { startHouse } from './matrix.ts';
import { upstreams } from './upstreams.ts';
import { readStream, thoughtOf, thoughtThenCall, weatherTool } from './vercel-client.ts';

const house = startHouse();

// The client warns on the console about models it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** As most of its users make it: without structured outputs and without usage in streams. */
const sluice = () => createOpenAICompatible({ name: 'sluice', baseURL: `${house.sluice.url}/v1`, apiKey: masterKey });

const lastRequest = () => house.sluice.simulator.requests.at(-1)?.request;

describe.each(upstreams)('ai: @ai-sdk/openai-compatible behind it $provider', ({ provider }) => {
  const model = () => sluice()(`${provider}/simulated`);

  test('a loop that thinks shows the thought before the call', async () => {
    const { asked, tools } = weatherTool();
    const result = streamText({
      model: model(),
      tools,
      prompt: 'Please call look_up.',
      stopWhen: isStepCount(3),
      maxRetries: 0,
      maxOutputTokens: 12_000,
      providerOptions: { sluice: { reasoningEffort: 'medium' } },
    });
    expect(await readStream(result.stream)).toEqual({ order: thoughtThenCall, errors: [], steps: 2 });
    expect(asked).toEqual([{ city: 'Oslo' }]);
    expect(await result.text).toBe('The tool answered: "Sunny".');
    const [first] = await result.steps;
    expect(first?.reasoningText).toBe(thoughtOf(3));
  });

  test('JSON without a schema is asked for where the provider has it, else a warning names it', async () => {
    const asked = { model: model(), maxRetries: 0, prompt: 'Who?' };
    if (provider === 'anthropic') {
      const { response } = await generateText({ ...asked, output: Output.text(), providerOptions: jsonMode });
      expect(response.headers?.['x-sluice-warnings']).toContain('dropped response_format');
      expect(lastRequest()?.output).toBeUndefined();
      return;
    }
    const { output } = await generateText({ ...asked, output: Output.json() });
    expect(output).toEqual({ answer: 'You said: "Who?".' });
    expect(lastRequest()?.output).toEqual({ kind: 'json' });
  });
});

/** Members the client does not know go into the body as they are. */
const jsonMode = { sluice: { response_format: { type: 'json_object' } } };

test.each(['openai', 'gemini'])('ai: @ai-sdk/openai-compatible embeds behind it %s', async (provider) => {
  const { embeddings } = await embedMany({
    model: sluice().embeddingModel(`${provider}/simulated-embedding`),
    values: ['one', 'two'],
    maxRetries: 0,
  });
  expect(embeddings.map((vector) => vector.length)).toEqual([256, 256]);
});
