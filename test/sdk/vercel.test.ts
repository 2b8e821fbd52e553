import { describe, expect, test } from 'bun:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  embedMany,
  generateObject,
  generateText,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  streamObject,
  streamText,
  type ToolSet,
  tool,
} from 'ai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { describeMatrix, startHouse } from './matrix.ts';
import {
  type Ask,
  allThoughts,
  type Call,
  className,
  type Failure,
  type Heard,
  messageOf,
  noThoughts,
  type Said,
  type SdkClient,
  type Speaker,
  type Tool,
} from './sdk-client.ts';
import { upstreams } from './upstreams.ts';

type Messages = readonly ModelMessage[];
type ModelOf = (to: { url: string; key: string }, model: string) => LanguageModel;
type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

const messagesOf = (said: Said<Messages>): Messages => {
  if (said.by === 'model') return said.raw;
  if (said.by === 'tools')
    return [
      {
        role: 'tool',
        content: said.results.map(({ call, text }) => ({
          type: 'tool-result' as const,
          toolCallId: call.id,
          toolName: call.name,
          output: { type: 'text' as const, value: text },
        })),
      },
    ];
  const { text, picture } = said;
  if (picture === undefined) return [{ role: 'user', content: text }];
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'file', data: picture.base64, mediaType: picture.mimeType },
      ],
    },
  ];
};

const toolSetOf = (tools: readonly Tool[]): ToolSet => {
  const set: ToolSet = {};
  for (const { name, description, schema } of tools)
    set[name] = tool({ description, inputSchema: jsonSchema<unknown>(schema) });
  return set;
};

const settingsOf = (ask: Ask<Messages>, kind: Kind) => ({
  messages: ask.said.flatMap(messagesOf),
  ...(ask.system === undefined ? {} : { instructions: ask.system }),
  ...(ask.tools === undefined
    ? {}
    : {
        tools: toolSetOf(ask.tools),
      }),
  ...(ask.mustCall === undefined ? {} : { toolChoice: { type: 'tool' as const, toolName: ask.mustCall } }),
  providerOptions: ask.think === true ? kind.thinking : kind.usual,
  ...(ask.schema === undefined ? {} : { output: Output.object({ schema: jsonSchema(ask.schema) }) }),
  ...(ask.maxTokens === undefined ? {} : { maxOutputTokens: ask.maxTokens }),
});

const usageOf = (usage: LanguageModelUsage): Heard<Messages>['usage'] => ({
  input: usage.inputTokens,
  output: usage.outputTokens,
  cacheRead: usage.inputTokenDetails.cacheReadTokens,
  cacheWrite: usage.inputTokenDetails.cacheWriteTokens,
  reasoning: usage.outputTokenDetails.reasoningTokens,
});

const callsOf = (calls: readonly { toolCallId: string; toolName: string; input: unknown }[]): readonly Call[] =>
  calls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, arguments: input }));

interface Kind {
  readonly name: string;
  readonly door: SdkClient<Messages>['door'];
  readonly modelOf: ModelOf;
  /** Options of every call, and of those that think. */
  readonly usual: ProviderOptions;
  readonly thinking: ProviderOptions;
  readonly thoughts: SdkClient<Messages>['thoughts'];
  readonly counts: SdkClient<Messages>['counts'];
}

const kinds: readonly Kind[] = [
  {
    name: '@ai-sdk/openai (responses)',
    door: 'openai-responses',
    modelOf: ({ url, key }, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key })(model),
    usual: { openai: { store: false } },
    thinking: {
      openai: {
        reasoningEffort: 'medium',
        reasoningSummary: 'auto',
        store: false,
        include: ['reasoning.encrypted_content'],
        forceReasoning: true,
      },
    },
    // It sends back only reasoning items that carry a seal.
    thoughts: { seen: true, sealed: true, bare: false, callSeals: true },
    counts: { cacheRead: true, cacheWrite: false, reasoning: true },
  },
  {
    name: '@ai-sdk/openai (chat)',
    door: 'openai-chat',
    modelOf: ({ url, key }, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat(model),
    usual: {},
    thinking: { openai: { reasoningEffort: 'medium', forceReasoning: true } },
    thoughts: noThoughts,
    counts: { cacheRead: true, cacheWrite: false, reasoning: true },
  },
  {
    name: '@ai-sdk/anthropic',
    door: 'anthropic-messages',
    modelOf: ({ url, key }, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model),
    usual: { anthropic: { structuredOutputMode: 'outputFormat' } },
    thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 8192 } } },
    thoughts: allThoughts,
    counts: { cacheRead: true, cacheWrite: true, reasoning: false },
  },
  {
    name: '@ai-sdk/openai-compatible',
    door: 'openai-chat',
    modelOf: ({ url, key }, model) =>
      createOpenAICompatible({
        name: 'sluice',
        baseURL: `${url}/v1`,
        apiKey: key,
        includeUsage: true,
        supportsStructuredOutputs: true,
      })(model),
    usual: {},
    thinking: { sluice: { reasoningEffort: 'medium' } },
    // It knows Gemini's place for the seal of a call, and thoughts as plain words.
    thoughts: { seen: true, sealed: false, bare: true, callSeals: true },
    counts: { cacheRead: true, cacheWrite: false, reasoning: true },
  },
];

