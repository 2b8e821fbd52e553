import { describe, expect, test } from 'bun:test';
import {
  type Content,
  FunctionCallingConfigMode,
  type GenerateContentParameters,
  type GenerateContentResponse,
  GoogleGenAI,
  type GoogleGenAIOptions,
  type Part,
} from '@google/genai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { describeMatrix, startHouse } from './matrix.ts';
import {
  type Ask,
  allThoughts,
  className,
  type Heard,
  messageOf,
  type Said,
  type SdkClient,
  type Speaker,
  statusOf,
} from './sdk-client.ts';
import { upstreams } from './upstreams.ts';

const contentOf = (said: Said<Content>): Content => {
  if (said.by === 'model') return said.raw;
  if (said.by === 'tools')
    return {
      role: 'user',
      parts: said.results.map(({ call, text }) => ({
        functionResponse: {
          ...(call.id.startsWith('#') ? {} : { id: call.id }),
          name: call.name,
          response: { output: text },
        },
      })),
    };
  const { text, picture } = said;
  const image = picture === undefined ? [] : [{ inlineData: { mimeType: picture.mimeType, data: picture.base64 } }];
  return { role: 'user', parts: [{ text }, ...image] };
};

const paramsOf = (ask: Ask<Content>, signal: AbortSignal | undefined): GenerateContentParameters => ({
  model: ask.model,
  contents: ask.said.map(contentOf),
  config: {
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...(ask.system === undefined ? {} : { systemInstruction: ask.system }),
    ...(ask.tools === undefined
      ? {}
      : {
          tools: [
            {
              functionDeclarations: ask.tools.map(({ name, description, schema }) => ({
                name,
                description,
                parametersJsonSchema: schema,
              })),
            },
          ],
        }),
    ...(ask.mustCall === undefined
      ? {}
      : {
          toolConfig: {
            functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [ask.mustCall] },
          },
        }),
    ...(ask.think === true ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } } : {}),
    ...(ask.schema === undefined ? {} : { responseMimeType: 'application/json', responseJsonSchema: ask.schema }),
    ...(ask.maxTokens === undefined ? {} : { maxOutputTokens: ask.maxTokens }),
  },
});

const partsOf = (response: GenerateContentResponse): readonly Part[] => response.candidates?.[0]?.content?.parts ?? [];

const heardOf = (parts: readonly Part[], last: GenerateContentResponse): Heard<Content> => {
  const { usageMetadata } = last;
  const spoken = parts.filter((part) => part.text !== undefined);
  const calls = parts.flatMap((part) => (part.functionCall === undefined ? [] : [part.functionCall]));
  return {
    text: spoken.flatMap((part) => (part.thought === true ? [] : [part.text ?? ''])).join(''),
    reasoning: spoken.flatMap((part) => (part.thought === true ? [part.text ?? ''] : [])).join(''),
    // Gemini itself gives no ids; its users answer calls by their name.
    calls: calls.map((call, index) => ({ id: call.id ?? `#${index}`, name: call.name ?? '', arguments: call.args })),
    finish: last.candidates?.[0]?.finishReason ?? 'none',
    usage: {
      input: usageMetadata?.promptTokenCount,
      output: (usageMetadata?.candidatesTokenCount ?? 0) + (usageMetadata?.thoughtsTokenCount ?? 0),
      cacheRead: usageMetadata?.cachedContentTokenCount,
      reasoning: usageMetadata?.thoughtsTokenCount,
    },
    raw: { role: 'model', parts: [...parts] },
  };
};

const speakerOf = (client: GoogleGenAI): Speaker<Content> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const params = paramsOf(ask, signal);
    if (!stream) {
      const response = await client.models.generateContent(params);
      return heardOf(partsOf(response), response);
    }
    const parts: Part[] = [];
    let last: GenerateContentResponse | undefined;
    for await (const chunk of await client.models.generateContentStream(params)) {
      last = chunk;
      for (const part of partsOf(chunk)) {
        parts.push(part);
        if (part.text !== undefined && part.text !== '' && part.thought !== true) onPiece?.(part.text);
      }
    }
    if (last === undefined) throw new Error('A stream without chunks.');
    return heardOf(parts, last);
  },
});

