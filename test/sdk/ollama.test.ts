import { describe, expect, test } from 'bun:test';
import { type ChatRequest, type ChatResponse, type Message, Ollama } from 'ollama';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { describeMatrix, startHouse } from './matrix.ts';
import { type Ask, className, type Heard, messageOf, type Said, type SdkClient, type Speaker } from './sdk-client.ts';
import { upstreams } from './upstreams.ts';

/** Results name their tool: calls of this client have no ids in its types. */
const messagesOf = (said: Said<Message>): readonly Message[] => {
  if (said.by === 'model') return [said.raw];
  if (said.by === 'tools')
    return said.results.map(({ call, text }) => ({ role: 'tool', content: text, tool_name: call.name }));
  const { text, picture } = said;
  return [{ role: 'user', content: text, ...(picture === undefined ? {} : { images: [picture.base64] }) }];
};

const requestOf = (ask: Ask<Message>): ChatRequest => ({
  model: ask.model,
  messages: [
    ...(ask.system === undefined ? [] : [{ role: 'system', content: ask.system }]),
    ...ask.said.flatMap(messagesOf),
  ],
  ...(ask.tools === undefined
    ? {}
    : {
        tools: ask.tools.map(({ name, description, schema }) => ({
          type: 'function',
          function: { name, description, parameters: schema as object },
        })),
      }),
  ...(ask.think === true ? { think: 'medium' } : {}),
  ...(ask.schema === undefined ? {} : { format: ask.schema }),
  ...(ask.maxTokens === undefined ? {} : { options: { num_predict: ask.maxTokens } }),
});

const heardOf = (message: Message, last: ChatResponse): Heard<Message> => ({
  text: message.content,
  reasoning: message.thinking ?? '',
  calls: (message.tool_calls ?? []).map((call, index) => ({
    id: `#${index}`,
    name: call.function.name,
    arguments: call.function.arguments,
  })),
  finish: last.done_reason,
  usage: { input: last.prompt_eval_count, output: last.eval_count },
  raw: message,
});

const speakerOf = (clientFor: (signal: AbortSignal | undefined) => Ollama): Speaker<Message> => ({
  say: async (ask, { stream, signal, onPiece }) => {
    const client = clientFor(signal);
    if (!stream) {
      const answer = await client.chat({ ...requestOf(ask), stream: false });
      return heardOf(answer.message, answer);
    }
    const message: Message = { role: 'assistant', content: '' };
    let last: ChatResponse | undefined;
    for await (const piece of await client.chat({ ...requestOf(ask), stream: true })) {
      last = piece;
      const { content, thinking, tool_calls: calls } = piece.message;
      if (content !== '') onPiece?.(content);
      message.content += content;
      if (thinking !== undefined) message.thinking = (message.thinking ?? '') + thinking;
      if (calls !== undefined) message.tool_calls = [...(message.tool_calls ?? []), ...calls];
    }
    if (last === undefined) throw new Error('A stream without objects.');
    return heardOf(message, last);
  },
});

const clientOf = (url: string, key: string, signal?: AbortSignal): Ollama =>
  new Ollama({
    host: url,
    headers: { authorization: `Bearer ${key}` },
    ...(signal === undefined
      ? {}
      : { fetch: ((address: string, init: RequestInit) => fetch(address, { ...init, signal })) as typeof fetch }),
  });

const ollama: SdkClient<Message> = {
  name: 'ollama: chat',
  door: 'ollama',
  connect: ({ url, key }) => speakerOf((signal) => clientOf(url, key, signal)),
  lacks: ['retries', 'forced calls'],
  finish: { stop: 'stop', length: 'length', calls: 'stop' },
  failures: {
    'bad-request': 'ResponseError',
    'wrong-key': 'ResponseError',
    'unknown-model': 'ResponseError',
    'rate-limit': 'ResponseError',
    server: 'ResponseError',
    overloaded: 'ResponseError',
    'upstream-key': 'ResponseError',
  },
  brokenStream: ['Error'],
  failure: (error) => ({
    kind: className(error),
    status: (error as { readonly status_code?: number }).status_code,
    message: messageOf(error),
  }),
  thoughts: { seen: true, sealed: false, bare: true, callSeals: false },
  counts: { cacheRead: false, cacheWrite: false, reasoning: false },
};

const house = startHouse();

describeMatrix(ollama, house);

const client = () => clientOf(house.sluice.url, masterKey);

