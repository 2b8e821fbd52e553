import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  CountTokensCommand,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { SimulatedAnswer } from '../../src/simulators/index.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from '../e2e/gateway-under-test.ts';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGatewayUnderTest();
});
afterAll(() => gateway.stop());

/** The client speaks HTTP/2 of its own accord, which wants TLS everywhere else; this is its HTTP/1.1. */
const shared = { region: 'us-east-1', maxAttempts: 1, requestHandler: new NodeHttpHandler() } as const;

const clientAt = (endpoint: string, key: string): BedrockRuntimeClient =>
  new BedrockRuntimeClient({
    endpoint,
    token: { token: key },
    authSchemePreference: ['httpBearerAuth'],
    ...shared,
  });

/** A client without a bearer key signs its calls. */
const signing = (accessKeyId: string): BedrockRuntimeClient =>
  new BedrockRuntimeClient({
    endpoint: gateway.url,
    credentials: { accessKeyId, secretAccessKey: 'whatever' },
    authSchemePreference: ['aws.auth#sigv4'],
    ...shared,
  });

const bedrock = 'bedrock/us.amazon.nova-2-lite-v1:0';
const models = [
  bedrock,
  'bedrock/eu.anthropic.claude-sonnet-4-6',
  'openai/gpt-5.2',
  'anthropic/claude-opus-4-8',
  'gemini/gemini-3-pro',
];

const say = (
  modelId: string,
  text = 'Hello there',
  more: Partial<ConverseCommandInput> = {},
): ConverseCommandInput => ({
  modelId,
  messages: [{ role: 'user', content: [{ text }] }],
  inferenceConfig: { maxTokens: 500 },
  ...more,
});

const textOf = (content: readonly ContentBlock[] | undefined): string =>
  (content ?? []).map((block) => block.text ?? '').join('');

const collect = async (
  stream: AsyncIterable<ConverseStreamOutput> | undefined,
): Promise<readonly ConverseStreamOutput[]> => {
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
};

const tools: ConverseCommandInput['toolConfig'] = {
  tools: [
    {
      toolSpec: {
        name: 'weather',
        description: 'Weather of a city.',
        inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
      },
    },
  ],
  toolChoice: { any: {} },
};

describe.each(models)('%s', (model) => {
  test('a whole answer', async () => {
    const answer = await clientAt(gateway.url, masterKey).send(new ConverseCommand(say(model)));
    expect(textOf(answer.output?.message?.content)).toBe('You said: "Hello there".');
    expect(answer.stopReason).toBe('end_turn');
    expect(answer.usage?.totalTokens).toBe((answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0));
    expect(answer.$metadata.httpStatusCode).toBe(200);
  });

  test('a streamed answer says the same', async () => {
    const answer = await clientAt(gateway.url, masterKey).send(new ConverseStreamCommand(say(model)));
    const events = await collect(answer.stream);
    expect(events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('')).toBe('You said: "Hello there".');
    expect(events[0]?.messageStart?.role).toBe('assistant');
    expect(events.at(-2)?.messageStop?.stopReason).toBe('end_turn');
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(0);
  });

  test('a call of a tool and its result, whole and streamed', async () => {
    const client = clientAt(gateway.url, masterKey);
    const asked = say(model, 'How is the weather?', { toolConfig: tools });
    const answer = await client.send(new ConverseCommand(asked));
    const message = answer.output?.message;
    const call = message?.content?.find((block) => block.toolUse !== undefined)?.toolUse;
    expect(answer.stopReason).toBe('tool_use');
    expect(call?.name).toBe('weather');
    const events = await collect((await client.send(new ConverseStreamCommand(asked))).stream);
    expect(events.find((event) => event.contentBlockStart !== undefined)?.contentBlockStart?.start?.toolUse?.name).toBe(
      'weather',
    );
    const input = events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');
    expect(JSON.parse(input)).toEqual(call?.input as object);
    const result = { toolResult: { toolUseId: call?.toolUseId, content: [{ json: { sky: 'blue' } }] } };
    const after = await client.send(
      new ConverseCommand({
        ...asked,
        toolConfig: { tools: tools.tools },
        messages: [
          ...(asked.messages ?? []),
          message ?? { role: 'assistant', content: [] },
          { role: 'user', content: [result] },
        ],
      }),
    );
    expect(textOf(after.output?.message?.content)).toContain('sky');
  });

  test('a failure in the middle of a stream, or before it, reaches the client as one', async () => {
    for (const errorAfterFrames of [0, 9]) {
      gateway.simulator.script({ scenario: { errorAfterFrames } });
      const ask = new ConverseStreamCommand(say(model, 'a b c d e f g h'));
      const read = async () => collect((await clientAt(gateway.url, masterKey).send(ask)).stream);
      await expect(read()).rejects.toThrow('Overloaded');
    }
  });
});

