import { describe, expect, test } from 'bun:test';
import { type Cohere, CohereClientV2, CohereError, CohereTimeoutError } from 'cohere-ai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { describeMatrix, startHouse } from './matrix.ts';
import { type Ask, className, type Heard, messageOf, type Said, type SdkClient, type Speaker } from './sdk-client.ts';
import { upstreams } from './upstreams.ts';

type Message = Cohere.ChatMessageV2;
type Assistant = Cohere.AssistantMessage;

const messagesOf = (said: Said<Assistant>): readonly Message[] => {
  if (said.by === 'model') return [{ role: 'assistant', ...said.raw }];
  if (said.by === 'tools')
    return said.results.map(({ call, text }) => ({ role: 'tool', toolCallId: call.id, content: text }));
  const { text, picture } = said;
  if (picture === undefined) return [{ role: 'user', content: text }];
  const url = `data:${picture.mimeType};base64,${picture.base64}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'image_url', imageUrl: { url } },
      ],
    },
  ];
};

const requestOf = (ask: Ask<Assistant>): Cohere.V2ChatRequest => ({
  model: ask.model,
  messages: [
    ...(ask.system === undefined ? [] : [{ role: 'system', content: ask.system } as const]),
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
  ...(ask.think === true ? { thinking: { type: 'enabled', tokenBudget: 8192 } } : {}),
  ...(ask.schema === undefined
    ? {}
    : { responseFormat: { type: 'json_object', jsonSchema: ask.schema as Record<string, unknown> } }),
  ...(ask.maxTokens === undefined ? {} : { maxTokens: ask.maxTokens }),
});

const heardOf = (
  message: Assistant,
  last: { readonly finishReason?: string | undefined; readonly usage?: Cohere.Usage | undefined },
): Heard<Assistant> => {
  const parts = typeof message.content === 'string' ? [] : (message.content ?? []);
  return {
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'thinking' ? part.thinking : '')).join(''),
    calls: (message.toolCalls ?? []).map((call) => ({
      id: call.id,
      name: call.function?.name ?? '',
      arguments: JSON.parse(call.function?.arguments ?? ''),
    })),
    finish: last.finishReason ?? 'none',
    usage: {
      input: last.usage?.tokens?.inputTokens,
      output: last.usage?.tokens?.outputTokens,
      cacheRead: last.usage?.cachedTokens,
    },
    raw: message,
  };
};

/** Gathers a stream's events as this client's users do: parts by their index, calls by theirs. */
class Gathered {
  readonly #parts: { type: 'text' | 'thinking'; words: string }[] = [];
  readonly #calls: { id: string; name: string; words: string }[] = [];

  add(event: Cohere.V2ChatStreamResponse): string {
    switch (event.type) {
      case 'content-start': {
        const type = event.delta?.message?.content?.type ?? 'text';
        this.#parts[event.index ?? 0] = { type, words: '' };
        return '';
      }
      case 'content-delta': {
        const { text, thinking } = event.delta?.message?.content ?? {};
        const part = this.#parts[event.index ?? 0];
        if (part === undefined) throw new Error('Words of a part that did not begin.');
        part.words += text ?? thinking ?? '';
        return part.type === 'text' ? (text ?? '') : '';
      }
      case 'tool-call-start': {
        const call = event.delta?.message?.toolCalls;
        if (call?.id === undefined || call.function?.name === undefined)
          throw new Error('A call that begins without id or name.');
        this.#calls[event.index ?? 0] = {
          id: call.id,
          name: call.function.name,
          words: call.function.arguments ?? '',
        };
        return '';
      }
      case 'tool-call-delta': {
        const call = this.#calls[event.index ?? 0];
        if (call === undefined) throw new Error('Arguments of a call that did not begin.');
        call.words += event.delta?.message?.toolCalls?.function?.arguments ?? '';
        return '';
      }
      default:
        return '';
    }
  }

  message(): Assistant {
    return {
      content: this.#parts.map(({ type, words }) =>
        type === 'text' ? { type, text: words } : { type, thinking: words },
      ),
      ...(this.#calls.length === 0
        ? {}
        : {
            toolCalls: this.#calls.map(({ id, name, words }) => ({
              id,
              type: 'function' as const,
              function: { name, arguments: words },
            })),
          }),
    };
  }
}

const speakerOf = (client: CohereClientV2): Speaker<Assistant> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const options = signal === undefined ? {} : { abortSignal: signal };
    if (!stream) {
      const { message, finishReason, usage } = await client.chat(requestOf(ask), options);
      const { content, toolCalls, toolPlan } = message;
      return heardOf(
        {
          ...(content === undefined ? {} : { content }),
          ...(toolCalls === undefined ? {} : { toolCalls }),
          ...(toolPlan === undefined ? {} : { toolPlan }),
        },
        { finishReason, usage },
      );
    }
    const gathered = new Gathered();
    let last: Cohere.ChatMessageEndEventDelta | undefined;
    for await (const event of await client.chatStream(requestOf(ask), options)) {
      if (event.type === 'message-end') last = event.delta;
      const piece = gathered.add(event);
      if (piece !== '') onPiece?.(piece);
    }
    if (last?.error !== undefined) throw new CohereError({ message: last.error });
    if (last === undefined) throw new CohereError({ message: 'The stream ended in the middle.' });
    return heardOf(gathered.message(), last);
  },
});

const clientOf = (url: string, token: string, maxRetries = 0): CohereClientV2 =>
  new CohereClientV2({ environment: url, token, maxRetries });

const cohere: SdkClient<Assistant> = {
  name: 'cohere-ai: chat',
  door: 'cohere',
  connect: ({ url, key, retries }) => speakerOf(clientOf(url, key, retries)),
  lacks: ['forced calls'],
  finish: { stop: 'COMPLETE', length: 'MAX_TOKENS', calls: 'TOOL_CALL' },
  failures: {
    'bad-request': 'BadRequestError',
    'wrong-key': 'UnauthorizedError',
    'unknown-model': 'NotFoundError',
    'rate-limit': 'TooManyRequestsError',
    server: 'InternalServerError',
    overloaded: 'ServiceUnavailableError',
    'upstream-key': 'CohereError',
  },
  brokenStream: ['CohereError', 'Error', 'TypeError'],
  failure: (error) => ({
    kind: className(error),
    status: error instanceof CohereError && !(error instanceof CohereTimeoutError) ? error.statusCode : undefined,
    message: messageOf(error),
  }),
  thoughts: { seen: true, sealed: false, bare: true, callSeals: false },
  counts: { cacheRead: true, cacheWrite: false, reasoning: false },
};

const house = startHouse();

describeMatrix(cohere, house);

const client = () => clientOf(house.sluice.url, masterKey);

describe.each(upstreams)('cohere-ai behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('documents reach the model', async () => {
    const { message } = await client().chat({
      model,
      messages: [{ role: 'user', content: 'Who made Ruby?' }],
      documents: [{ id: 'facts', data: { title: 'facts.txt', text: 'Ruby was made by Matz.' } }, 'Matz is from Japan.'],
    });
    expect(message.content?.[0]).toMatchObject({ type: 'text' });
    const parts = house.sluice.simulator.requests[0]?.request?.turns.flatMap((turn) => turn.parts) ?? [];
    const words = JSON.stringify(parts);
    expect(words).toContain('Ruby was made by Matz.');
    expect(words).toContain('Matz is from Japan.');
  });

  test('a tool is called when one must be', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string', enum: ['Linz'] } }, required: ['city'] };
    const { message, finishReason } = await client().chat({
      model,
      messages: [{ role: 'user', content: 'Weather?' }],
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
      toolChoice: 'REQUIRED',
    });
    expect(finishReason).toBe('TOOL_CALL');
    expect(message.toolCalls?.map((call) => call.function)).toEqual([
      { name: 'weather', arguments: '{"city":"Linz"}' },
    ]);
    expect(house.sluice.simulator.requests[0]?.request?.toolChoice?.mode).toBe('required');
  });
});

test('cohere-ai: a web page that an answer cites is a source, whole and streamed', async () => {
  const citation = { url: 'https://example.org', title: 'Example', citedText: 'Matz', start: 0, end: 4 };
  const part = { kind: 'text' as const, pieces: ['Matz', ' made it.'], citations: [citation] };
  const answer = { choices: [{ parts: [part], finish: 'stop' as const }], usage: { inputTokens: 3, outputTokens: 4 } };
  house.sluice.simulator.script({ answer }, { answer });
  const asked = { model: 'anthropic/simulated', messages: [{ role: 'user', content: 'Who?' } as const] };
  const { message } = await client().chat(asked);
  const [whole] = message.citations ?? [];
  expect(whole?.sources).toMatchObject([{ type: 'document', document: { url: 'https://example.org' } }]);
  const streamed: (Cohere.Citation | undefined)[] = [];
  for await (const event of await client().chatStream(asked))
    if (event.type === 'citation-start') streamed.push(event.delta?.message?.citations);
  expect(streamed).toEqual([whole]);
});

test.each(['cohere', 'openai', 'voyage', 'jina', 'gemini'])('cohere-ai: vectors of %s', async (provider) => {
  const { embeddings, texts, meta } = await client().embed({
    model: `${provider}/simulated`,
    texts: ['a', 'b'],
    inputType: 'search_query',
    embeddingTypes: ['float'],
    outputDimension: 4,
  });
  expect(embeddings.float?.map((vector) => vector.length)).toEqual([4, 4]);
  expect(texts).toEqual(['a', 'b']);
  if (provider !== 'gemini') expect(meta?.billedUnits?.inputTokens).toBe(2);
  const [call] = house.sluice.simulator.requests;
  expect(call?.embedding?.rest).toEqual({});
  expect(call?.embedding?.task?.toLowerCase()).toMatch(/query|^undefined$/);
});

test.each(['cohere', 'voyage', 'jina'])(
  'cohere-ai: documents in the order of their relevance, by %s',
  async (provider) => {
    const { id, results } = await client().rerank({
      model: `${provider}/simulated`,
      query: 'giant panda',
      documents: ['a stone', 'the giant panda', 'a panda'],
      topN: 2,
    });
    expect(id).not.toBe('');
    expect(results).toEqual([
      { index: 1, relevanceScore: 1 },
      { index: 2, relevanceScore: 0.5 },
    ]);
    expect(house.sluice.simulator.requests[0]?.rerank).toMatchObject({ query: 'giant panda', topN: 2, rest: {} });
  },
);

test('cohere-ai: who cannot rerank or moderate is refused with a reason', async () => {
  const asked = { query: 'a', documents: ['b'] };
  // The client's promises are not quite promises.
  const refused = (call: PromiseLike<unknown>) => expect(Promise.resolve(call)).rejects;
  await refused(client().rerank({ model: 'anthropic/simulated', ...asked })).toThrow('does not offer reranking');
  await refused(client().rerank({ model: 'cohere/simulated', query: 'a', documents: [] })).toThrow(
    'documents: is empty',
  );
});
