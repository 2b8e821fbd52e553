import { describe, expect, test } from 'bun:test';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, isStepCount, streamText } from 'ai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { startHouse } from './matrix.ts';
import { upstreams } from './upstreams.ts';
import { readStream, thoughtOf, thoughtThenCall, weatherTool } from './vercel-client.ts';

const house = startHouse();

// The client warns on the console about models it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const openai = () => createOpenAI({ baseURL: `${house.sluice.url}/v1`, apiKey: masterKey });

const lastTurns = () => house.sluice.simulator.requests.at(-1)?.request?.turns ?? [];

const thinking = { reasoningEffort: 'medium', reasoningSummary: 'auto', forceReasoning: true } as const;

const think = (provider: string, tools: ReturnType<typeof weatherTool>['tools'], store: { store?: boolean }) =>
  streamText({
    model: openai()(`${provider}/simulated`),
    tools,
    prompt: 'Please call look_up.',
    stopWhen: isStepCount(3),
    maxRetries: 0,
    maxOutputTokens: 12_000,
    providerOptions: { openai: { ...thinking, ...store } },
    onError: () => undefined,
  });

describe.each(upstreams)('ai: @ai-sdk/openai behind it $provider', ({ provider }) => {
  test('a loop that thinks shows the thought before the call, and each step has its own', async () => {
    const { asked, tools } = weatherTool();
    const result = think(provider, tools, { store: false });
    expect(await readStream(result.stream)).toEqual({ order: thoughtThenCall, errors: [], steps: 2 });
    expect(asked).toEqual([{ city: 'Oslo' }]);
    expect(await result.text).toBe('The tool answered: "Sunny".');
    const [first] = await result.steps;
    expect(first?.reasoningText).toBe(thoughtOf(3));
    expect(lastTurns().map((turn) => turn.role)).toEqual(['user', 'assistant', 'user']);
  });

  test('by default the client names thoughts it believes are stored, and is told to send them', async () => {
    const result = think(provider, weatherTool().tools, {});
    const { errors } = await readStream(result.stream);
    // A program keeps track of who made what, and follows it where the provider speaks the format that can be asked.
    if (testsProgram && provider === 'openai') {
      expect(errors).toEqual([]);
      return;
    }
    expect(errors).toHaveLength(1);
    const [error] = errors;
    if (!APICallError.isInstance(error)) throw new Error('The client gave no error of a call.');
    expect(error.statusCode).toBe(testsProgram ? 404 : 400);
    expect(error.isRetryable).toBeFalse();
    expect(error.message).toStartWith(
      testsProgram ? "Item with id '" : 'item_reference names something the provider holds',
    );
    expect(house.sluice.simulator.requests).toHaveLength(1);
  });

  test.each(['responses', 'chat'] as const)('%s: a picture by its address is not fetched on the way', async (api) => {
    const url = 'https://pictures.invalid/red.png';
    const { text } = await generateText({
      model: openai()[api](`${provider}/simulated`),
      maxRetries: 0,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', data: new URL(url), mediaType: 'image/png' },
          ],
        },
      ],
    });
    expect(text).toStartWith('You said: "What is this?". I see an image (');
    expect(lastTurns()[0]?.parts.filter((part) => part.kind === 'image')).toMatchObject([
      { source: { kind: 'url', url } },
    ]);
  });
});