const google: SdkClient<Content> = {
  name: '@google/genai: models',
  door: 'gemini',
  connect: ({ url, key, retries }) =>
    speakerOf(
      new GoogleGenAI({
        apiKey: key,
        httpOptions: { baseUrl: url, retryOptions: { attempts: retries + 1, initialDelay: 0.01, maxDelay: 0.02 } },
      }),
    ),
  finish: { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP' },
  failures: {
    'bad-request': 'ApiError INVALID_ARGUMENT',
    'wrong-key': 'ApiError UNAUTHENTICATED',
    'unknown-model': 'ApiError NOT_FOUND',
    'rate-limit': 'ApiError RESOURCE_EXHAUSTED',
    server: 'ApiError INTERNAL',
    overloaded: 'ApiError UNAVAILABLE',
    'upstream-key': 'ApiError UNAVAILABLE',
  },
  brokenStream: ['ApiError UNAVAILABLE', 'ApiError INTERNAL'],
  failure: (error) => {
    const word = /"status":\s*"([A-Z_]+)"/.exec(messageOf(error))?.[1];
    return {
      kind: word === undefined ? className(error) : `${className(error)} ${word}`,
      status: statusOf(error),
      message: messageOf(error),
    };
  },
  thoughts: allThoughts,
  counts: { cacheRead: true, cacheWrite: false, reasoning: true },
};

const house = startHouse();

describeMatrix(google, house);

/** Vertex with a key ("express mode"): the same client, other paths. */
const express: SdkClient<Content> = {
  ...google,
  name: '@google/genai in vertexai mode: models',
  connect: ({ url, key, retries }) =>
    speakerOf(
      new GoogleGenAI({
        vertexai: true,
        apiKey: key,
        httpOptions: { baseUrl: url, retryOptions: { attempts: retries + 1, initialDelay: 0.01, maxDelay: 0.02 } },
      }),
    ),
};

describeMatrix(express, house);

test('@google/genai in vertexai mode: project and location stand in the path, a token carries the key', async () => {
  // What the client asks of its credentials, without Google's own way to get them.
  const authClient = {
    getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${masterKey}` })),
  } as unknown as NonNullable<GoogleGenAIOptions['googleAuthOptions']>['authClient'];
  const vertex = new GoogleGenAI({
    vertexai: true,
    project: 'blue',
    location: 'europe-west4',
    ...(authClient === undefined ? {} : { googleAuthOptions: { authClient } }),
    httpOptions: { baseUrl: house.sluice.url },
  });
  const model = 'anthropic/simulated';
  expect((await vertex.models.generateContent({ model, contents: 'Hello.' })).text).toBe('You said: "Hello.".');
  expect((await vertex.models.countTokens({ model, contents: 'Hello there.' })).totalTokens).toBe(7);
});

const client = () => new GoogleGenAI({ apiKey: masterKey, httpOptions: { baseUrl: house.sluice.url } });

describe.each(upstreams)('@google/genai behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('a chat keeps its history', async () => {
    const chat = client().chats.create({ model });
    expect((await chat.sendMessage({ message: 'One.' })).text).toBe('You said: "One.".');
    const pieces: string[] = [];
    for await (const chunk of await chat.sendMessageStream({ message: 'Two.' })) pieces.push(chunk.text ?? '');
    expect(pieces.join('')).toBe('You said: "Two.".');
    expect(house.sluice.simulator.requests.at(-1)?.request?.turns).toHaveLength(3);
  });

  test('sampling settings reach the provider', async () => {
    const response = await client().models.generateContent({
      model,
      contents: 'Once upon a time.',
      config: { temperature: 0.5, topP: 0.9 },
    });
    expect(response.text).toBe('You said: "Once upon a time.".');
    expect(house.sluice.simulator.requests[0]?.request).toMatchObject({ temperature: 0.5, topP: 0.9 });
  });
});

test.each(['anthropic', 'openai', 'gemini'])('@google/genai: countTokens behind it %s', async (provider) => {
  const counted = await client().models.countTokens({ model: `${provider}/simulated`, contents: 'Hello there.' });
  expect(counted.totalTokens).toBe(7);
});

test.each(['openai', 'gemini'])('@google/genai: embedContent behind it %s', async (provider) => {
  const model = `${provider}/simulated-embedding`;
  const one = await client().models.embedContent({ model, contents: 'one', config: { outputDimensionality: 16 } });
  expect(one.embeddings?.map((item) => item.values?.length)).toEqual([16]);
  const two = await client().models.embedContent({
    model,
    contents: ['one', 'two'],
    config: { outputDimensionality: 16 },
  });
  expect(two.embeddings).toHaveLength(2);
  expect(two.embeddings?.[0]?.values).toEqual(one.embeddings?.[0]?.values ?? []);
});

test('@google/genai: models.list is in its shape', async () => {
  const names: string[] = [];
  for await (const model of await client().models.list()) names.push(model.name ?? '');
  expect(names).toContain('models/gemini/gemini-2.5-pro');
  const paged: string[] = [];
  for await (const model of await client().models.list({ config: { pageSize: 5 } })) paged.push(model.name ?? '');
  expect(paged).toEqual(names);
});

test('@google/genai: what is not here is told in its own shape', async () => {
  const calls = [
    () => client().caches.create({ model: 'gemini/simulated', config: { contents: 'x' } }),
    () => client().files.list(),
    () => client().models.get({ model: 'gemini2/none' }),
  ];
  for (const call of calls) {
    const error = await call().then(
      () => undefined,
      (failure: unknown) => failure as { readonly status?: number; readonly message: string },
    );
    expect(error?.status).toBe(404);
    expect(JSON.parse(error?.message ?? '{}')).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
  }
});

test('@google/genai: a streamed chat goes on before a provider that refuses empty turns', async () => {
  const chat = client().chats.create({ model: 'cohere/simulated' });
  for (const message of ['one', 'two', 'three']) {
    let text = '';
    for await (const piece of await chat.sendMessageStream({ message })) text += piece.text ?? '';
    expect(text).toBe(`You said: "${message}".`);
  }
});
