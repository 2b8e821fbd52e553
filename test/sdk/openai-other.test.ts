import { describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { startHouse } from './matrix.ts';
import { upstreams } from './upstreams.ts';

const house = startHouse();

const openai = () => new OpenAI({ baseURL: `${house.sluice.url}/v1`, apiKey: masterKey, maxRetries: 0 });

const rounded = (vector: readonly number[] | undefined): readonly number[] =>
  (vector ?? []).map((value) => Math.round(value * 1e6) / 1e6);

describe.each(['openai', 'gemini'])('openai: embeddings behind it %s', (provider) => {
  const model = `${provider}/simulated-embedding`;

  test('vectors are the same by default (base64 on the wire) and as numbers', async () => {
    const input = ['one', 'two'];
    const packed = await openai().embeddings.create({ model, input, dimensions: 16 });
    const plain = await openai().embeddings.create({ model, input, dimensions: 16, encoding_format: 'float' });
    expect(packed.data.map((item) => item.index)).toEqual([0, 1]);
    expect(packed.data[0]?.embedding).toHaveLength(16);
    expect(packed.data.map((item) => rounded(item.embedding))).toEqual(
      plain.data.map((item) => rounded(item.embedding)),
    );
    expect(rounded(packed.data[0]?.embedding)).not.toEqual(rounded(packed.data[1]?.embedding));
    expect(house.sluice.simulator.requests).toHaveLength(2);
    expect(house.sluice.simulator.requests[0]?.embedding).toMatchObject({
      model: 'simulated-embedding',
      dimensions: 16,
    });
  });

  test('one text gets one vector', async () => {
    const { data } = await openai().embeddings.create({ model, input: 'alone' });
    expect(data).toHaveLength(1);
    expect(data[0]?.embedding).toHaveLength(256);
  });

  test('a failure is the class of its status', async () => {
    const faulty = `${provider}/sim.status-429--simulated-embedding`;
    const error = await openai()
      .embeddings.create({ model: faulty, input: 'x' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  });
});

test('openai: embeddings of a provider without any are refused with a reason', async () => {
  const error = await openai()
    .embeddings.create({ model: 'anthropic/simulated', input: 'x' })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(String(error)).toContain('embeddings');
});

describe.each(upstreams)('openai: completions behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('a prompt is answered', async () => {
    const completion = await openai().completions.create({ model, prompt: 'Once upon a time', max_tokens: 100 });
    expect(completion.object).toBe('text_completion');
    expect(completion.choices[0]).toMatchObject({ text: 'You said: "Once upon a time".', finish_reason: 'stop' });
    expect(completion.usage?.prompt_tokens).toBe(8);
  });

  test('a prompt is answered in pieces', async () => {
    const pieces: string[] = [];
    const stream = await openai().completions.create({
      model,
      prompt: 'Once upon a time',
      max_tokens: 5,
      stream: true,
    });
    let finish: string | null = null;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.text ?? '');
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect(pieces.join('')).toBe('You said: "Once upon');
    expect(pieces.length).toBeGreaterThan(2);
    expect(finish).toBe('length');
  });
});

describe('openai: models', () => {
  test('the list names every provider that is ready', async () => {
    const ids: string[] = [];
    for await (const model of openai().models.list()) ids.push(model.id);
    expect(ids).toContain('openai/gpt-5');
    expect(ids).toContain('anthropic/claude-sonnet-4-5');
    expect(ids).toContain('gemini/gemini-2.5-pro');
  });

  test('one model can be asked for by name', async () => {
    expect(await openai().models.retrieve('openai/gpt-5')).toMatchObject({ id: 'openai/gpt-5', object: 'model' });
    const error = await openai()
      .models.retrieve('nowhere/simulated')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
  });
});