const speakerOf = (kind: Kind, to: { url: string; key: string; retries: number }): Speaker<Messages> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const settings = {
      ...settingsOf(ask, kind),
      model: kind.modelOf(to, ask.model),
      maxRetries: to.retries,
      ...(signal === undefined ? {} : { abortSignal: signal }),
    };
    if (!stream) {
      const result = await generateText(settings);
      return {
        text: result.text,
        reasoning: result.finalStep.reasoningText ?? '',
        calls: callsOf(result.toolCalls),
        finish: result.finishReason,
        usage: usageOf(result.usage),
        raw: result.responseMessages,
      };
    }
    let failed: { readonly error: unknown } | undefined;
    const result = streamText({ ...settings, onError: () => undefined });
    for await (const part of result.stream) {
      if (part.type === 'text-delta') onPiece?.(part.text);
      if (part.type === 'abort') throw new Error('The stream was aborted.');
      if (part.type === 'error') failed ??= { error: part.error };
    }
    if (failed !== undefined) throw failed.error;
    const finalStep = await result.finalStep;
    return {
      text: await result.text,
      reasoning: finalStep.reasoningText ?? '',
      calls: callsOf(await result.toolCalls),
      finish: await result.finishReason,
      usage: usageOf(await result.usage),
      raw: await result.responseMessages,
    };
  },
});

/** What the last try said, when the client gave up after several. */
const failureOf = (error: unknown): Failure => {
  if (!APICallError.isInstance(error))
    return {
      kind: className(error),
      status: undefined,
      message: typeof error === 'object' ? JSON.stringify(error) : messageOf(error),
    };
  return {
    kind: error.isRetryable ? 'APICallError, to be tried again' : 'APICallError',
    status: error.statusCode,
    message: error.message,
  };
};

const clientOf = (kind: Kind): SdkClient<Messages> => ({
  name: `ai: ${kind.name}`,
  door: kind.door,
  connect: (to) => speakerOf(kind, to),
  finish: { stop: 'stop', length: 'length', calls: 'tool-calls' },
  failures: {
    'bad-request': 'APICallError',
    'wrong-key': 'APICallError',
    'unknown-model': 'APICallError',
    'rate-limit': 'APICallError, to be tried again',
    server: 'APICallError, to be tried again',
    overloaded: 'APICallError, to be tried again',
    'upstream-key': 'APICallError, to be tried again',
  },
  brokenStream: ['APICallError', 'APICallError, to be tried again', 'StreamProviderError'],
  failure: failureOf,
  thoughts: kind.thoughts,
  counts: kind.counts,
});

const house = startHouse();

// The client warns on the console about models it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

for (const kind of kinds) describeMatrix(clientOf(kind), house);

const person = jsonSchema<{ name: string; born: number }>({
  type: 'object',
  properties: { name: { type: 'string', enum: ['Ada'] }, born: { type: 'integer' } },
  required: ['name', 'born'],
  additionalProperties: false,
});

describe.each(kinds)('ai: $name', (kind) => {
  describe.each(upstreams)('behind it $provider', ({ provider }) => {
    const model = () => kind.modelOf({ url: house.sluice.url, key: masterKey }, `${provider}/simulated`);

    test('an object is generated, whole and in pieces', async () => {
      const asked = { schema: person, prompt: 'Who?', maxRetries: 0, providerOptions: kind.usual };
      const { object } = await generateObject({ ...asked, model: model() });
      expect(object).toEqual({ name: 'Ada', born: 1 });
      const streamed = streamObject({ ...asked, model: model() });
      const parts: unknown[] = [];
      for await (const part of streamed.partialObjectStream) parts.push(part);
      expect(parts.at(-1)).toEqual({ name: 'Ada', born: 1 });
      expect(await streamed.object).toEqual({ name: 'Ada', born: 1 });
    });

    test('a loop of two steps runs the tool and goes on', async () => {
      const asked: unknown[] = [];
      const lookUp = tool({
        description: 'Says the weather.',
        inputSchema: jsonSchema<{ city: string }>({
          type: 'object',
          properties: { city: { type: 'string', enum: ['Oslo'] } },
          required: ['city'],
          additionalProperties: false,
        }),
        execute: (given) => {
          asked.push(given);
          return Promise.resolve('Sunny');
        },
      });
      const result = streamText({
        model: model(),
        tools: { look_up: lookUp },
        prompt: 'Please call look_up.',
        stopWhen: isStepCount(3),
        maxRetries: 0,
      });
      expect(await result.text).toContain('Sunny');
      expect(asked).toEqual([{ city: 'Oslo' }]);
      expect(await result.steps).toHaveLength(2);
    });
  });
});

test.each(['openai', 'gemini'])('ai: embedMany behind it %s', async (provider) => {
  const openai = createOpenAI({ baseURL: `${house.sluice.url}/v1`, apiKey: masterKey });
  const { embeddings } = await embedMany({
    model: openai.embedding(`${provider}/simulated-embedding`),
    values: ['one', 'two'],
    maxRetries: 0,
  });
  expect(embeddings.map((vector) => vector.length)).toEqual([256, 256]);
});
