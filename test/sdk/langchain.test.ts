import { describe, expect, test } from 'bun:test';
import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { describeMatrix, startHouse } from './matrix.ts';
import {
  type Ask,
  allThoughts,
  type Connection,
  className,
  type Heard,
  messageOf,
  noThoughts,
  type Said,
  type SdkClient,
  type Speaker,
  statusOf,
} from './sdk-client.ts';
import { upstreams } from './upstreams.ts';

const messagesOf = (said: Said<AIMessage>): readonly BaseMessage[] => {
  if (said.by === 'model') return [said.raw];
  if (said.by === 'tools')
    return said.results.map(
      ({ call, text }) => new ToolMessage({ tool_call_id: call.id, name: call.name, content: text }),
    );
  const { text, picture } = said;
  if (picture === undefined) return [new HumanMessage(text)];
  const url = `data:${picture.mimeType};base64,${picture.base64}`;
  return [
    new HumanMessage({
      content: [
        { type: 'text', text },
        { type: 'image_url', image_url: { url } },
      ],
    }),
  ];
};

const heardOf = (message: AIMessage | AIMessageChunk): Heard<AIMessage> => {
  const usage = message.usage_metadata as UsageMetadata | undefined;
  const metadata = message.response_metadata;
  const reasons: unknown = metadata['finish_reason'] ?? metadata['status'];
  return {
    text: message.text,
    reasoning: message.contentBlocks.flatMap((block) => (block.type === 'reasoning' ? [block.reasoning] : [])).join(''),
    calls: (message.tool_calls ?? []).map(({ id, name, args }) => ({ id: id ?? '', name, arguments: args })),
    finish: String(reasons),
    usage: {
      input: usage?.input_tokens,
      output: usage?.output_tokens,
      cacheRead: usage?.input_token_details?.cache_read,
      reasoning: usage?.output_token_details?.reasoning,
    },
    raw: message,
  };
};

/** The client passes over `response.failed`; its user can only see that no finish came. */
class UnfinishedAnswer extends Error {}

type Api = 'chat' | 'responses';

const thinkingWish: Readonly<Record<Api, Record<string, unknown>>> = {
  chat: { reasoning_effort: 'medium' },
  responses: { reasoning: { effort: 'medium', summary: 'auto' }, include: ['reasoning.encrypted_content'] },
};

const modelOf = (api: Api, to: Connection, ask: Ask<AIMessage>): ChatOpenAI =>
  new ChatOpenAI({
    model: ask.model,
    apiKey: to.key,
    maxRetries: to.retries,
    streamUsage: true,
    useResponsesApi: api === 'responses',
    configuration: { baseURL: `${to.url}/v1` },
    ...(ask.maxTokens === undefined ? {} : { maxTokens: ask.maxTokens }),
    ...(api === 'responses' ? { zdrEnabled: true } : {}),
    // By its own options it asks only models whose names it knows to think.
    ...(ask.think === true ? { modelKwargs: thinkingWish[api] } : {}),
  });

const callOptions = (ask: Ask<AIMessage>) => ({
  ...(ask.tools === undefined
    ? {}
    : {
        tools: ask.tools.map(({ name, description, schema }) => ({
          type: 'function' as const,
          function: { name, description, parameters: schema as Record<string, unknown> },
        })),
      }),
  ...(ask.mustCall === undefined ? {} : { tool_choice: ask.mustCall }),
  ...(ask.schema === undefined
    ? {}
    : {
        response_format: {
          type: 'json_schema' as const,
          json_schema: { name: 'answer', schema: ask.schema as Record<string, unknown>, strict: true },
        },
      }),
});

const speakerOf = (api: Api, to: Connection): Speaker<AIMessage> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const messages = [
      ...(ask.system === undefined ? [] : [new SystemMessage(ask.system)]),
      ...ask.said.flatMap(messagesOf),
    ];
    const options = { ...callOptions(ask), ...(signal === undefined ? {} : { signal }) };
    const model = modelOf(api, to, ask);
    if (!stream) return heardOf(await model.invoke(messages, options));
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await model.stream(messages, options)) {
      if (chunk.text !== '') onPiece?.(chunk.text);
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    if (whole === undefined) throw new Error('A stream without chunks.');
    const heard = heardOf(whole);
    if (heard.finish === 'undefined') throw new UnfinishedAnswer('The answer has no finish.');
    return heard;
  },
});

const clientOf = (api: Api): SdkClient<AIMessage> => ({
  name: `@langchain/openai: ${api}`,
  door: api === 'chat' ? 'openai-chat' : 'openai-responses',
  connect: (to) => speakerOf(api, to),
  finish:
    api === 'chat'
      ? { stop: 'stop', length: 'length', calls: 'tool_calls' }
      : { stop: 'completed', length: 'incomplete', calls: 'completed' },
  failures: {
    'bad-request': 'BadRequestError',
    'wrong-key': 'AuthenticationError',
    'unknown-model': 'NotFoundError',
    'rate-limit': 'RateLimitError',
    server: 'InternalServerError',
    overloaded: 'InternalServerError',
    'upstream-key': 'InternalServerError',
  },
  brokenStream: ['APIError', 'UnfinishedAnswer'],
  failure: (error) => ({ kind: className(error), status: statusOf(error), message: messageOf(error) }),
  thoughts: api === 'chat' ? noThoughts : allThoughts,
  counts: { cacheRead: true, cacheWrite: false, reasoning: true },
});

const house = startHouse();

describeMatrix(clientOf('chat'), house);
describeMatrix(clientOf('responses'), house);

describe.each(['chat', 'responses'] as const)('@langchain/openai: %s', (api) => {
  describe.each(upstreams)('behind it $provider', ({ provider }) => {
    const model = () =>
      modelOf(api, { url: house.sluice.url, key: masterKey, retries: 0 }, { model: `${provider}/simulated`, said: [] });

    test('bound tools are called', async () => {
      const schema = { type: 'object', properties: { city: { type: 'string', enum: ['Oslo'] } }, required: ['city'] };
      const bound = model().bindTools([{ name: 'get_weather', description: 'Says the weather.', schema }]);
      const message = await bound.invoke('Please call get_weather.');
      expect(message.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: 'Oslo' } }]);
    });

    test.each(['jsonSchema', 'functionCalling'] as const)('structured output by %s is an object', async (method) => {
      const schema = {
        title: 'person',
        type: 'object',
        properties: { name: { type: 'string', enum: ['Ada'] } },
        required: ['name'],
        additionalProperties: false,
      };
      expect(await model().withStructuredOutput(schema, { method }).invoke('Who?')).toEqual({ name: 'Ada' });
    });
  });
});

test.each(['openai', 'gemini'])('@langchain/openai: embeddings behind it %s', async (provider) => {
  const embeddings = new OpenAIEmbeddings({
    model: `${provider}/simulated-embedding`,
    apiKey: masterKey,
    maxRetries: 0,
    configuration: { baseURL: `${house.sluice.url}/v1` },
  });
  const vectors = await embeddings.embedDocuments(['one', 'two']);
  expect(vectors.map((vector) => vector.length)).toEqual([256, 256]);
});
