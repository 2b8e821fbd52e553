import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { testsProgram } from '../support/sluice-program.ts';
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

type Blocks = readonly Anthropic.ContentBlock[];

const messageOfSaid = (said: Said<Blocks>): Anthropic.MessageParam => {
  if (said.by === 'model') return { role: 'assistant', content: [...said.raw] as Anthropic.ContentBlockParam[] };
  if (said.by === 'tools')
    return {
      role: 'user',
      content: said.results.map(({ call, text }) => ({ type: 'tool_result', tool_use_id: call.id, content: text })),
    };
  const { text, picture } = said;
  if (picture === undefined) return { role: 'user', content: text };
  const source = { type: 'base64', media_type: picture.mimeType as 'image/png', data: picture.base64 } as const;
  return {
    role: 'user',
    content: [
      { type: 'text', text },
      { type: 'image', source },
    ],
  };
};

const paramsOf = (ask: Ask<Blocks>): Anthropic.MessageCreateParamsNonStreaming => ({
  model: ask.model,
  max_tokens: ask.maxTokens ?? 200,
  messages: ask.said.map(messageOfSaid),
  ...(ask.system === undefined ? {} : { system: ask.system }),
  ...(ask.tools === undefined
    ? {}
    : {
        tools: ask.tools.map(({ name, description, schema }) => ({
          name,
          description,
          input_schema: schema as unknown as Anthropic.Tool.InputSchema,
        })),
      }),
  ...(ask.mustCall === undefined ? {} : { tool_choice: { type: 'tool', name: ask.mustCall } }),
  ...(ask.think === true ? { thinking: { type: 'enabled', budget_tokens: 8192 } } : {}),
  ...(ask.schema === undefined
    ? {}
    : { output_config: { format: { type: 'json_schema', schema: ask.schema as Record<string, unknown> } } }),
});

const heardOf = (message: Anthropic.Message): Heard<Blocks> => {
  const { usage, content } = message;
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    reasoning: content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
    ),
    finish: message.stop_reason ?? 'none',
    usage: {
      input: usage.input_tokens + read + written,
      output: usage.output_tokens,
      cacheRead: read,
      cacheWrite: written,
    },
    raw: content,
  };
};

const speakerOf = (client: Anthropic): Speaker<Blocks> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const params = paramsOf(ask);
    const options = signal === undefined ? {} : { signal };
    if (!stream) return heardOf(await client.messages.create(params, options));
    const helper = client.messages.stream(params, options);
    if (onPiece !== undefined) helper.on('text', (piece) => onPiece(piece));
    return heardOf(await helper.finalMessage());
  },
});

