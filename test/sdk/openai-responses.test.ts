import { describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
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

type Output = readonly OpenAI.Responses.ResponseOutputItem[];
type Input = OpenAI.Responses.ResponseInputItem;

const inputOf = (said: Said<Output>): readonly Input[] => {
  if (said.by === 'model') return said.raw as readonly Input[];
  if (said.by === 'tools')
    return said.results.map(({ call, text }) => ({ type: 'function_call_output', call_id: call.id, output: text }));
  const { text, picture } = said;
  if (picture === undefined) return [{ role: 'user', content: text }];
  const image_url = `data:${picture.mimeType};base64,${picture.base64}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'input_text', text },
        { type: 'input_image', detail: 'auto', image_url },
      ],
    },
  ];
};

const paramsOf = (ask: Ask<Output>): Omit<OpenAI.Responses.ResponseCreateParams, 'stream'> => ({
  model: ask.model,
  store: false,
  input: ask.said.flatMap(inputOf),
  ...(ask.system === undefined ? {} : { instructions: ask.system }),
  ...(ask.tools === undefined
    ? {}
    : {
        tools: ask.tools.map(({ name, description, schema }) => ({
          type: 'function' as const,
          name,
          description,
          parameters: schema as Record<string, unknown>,
          strict: false,
        })),
      }),
  ...(ask.mustCall === undefined ? {} : { tool_choice: { type: 'function', name: ask.mustCall } }),
  ...(ask.think === true
    ? { reasoning: { effort: 'medium', summary: 'auto' }, include: ['reasoning.encrypted_content'] }
    : {}),
  ...(ask.schema === undefined
    ? {}
    : {
        text: {
          format: { type: 'json_schema', name: 'answer', schema: ask.schema as Record<string, unknown>, strict: true },
        },
      }),
  ...(ask.maxTokens === undefined ? {} : { max_output_tokens: ask.maxTokens }),
});

/** What a user of the dialect looks at: calls among the output, then status and its reason. */
const finishOf = (response: OpenAI.Responses.Response): string => {
  if (response.status !== 'completed') return `${response.status}: ${response.incomplete_details?.reason}`;
  return response.output.some((item) => item.type === 'function_call') ? 'completed: calls' : 'completed';
};

const heardOf = (response: OpenAI.Responses.Response): Heard<Output> => ({
  text: response.output_text,
  reasoning: response.output
    .flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : []))
    .join(''),
  calls: response.output.flatMap((item) =>
    item.type === 'function_call'
      ? [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
      : [],
  ),
  finish: finishOf(response),
  usage: {
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
    cacheRead: response.usage?.input_tokens_details.cached_tokens,
    reasoning: response.usage?.output_tokens_details.reasoning_tokens,
  },
  raw: response.output,
});

/** The client hands a failed response on as it is; its user looks at the status. */
class FailedResponse extends Error {
  constructor(response: OpenAI.Responses.Response) {
    super(response.error?.message ?? '');
  }
}

const speakerOf = (client: OpenAI): Speaker<Output> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const params = paramsOf(ask);
    const options = signal === undefined ? {} : { signal };
    if (!stream) return heardOf(await client.responses.create({ ...params, stream: false }, options));
    const helper = client.responses.stream(params, options);
    for await (const event of helper) {
      if (event.type === 'response.output_text.delta') onPiece?.(event.delta);
    }
    const response = await helper.finalResponse();
    if (response.status === 'failed') throw new FailedResponse(response);
    return heardOf(response);
  },
});

const openaiResponses: SdkClient<Output> = {
  name: 'openai: responses',
  door: 'openai-responses',
  connect: ({ url, key, retries }) => speakerOf(new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: retries })),
  finish: { stop: 'completed', length: 'incomplete: max_output_tokens', calls: 'completed: calls' },
  failures: {
    'bad-request': 'BadRequestError',
    'wrong-key': 'AuthenticationError',
    'unknown-model': 'NotFoundError',
    'rate-limit': 'RateLimitError',
    server: 'InternalServerError',
    overloaded: 'InternalServerError',
    'upstream-key': 'InternalServerError',
  },
  brokenStream: ['APIError', 'response.failed'],
  failure: (error) => ({
    kind: error instanceof FailedResponse ? 'response.failed' : className(error),
    status: statusOf(error),
    message: messageOf(error),
  }),
  thoughts: allThoughts,
  counts: { cacheRead: true, cacheWrite: false, reasoning: true },
};

const house = startHouse();

describeMatrix(openaiResponses, house);

const openai = () => new OpenAI({ baseURL: `${house.sluice.url}/v1`, apiKey: masterKey, maxRetries: 0 });

describe.each(upstreams)('openai: responses behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('the events of a stream are numbered, and their pieces are the items of the whole', async () => {
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    const tools = [
      {
        type: 'function' as const,
        name: 'get_time',
        parameters: { type: 'object', properties: { zone: { type: 'string', enum: ['UTC'] } } },
        strict: false,
      },
    ];
    const asked = { model, input: 'Please call get_time.', tools, store: false, stream: true } as const;
    for await (const event of await openai().responses.create(asked)) events.push(event);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe('response.created');
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error(`The stream ended with ${last?.type}.`);
    const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []));
    expect(done).toEqual(last.response.output);
    const pieces = events.flatMap((event) =>
      event.type === 'response.function_call_arguments.delta' ? [event.delta] : [],
    );
    expect(JSON.parse(pieces.join(''))).toEqual({ zone: 'UTC' });
  });

  test('a parsed response has the object of its schema', async () => {
    const response = await openai().responses.parse({
      model,
      input: 'Who?',
      text: {
        format: {
          type: 'json_schema',
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
    expect(JSON.parse(response.output_text)).toEqual({ ok: true });
  });

  test('an id that the provider holds is refused', async () => {
    const asked = { model, input: 'Go on.', previous_response_id: 'resp_0123456789' };
    const error = await openai()
      .responses.create(asked)
      .catch((caught: unknown) => caught);
    // A program keeps track of who made what: this is nobody's.
    expect(error).toBeInstanceOf(testsProgram ? OpenAI.NotFoundError : OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'previous_response_id' });
    if (!testsProgram) expect(messageOf(error)).toContain('previous_response_id');
    expect(house.sluice.simulator.requests).toHaveLength(0);
  });
});

test('openai: responses.inputTokens counts as the provider does', async () => {
  const counted = await openai().responses.inputTokens.count({ model: 'openai/simulated', input: 'Hello there.' });
  expect(counted).toMatchObject({ object: 'response.input_tokens', input_tokens: 7 });
});

test('openai: responses.compact gives a sealed item that the next request brings home', async () => {
  const compacted = await openai().responses.compact({ model: 'openai/simulated' as never, input: 'Remember this.' });
  expect(compacted.output.at(-1)?.type).toBe('compaction');
  const input = [...compacted.output, { role: 'user' as const, content: 'Go on.' }] as OpenAI.Responses.ResponseInput;
  const response = await openai().responses.create({ model: 'openai/simulated', input, store: false });
  expect(response.output_text).toContain('Go on.');
  expect(JSON.parse(house.sluice.simulator.requests.at(-1)?.body ?? '{}')).toMatchObject({ input });
});
