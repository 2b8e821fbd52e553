import { describe, expect, test } from 'bun:test';
import OpenAI, { AzureOpenAI } from 'openai';
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

type Message = OpenAI.ChatCompletionMessageParam;
type Params = OpenAI.ChatCompletionCreateParams;
type Details = readonly Readonly<Record<string, unknown>>[];

/** What OpenAI's own types leave out and users of reasoning models read all the same. */
interface Reasoned {
  readonly reasoning_content?: string | null;
  readonly reasoning_details?: Details;
}

const messagesOf = (said: Said<Message>): readonly Message[] => {
  if (said.by === 'model') return [said.raw];
  if (said.by === 'tools')
    return said.results.map(({ call, text }) => ({ role: 'tool', tool_call_id: call.id, content: text }));
  const { text, picture } = said;
  if (picture === undefined) return [{ role: 'user', content: text }];
  const url = `data:${picture.mimeType};base64,${picture.base64}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ];
};

const paramsOf = (ask: Ask<Message>): Omit<Params, 'stream'> => ({
  model: ask.model,
  messages: [
    ...(ask.system === undefined ? [] : [{ role: 'system' as const, content: ask.system }]),
    ...ask.said.flatMap(messagesOf),
  ],
  ...(ask.tools === undefined
    ? {}
    : {
        tools: ask.tools.map(({ name, description, schema }) => ({
          type: 'function' as const,
          function: { name, description, parameters: schema as Record<string, unknown> },
        })),
      }),
  ...(ask.mustCall === undefined ? {} : { tool_choice: { type: 'function', function: { name: ask.mustCall } } }),
  ...(ask.think === true ? { reasoning_effort: 'medium' } : {}),
  ...(ask.schema === undefined
    ? {}
    : {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', schema: ask.schema as Record<string, unknown>, strict: true },
        },
      }),
  ...(ask.maxTokens === undefined ? {} : { max_completion_tokens: ask.maxTokens }),
});

const heardOf = (completion: OpenAI.ChatCompletion): Heard<Message> => {
  const choice = completion.choices[0];
  if (choice === undefined) throw new Error('An answer without choices.');
  const message = choice.message as OpenAI.ChatCompletionMessage & Reasoned;
  const { usage } = completion;
  return {
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).map((call) => {
      if (call.type !== 'function') throw new Error(`A call of type ${call.type}.`);
      return { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown };
    }),
    finish: choice.finish_reason,
    usage: {
      input: usage?.prompt_tokens,
      output: usage?.completion_tokens,
      cacheRead: usage?.prompt_tokens_details?.cached_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    raw: message,
  };
};

type Draft = Record<string, unknown>;

/** Folds chunks the way users of reasoning models do: words are joined, details by their index, calls by theirs. */
class ChunkFold {
  readonly #message: { content: string; reasoning_content: string } = { content: '', reasoning_content: '' };
  readonly #calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = [];
  readonly #details: Draft[] = [];
  #finish: OpenAI.ChatCompletion.Choice['finish_reason'] | undefined;
  #last: OpenAI.ChatCompletionChunk | undefined;
  #usage: OpenAI.CompletionUsage | undefined;

  /** Gives the text of the chunk. */
  add(chunk: OpenAI.ChatCompletionChunk): string {
    this.#last = chunk;
    if (chunk.usage !== undefined && chunk.usage !== null) {
      if (this.#usage !== undefined) throw new Error('Usage came twice.');
      this.#usage = chunk.usage;
    }
    const choice = chunk.choices[0];
    if (choice === undefined) return '';
    if (choice.finish_reason !== null) this.#finish = choice.finish_reason;
    const delta = choice.delta as OpenAI.ChatCompletionChunk.Choice.Delta & Reasoned;
    this.#message.reasoning_content += delta.reasoning_content ?? '';
    this.#message.content += delta.content ?? '';
    for (const detail of delta.reasoning_details ?? []) this.#addDetail(detail);
    for (const call of delta.tool_calls ?? []) this.#addCall(call);
    return delta.content ?? '';
  }

  #addDetail(detail: Draft): void {
    const index = Number(detail['index'] ?? this.#details.length);
    const known = this.#details[index];
    if (known === undefined) {
      this.#details[index] = { ...detail };
      return;
    }
    for (const [name, value] of Object.entries(detail)) {
      const joined = (name === 'text' || name === 'summary') && typeof known[name] === 'string';
      known[name] = joined ? `${String(known[name])}${String(value)}` : value;
    }
  }

  #addCall(call: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall): void {
    const { index, id, type, function: called, ...rest } = call;
    const known = this.#calls[index];
    if (known === undefined) {
      if (id === undefined || type !== 'function' || called?.name === undefined)
        throw new Error('A call that begins without id, type or name.');
      const given = called.arguments ?? '';
      this.#calls[index] = { id, type, function: { name: called.name, arguments: given }, ...rest };
      return;
    }
    Object.assign(known, rest);
    known.function.arguments += called?.arguments ?? '';
  }

  whole(): OpenAI.ChatCompletion {
    if (this.#last === undefined || this.#finish === undefined) throw new Error('A stream without an end.');
    const { id, created, model } = this.#last;
    const { content, reasoning_content } = this.#message;
    const message = {
      role: 'assistant' as const,
      content: content === '' ? null : content,
      refusal: null,
      ...(reasoning_content === '' ? {} : { reasoning_content }),
      ...(this.#details.length === 0 ? {} : { reasoning_details: this.#details }),
      ...(this.#calls.length === 0 ? {} : { tool_calls: this.#calls }),
    };
    return {
      id,
      created,
      model,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: this.#finish, logprobs: null }],
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    };
  }
}

const speakerOf = (client: OpenAI): Speaker<Message> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const params = paramsOf(ask);
    const options = signal === undefined ? {} : { signal };
    if (!stream) return heardOf(await client.chat.completions.create({ ...params, stream: false }, options));
    const fold = new ChunkFold();
    const asked = { ...params, stream: true as const, stream_options: { include_usage: true } };
    for await (const chunk of await client.chat.completions.create(asked, options)) {
      const piece = fold.add(chunk);
      if (piece !== '') onPiece?.(piece);
    }
    return heardOf(fold.whole());
  },
});

const openaiChat: SdkClient<Message> = {
  name: 'openai: chat.completions',
  door: 'openai-chat',
  connect: ({ url, key, retries }) => speakerOf(new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: retries })),
  finish: { stop: 'stop', length: 'length', calls: 'tool_calls' },
  failures: {
    'bad-request': 'BadRequestError',
    'wrong-key': 'AuthenticationError',
    'unknown-model': 'NotFoundError',
    'rate-limit': 'RateLimitError',
    server: 'InternalServerError',
    overloaded: 'InternalServerError',
    'upstream-key': 'InternalServerError',
  },
  brokenStream: ['APIError'],
  failure: (error) => ({ kind: className(error), status: statusOf(error), message: messageOf(error) }),
  thoughts: allThoughts,
  counts: { cacheRead: true, cacheWrite: false, reasoning: true },
};

const house = startHouse();

describeMatrix(openaiChat, house);

/** The deployment is the model of each call, in the path. */
const azure = (url: string, key: string, retries: number): AzureOpenAI =>
  new AzureOpenAI({ endpoint: url, apiKey: key, apiVersion: '2024-10-21', maxRetries: retries });

describeMatrix(
  {
    ...openaiChat,
    name: 'openai: AzureOpenAI',
    connect: ({ url, key, retries }) => speakerOf(azure(url, key, retries)),
  },
  house,
);

describe('openai: AzureOpenAI', () => {
  const client = () => azure(house.sluice.url, masterKey, 0);

  test('responses, embeddings, completions and the list of models', async () => {
    const response = await client().responses.create({ model: 'openai/simulated', input: 'Hello.' });
    expect(response.output_text).toBe('You said: "Hello.".');
    const vectors = await client().embeddings.create({ model: 'openai/simulated-embedding', input: ['a', 'b'] });
    expect(vectors.data).toHaveLength(2);
    const completion = await client().completions.create({ model: 'openai/simulated', prompt: 'Hello.' });
    expect(completion.choices[0]?.text).toContain('Hello.');
    const models: string[] = [];
    for await (const model of client().models.list()) models.push(model.id);
    expect(models).toContain('openai/gpt-5');
  });

  test('a deployment of the client’s own takes the place of the model', async () => {
    const fixed = new AzureOpenAI({
      endpoint: house.sluice.url,
      deployment: 'anthropic/simulated',
      apiKey: masterKey,
      apiVersion: '2024-10-21',
    });
    const completion = await fixed.chat.completions.create({
      model: 'anything',
      messages: [{ role: 'user', content: 'Hello.' }],
    });
    expect(completion.choices[0]?.message.content).toBe('You said: "Hello.".');
    expect(house.sluice.simulator.requests[0]?.request?.model).toBe('simulated');
  });

  test('an Entra token may carry the key', async () => {
    const tokens = new AzureOpenAI({
      endpoint: house.sluice.url,
      azureADTokenProvider: () => Promise.resolve(masterKey),
      apiVersion: '2024-10-21',
    });
    const response = await tokens.responses.create({ model: 'openai/simulated', input: 'Hello.' });
    expect(response.output_text).toBe('You said: "Hello.".');
  });

  test('the newer address under /openai/v1', async () => {
    const newer = new OpenAI({ baseURL: `${house.sluice.url}/openai/v1/`, apiKey: masterKey });
    const response = await newer.responses.create({ model: 'openai/simulated', input: 'Hello.' });
    expect(response.output_text).toBe('You said: "Hello.".');
  });
});

const openai = () => new OpenAI({ baseURL: `${house.sluice.url}/v1`, apiKey: masterKey, maxRetries: 0 });

describe.each(upstreams)('openai: chat.completions.stream behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('the helper tells content, then the whole completion', async () => {
    const stream = openai().chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'Tell me three things, one by one.' }],
      stream_options: { include_usage: true },
    });
    const snapshots: string[] = [];
    stream.on('content', (_delta, snapshot) => snapshots.push(snapshot));
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('You said: "Tell me three things, one by one.".');
    expect(snapshots.length).toBeGreaterThan(3);
    expect(snapshots.at(-1)).toBe(completion.choices[0]?.message.content ?? 'none');
    expect((await stream.totalUsage()).total_tokens).toBe(completion.usage?.total_tokens ?? -1);
  });

  test.each([false, true])(
    'the tool runner calls a function and goes on with its result (stream: %p)',
    async (stream) => {
      const asked: unknown[] = [];
      const lookUp = (given: string) => {
        asked.push(JSON.parse(given));
        return 'Sunny';
      };
      const tool = {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          description: 'Says the weather.',
          parameters: { type: 'object', properties: { city: { type: 'string', enum: ['Oslo'] } }, required: ['city'] },
          function: lookUp,
        },
      };
      const messages = [{ role: 'user' as const, content: 'Please call get_weather.' }];
      const { completions } = openai().chat;
      const said = stream
        ? await completions.runTools({ model, messages, tools: [tool], stream: true }).finalContent()
        : await completions.runTools({ model, messages, tools: [tool] }).finalContent();
      expect(asked).toEqual([{ city: 'Oslo' }]);
      expect(said).toBe('The tool answered: "Sunny".');
    },
  );

  test('a parsed completion has the object of its schema', async () => {
    const completion = await openai().chat.completions.parse({
      model,
      messages: [{ role: 'user', content: 'Who?' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          strict: true,
          schema: {
            type: 'object',
            properties: { ok: { type: 'boolean' } },
            required: ['ok'],
            additionalProperties: false,
          },
        },
      },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({ ok: true });
  });

  test('a stream has no usage unless it is asked for', async () => {
    const stream = await openai().chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    });
    for await (const chunk of stream) {
      expect(chunk.choices).toHaveLength(1);
      expect(chunk.usage ?? null).toBeNull();
    }
  });
});

describe('openai: what not every provider can do', () => {
  const ask = (provider: string, wish: { n?: number; logprobs?: boolean }) =>
    openai()
      .chat.completions.create({
        model: `${provider}/simulated`,
        messages: [{ role: 'user', content: 'Hello there.' }],
        ...wish,
      })
      .withResponse();

  test.each(['openai', 'gemini', 'chat-only'])('log probabilities and alternatives come from %s', async (provider) => {
    const { data } = await ask(provider, { n: 2, logprobs: true });
    expect(data.choices.map((choice) => choice.message.content)).toEqual([
      'You said: "Hello there.".',
      'You said: "Hello there.". (alternative 2)',
    ]);
    const tokens = data.choices[0]?.logprobs?.content ?? [];
    expect(tokens.map((token) => token.token).join('')).toBe('You said: "Hello there.".');
  });

  test('where log probabilities are lost a warning names them', async () => {
    const { data, response } = await ask('anthropic', { logprobs: true });
    expect(data.choices[0]?.logprobs ?? null).toBeNull();
    expect(response.headers.get('x-sluice-warnings')).toContain('dropped logprobs');
  });

  test('alternatives that cannot be had are refused by name', async () => {
    const error = await ask('anthropic', { n: 2 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'n', code: 'unsupported_by_target' });
  });
});