const anthropicMessages: SdkClient<Blocks> = {
  name: '@anthropic-ai/sdk: messages',
  door: 'anthropic-messages',
  connect: ({ url, key, retries }) => speakerOf(new Anthropic({ baseURL: url, apiKey: key, maxRetries: retries })),
  finish: { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use' },
  failures: {
    'bad-request': 'BadRequestError invalid_request_error',
    'wrong-key': 'AuthenticationError authentication_error',
    'unknown-model': 'NotFoundError not_found_error',
    'rate-limit': 'RateLimitError rate_limit_error',
    server: 'InternalServerError api_error',
    overloaded: 'ServiceUnavailableError',
    'upstream-key': 'InternalServerError api_error',
  },
  brokenStream: ['APIError'],
  failure: (error) => ({
    // At 503 Anthropic has no word of its own, so natively the provider's passes, whatever it is.
    kind:
      error instanceof Anthropic.APIError && error.status !== undefined && error.status !== 503
        ? `${className(error)} ${error.type}`
        : className(error),
    status: statusOf(error),
    message: messageOf(error),
  }),
  thoughts: allThoughts,
  counts: { cacheRead: true, cacheWrite: true, reasoning: false },
};

const house = startHouse();

describeMatrix(anthropicMessages, house);

const anthropic = (options: { authToken?: string } = {}) =>
  new Anthropic({
    baseURL: house.sluice.url,
    maxRetries: 0,
    ...(options.authToken === undefined ? { apiKey: masterKey } : { authToken: options.authToken, apiKey: null }),
  });

describe.each(upstreams)('@anthropic-ai/sdk behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('the events of a stream come in order: each block opens, grows and closes before the next', async () => {
    const types: string[] = [];
    const kinds: string[] = [];
    let open: number | undefined;
    let next = 0;
    const stream = await anthropic().messages.create({
      model,
      max_tokens: 12_000,
      stream: true,
      thinking: { type: 'enabled', budget_tokens: 2048 },
      tools: [
        { name: 'one', input_schema: { type: 'object', properties: { a: { type: 'integer' } } } },
        { name: 'two', input_schema: { type: 'object', properties: { b: { type: 'integer' } } } },
      ],
      messages: [{ role: 'user', content: 'Please call one and call two.' }],
    });
    for await (const event of stream) {
      if (event.type === 'content_block_start') {
        expect(open).toBeUndefined();
        expect(event.index).toBe(next);
        open = event.index;
        next += 1;
        kinds.push(event.content_block.type);
      }
      if (event.type === 'content_block_delta') expect(event.index).toBe(open ?? -1);
      if (event.type === 'content_block_stop') {
        expect(event.index).toBe(open ?? -1);
        open = undefined;
      }
      types.push(event.type);
    }
    expect(kinds.filter((kind) => kind === 'tool_use')).toHaveLength(2);
    // A seal of a call has no place in this format: it travels in a thinking block of its own.
    expect(kinds[0]).toBe('thinking');
    expect(open).toBeUndefined();
    expect(types[0]).toBe('message_start');
    expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
  });

  test('stop sequences are sent where the provider has them, and named in a warning where it has none', async () => {
    const { data, response } = await anthropic()
      .messages.create({
        model,
        max_tokens: 100,
        stop_sequences: ['time'],
        messages: [{ role: 'user', content: 'Once upon a time.' }],
      })
      .withResponse();
    const [block] = data.content;
    const said = block?.type === 'text' ? block.text : '';
    if (provider === 'openai') {
      expect(response.headers.get('x-sluice-warnings')).toContain('dropped stop_sequences');
      expect(said).toBe('You said: "Once upon a time.".');
      return;
    }
    expect(said).toBe('You said: "Once upon a ');
    expect(house.sluice.simulator.requests[0]?.request?.stop).toEqual(['time']);
  });
});

test.each(['anthropic', 'openai', 'gemini'])('@anthropic-ai/sdk: countTokens behind it %s', async (provider) => {
  const counted = await anthropic().messages.countTokens({
    model: `${provider}/simulated`,
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Hello there.' }],
  });
  expect(counted.input_tokens).toBe(14);
});

test('@anthropic-ai/sdk: models.list is in its shape', async () => {
  const names: string[] = [];
  for await (const model of anthropic().models.list()) names.push(`${model.type} ${model.id} ${model.display_name}`);
  // A program has the catalogue, and with it the titles.
  const title = testsProgram ? 'Claude Sonnet 4.5 (latest)' : 'anthropic/claude-sonnet-4-5';
  expect(names).toContain(`model anthropic/claude-sonnet-4-5 ${title}`);
  const paged: string[] = [];
  for await (const model of anthropic().models.list({ limit: 7 })) paged.push(model.id);
  expect(paged.map((id) => `model ${id}`)).toEqual(names.map((name) => name.split(' ').slice(0, 2).join(' ')));
});

test('@anthropic-ai/sdk: a bearer token is a key too', async () => {
  const message = await anthropic({ authToken: masterKey }).messages.create({
    model: 'anthropic/simulated',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(message.content).toMatchObject([{ type: 'text', text: 'You said: "Hi".' }]);
});