describe.each(upstreams)('ollama behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test('a prompt becomes a question, streamed or not', async () => {
    const whole = await client().generate({ model, prompt: 'Hello.', system: 'Be brief.' });
    expect(whole.response).toBe('You said: "Hello.".');
    expect(whole.done_reason).toBe('stop');
    const pieces: string[] = [];
    for await (const piece of await client().generate({ model, prompt: 'Hello.', stream: true }))
      pieces.push(piece.response ?? '');
    expect(pieces.join('')).toBe('You said: "Hello.".');
  });

  test('a text to be filled in needs a provider of the same format', async () => {
    const answer = client().generate({ model, prompt: 'a', suffix: 'b' });
    await expect(answer).rejects.toThrow('can only go to a provider of the same format');
  });

  test('asking to load a model is answered without the provider', async () => {
    expect((await client().generate({ model, prompt: '' })).done_reason).toBe('load');
    expect((await client().generate({ model, prompt: '', keep_alive: 0 })).done_reason).toBe('unload');
    const last: (string | undefined)[] = [];
    for await (const piece of await client().chat({ model, messages: [], stream: true })) last.push(piece.done_reason);
    expect(last).toEqual(['load']);
    expect(house.sluice.simulator.requests).toEqual([]);
  });

  test('the tag that this client adds is passed over', async () => {
    const messages = [{ role: 'user', content: 'Hi.' }];
    await client().chat({ model: `${model}:latest`, messages });
    expect(house.sluice.simulator.requests[0]?.request?.model).toBe('simulated');
  });
});

test('ollama: vectors of one text or several, and of the older call', async () => {
  const model = 'openai/simulated';
  const both = await client().embed({ model, input: ['a', 'b'], dimensions: 4 });
  expect(both.embeddings.map((vector) => vector.length)).toEqual([4, 4]);
  expect(both.prompt_eval_count).toBe(2);
  const one = await client().embed({ model, input: 'a', dimensions: 4 });
  expect(one.embeddings).toEqual([both.embeddings[0] ?? []]);
  expect((await client().embeddings({ model, prompt: 'a' })).embedding.length).toBeGreaterThan(4);
});

test('ollama: models are listed, shown, and none is loaded', async () => {
  const { models } = await client().list();
  const names = models.map((model) => model.name);
  expect(names).toContain('demo/echo');
  expect(new Set(models.map((model) => model.digest)).size).toBe(models.length);
  const shown = await client().show({ model: 'demo/echo' });
  expect(shown.capabilities).toContain('tools');
  expect((await client().show({ model: 'demo/echo:latest' })).details.family).toBe('demo');
  await expect(client().show({ model: 'nowhere/x' })).rejects.toThrow('There is no provider');
  expect((await client().ps()).models).toEqual([]);
  expect((await client().version()).version).toMatch(/^\d+\.\d+\.\d+$/);
});

test('ollama: what a server with models of its own can do is refused in its words', async () => {
  await expect(client().pull({ model: 'llama3.2' })).rejects.toThrow('There is no POST /api/pull here');
});

describe('ollama before a provider of its own format', () => {
  const model = 'ollama/simulated';
  const hello = { model, messages: [{ role: 'user', content: 'Hello there.' }] };

  test.each([false, true])('a chat keeps its bytes, streamed: %p', async (stream) => {
    const options = { num_ctx: 8192, temperature: 0.5 };
    const asked = { ...hello, options } as const;
    const pieces = stream ? await client().chat({ ...asked, stream }) : [await client().chat(asked)];
    let text = '';
    let last: ChatResponse | undefined;
    for await (const piece of pieces) {
      last = piece;
      text += piece.message.content;
    }
    expect(text).toBe('You said: "Hello there.".');
    // The times of the provider's own answer reach its client.
    expect(last?.eval_duration).toBeGreaterThan(0);
    const [call] = house.sluice.simulator.requests;
    expect(call?.route).toMatchObject({ dialect: 'ollama', operation: 'chat' });
    expect(JSON.parse(call?.body ?? '')).toEqual({ ...asked, model: 'simulated', stream });
  });
  test('a prompt with a suffix and the older call for vectors go where they are known', async () => {
    await client().generate({ model, prompt: 'a', suffix: 'b', raw: true });
    await client().embeddings({ model, prompt: 'a' });
    await client().embed({ model, input: ['a'], truncate: false });
    expect(house.sluice.simulator.requests.map(({ route }) => `${route.dialect} ${route.operation}`)).toEqual([
      'ollama-generate chat',
      'ollama embeddings',
      'ollama embeddings',
    ]);
  });

  test('a provider that fails in the middle says so in its own line', async () => {
    const broken = `ollama/sim.error-frames-3--simulated`;
    const read = async () => {
      for await (const piece of await client().chat({ ...hello, model: broken, stream: true })) void piece;
    };
    await expect(read()).rejects.toThrow();
  });
});