test('bytes of pictures and documents arrive as they were', async () => {
  const bytes = Uint8Array.from([137, 80, 78, 71, 0, 255]);
  await clientAt(gateway.url, masterKey).send(
    new ConverseCommand({
      modelId: 'openai/gpt-5.2',
      messages: [
        {
          role: 'user',
          content: [
            { image: { format: 'png', source: { bytes } } },
            { document: { format: 'pdf', name: 'A paper', source: { bytes } } },
            { text: 'What is this?' },
          ],
        },
      ],
    }),
  );
  const parts = gateway.simulator.requests.at(-1)?.request?.turns[0]?.parts;
  expect(
    parts?.map((part) => ('source' in part && part.source.kind === 'base64' ? part.source.data : part.kind)),
  ).toEqual(['iVBORwD/', 'iVBORwD/', 'text']);
});

test('thoughts and their signatures go to the client and come back', async () => {
  const client = clientAt(gateway.url, masterKey);
  const answer: SimulatedAnswer = {
    choices: [
      {
        parts: [
          { kind: 'thinking', pieces: ['Let me', ' see.'], signature: 'c2lnbmVk' },
          { kind: 'text', pieces: ['Yes.'] },
        ],
        finish: 'stop',
      },
    ],
    usage: { inputTokens: 9, outputTokens: 4, cacheReadTokens: 3 },
  };
  for (const modelId of [bedrock, 'anthropic/claude-opus-4-8']) {
    gateway.simulator.script({ answer });
    const first = await client.send(new ConverseCommand(say(modelId)));
    expect(first.usage).toMatchObject({ inputTokens: 6, cacheReadInputTokens: 3, totalTokens: 13 });
    const message = first.output?.message ?? { role: 'assistant', content: [] };
    expect(message.content?.[0]?.reasoningContent?.reasoningText?.text).toBe('Let me see.');
    const messages = [
      ...(say(modelId).messages ?? []),
      message,
      { role: 'user' as const, content: [{ text: 'Sure?' }] },
    ];
    await client.send(new ConverseCommand({ ...say(modelId), messages }));
    expect(JSON.stringify(gateway.simulator.requests.at(-1)?.request?.turns[1])).toContain('"signature":"c2lnbmVk"');
  }
});

test('tokens are counted, by the provider where it can', async () => {
  const input = { converse: { messages: [{ role: 'user' as const, content: [{ text: 'Hello there' }] }] } };
  for (const modelId of [
    'bedrock/anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic/claude-opus-4-8',
    'gemini/gemini-3-pro',
  ]) {
    const counted = await clientAt(gateway.url, masterKey).send(new CountTokensCommand({ modelId, input }));
    expect(counted.inputTokens).toBeGreaterThan(2);
  }
});

test('failures come as the classes that clients look for', async () => {
  gateway.simulator.script({ scenario: { status: 429 } });
  const throttled = clientAt(gateway.url, masterKey).send(new ConverseCommand(say(bedrock)));
  await expect(throttled).rejects.toBeInstanceOf(ThrottlingException);
  const wrongKey = clientAt(gateway.url, 'sk-wrong').send(new ConverseCommand(say(bedrock)));
  await expect(wrongKey).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const unknown = clientAt(gateway.url, masterKey).send(new ConverseCommand(say('nobody/nothing')));
  await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const invalid = clientAt(gateway.url, masterKey).send(new ConverseCommand({ modelId: bedrock, messages: [] }));
  await expect(invalid).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('messages'),
  });
});

test('a client that signs is known by its access key id, or told to send a bearer key', async () => {
  const answer = await signing(masterKey).send(new ConverseCommand(say(bedrock)));
  expect(answer.stopReason).toBe('end_turn');
  for (const key of ['AKIDEXAMPLE', masterKey.slice(0, -1), `${masterKey}x`])
    await expect(signing(key).send(new ConverseCommand(say(bedrock)))).rejects.toThrow('AWS_BEARER_TOKEN_BEDROCK');
});

test('the simulated provider is one that the client takes for the real one', async () => {
  const client = clientAt(gateway.simulator.url, providerKey);
  const modelId = 'us.amazon.nova-2-lite-v1:0';
  const answer = await client.send(new ConverseCommand(say(modelId)));
  expect(textOf(answer.output?.message?.content)).toContain('Hello there');
  const events = await collect((await client.send(new ConverseStreamCommand(say(modelId)))).stream);
  expect(events.at(-1)?.metadata?.usage?.inputTokens).toBe(answer.usage?.inputTokens ?? 0);
  const refused = client.send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [] }] }));
  await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
});
