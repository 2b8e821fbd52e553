import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { startSimulator } from './server/start-simulator.ts';

const simulator = startSimulator();
afterAll(() => simulator.stop());
beforeEach(() => simulator.clear());

const openai = new OpenAI({ apiKey: 'any', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: 'any', baseURL: simulator.url, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: simulator.url } });

const weather = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
/** What a promise was rejected with. */
const failureOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => 'no failure',
    (error: unknown) => error,
  );

const said = 'You said: "Say hello".';

describe('the OpenAI client', () => {
  const messages = [{ role: 'user' as const, content: 'Say hello' }];
  const tools = ['get_weather', 'get_time'].map((name) => ({
    type: 'function' as const,
    function: { name, parameters: weather },
  }));

  test('reads a chat completion and its usage', async () => {
    const answer = await openai.chat.completions.create({ model: 'simulated', messages });
    expect(answer.choices[0]?.message.content).toBe(said);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
    );
    expect(simulator.requests[0]?.request?.turns).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'Say hello' }] },
    ]);
  });

  test('folds a streamed chat completion to the same text, with usage when asked', async () => {
    const stream = await openai.chat.completions.create({
      model: 'simulated',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let tokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).toBe(said);
    expect(tokens).toBeGreaterThan(0);
  });

  test('gathers two tool calls whose pieces come in turns', async () => {
    const call = (name: string, city: string) => ({
      kind: 'tool-call' as const,
      name,
      pieces: ['{"ci', `ty":"${city}"}`],
    });
    simulator.script({
      answer: {
        choices: [{ parts: [call('get_weather', 'Paris'), call('get_time', 'Oslo')], finish: 'tool-calls' }],
        usage: { inputTokens: 5, outputTokens: 7 },
        interleaved: true,
      },
    });
    const runner = openai.chat.completions.stream({ model: 'simulated', messages, tools });
    const answer = await runner.finalChatCompletion();
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    expect(calls.map((item) => item.type === 'function' && item.function.arguments)).toEqual([
      '{"city":"Paris"}',
      '{"city":"Oslo"}',
    ]);
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('calls the tools the user names, both at once', async () => {
    const answer = await openai.chat.completions.create({
      model: 'simulated',
      messages: [{ role: 'user', content: 'Please call get_time and call get_weather.' }],
      tools,
    });
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    expect(calls.map((item) => item.type === 'function' && item.function.name)).toEqual(['get_time', 'get_weather']);
    expect(new Set(calls.map((item) => item.id)).size).toBe(2);
  });

  test('gets two choices with log probabilities', async () => {
    const answer = await openai.chat.completions.create({
      model: 'simulated',
      messages,
      n: 2,
      logprobs: true,
      top_logprobs: 2,
    });
    expect(answer.choices.map((choice) => choice.index)).toEqual([0, 1]);
    const tokens = answer.choices[0]?.logprobs?.content ?? [];
    expect(tokens.map((token) => token.token).join('')).toBe(said);
    expect(tokens[0]?.top_logprobs).toHaveLength(2);
  });

  test('gets JSON that fits the schema it asked for', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 3 }, tags: { type: 'array', items: { enum: ['a', 'b'] } } },
    };
    const answer = await openai.chat.completions.create({
      model: 'simulated',
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ n: 3, tags: ['a'] });
  });

  test('throws the typed error of a refused request', async () => {
    const broken = openai.chat.completions.create({ model: 'simulated', messages: [] });
    expect(await failureOf(broken)).toMatchObject({ status: 400, code: 'empty_array', param: 'messages' });
    expect(simulator.requests[0]?.refusal?.status).toBe(400);
  });

  test('throws on an error in the middle of a stream', async () => {
    const stream = await openai.chat.completions.create({
      model: 'sim.error-frames-2--simulated',
      messages,
      stream: true,
    });
    const read = async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };
    expect(String(await failureOf(read()))).toContain('Overloaded');
  });

  test('reads a response, and the same one streamed', async () => {
    const request = { model: 'simulated', input: 'Say hello', reasoning: { effort: 'low', summary: 'auto' } } as const;
    const whole = await openai.responses.create(request);
    expect(whole.output_text).toBe(said);
    expect(whole.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    const events: string[] = [];
    const stream = openai.responses.stream(request);
    stream.on('event', (event) => events.push(event.type));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe(said);
    expect(events.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
    ]);
    expect(events.at(-1)).toBe('response.completed');
  });

  test('reads a function call of a streamed response', async () => {
    const tool = { type: 'function' as const, name: 'get_weather', parameters: weather, strict: false };
    const stream = openai.responses.stream({ model: 'simulated', input: 'x', tools: [tool], tool_choice: 'required' });
    const final = await stream.finalResponse();
    const call = final.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'get_weather', arguments: '{"city":"text"}', status: 'completed' });
  });

  test('reads a refusal, a citation and a custom call of a streamed response', async () => {
    const citation = { url: 'https://example.com/', title: 'Example', citedText: 'so', start: 0, end: 2 };
    const usage = { inputTokens: 3, outputTokens: 4, cacheReadTokens: 2, reasoningTokens: 1 };
    const cited = { kind: 'text' as const, pieces: ['s', 'o'], citations: [citation] };
    const custom = { kind: 'tool-call' as const, name: 'sql', pieces: ['SELECT', ' 1'], custom: true as const };
    simulator.script({
      answer: { choices: [{ parts: [cited, { kind: 'refusal', pieces: ['no'] }, custom], finish: 'stop' }], usage },
    });
    const final = await openai.responses.stream({ model: 'simulated', input: 'x' }).finalResponse();
    expect(final.output).toMatchObject([
      {
        type: 'message',
        content: [{ text: 'so', annotations: [{ type: 'url_citation', title: 'Example' }] }, { refusal: 'no' }],
      },
      { type: 'custom_tool_call', name: 'sql', input: 'SELECT 1' },
    ]);
    expect(final.usage).toMatchObject({
      input_tokens_details: { cached_tokens: 2 },
      output_tokens_details: { reasoning_tokens: 1 },
    });
  });

  test('a response cut by its limit ends incomplete', async () => {
    const events: string[] = [];
    for await (const event of await openai.responses.create({
      model: 'simulated',
      input: 'Say hello',
      max_output_tokens: 2,
      stream: true,
    }))
      events.push(event.type);
    expect(events.at(-1)).toBe('response.incomplete');
  });

  test('counts input tokens and compacts', async () => {
    const counted = await openai.responses.inputTokens.count({ model: 'simulated', input: 'four byte words' });
    expect(counted.input_tokens).toBe(8);
    const compacted = await openai.responses.compact({ model: 'simulated', input: 'Say hello' });
    expect(compacted.output.map((item) => item.type)).toEqual(['message', 'compaction']);
  });

  test('decodes base64 embeddings to the same numbers as the list form', async () => {
    const ask = { model: 'simulated-embedding', input: ['a', 'b'], dimensions: 8 };
    const packed = await openai.embeddings.create(ask);
    const listed = await openai.embeddings.create({ ...ask, encoding_format: 'float' });
    expect(simulator.requests[0]?.embedding?.format).toBe('base64');
    expect(packed.data.map((item) => [...item.embedding])).toEqual(listed.data.map((item) => item.embedding));
    expect(listed.data[0]?.embedding).toHaveLength(8);
  });

  test('lists models and reads a legacy completion, streamed and not', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toContain('simulated');
    const ask = { model: 'simulated', prompt: 'Say hello' };
    expect((await openai.completions.create(ask)).choices[0]?.text).toBe(said);
    let text = '';
    for await (const chunk of await openai.completions.create({ ...ask, stream: true }))
      text += chunk.choices[0]?.text ?? '';
    expect(text).toBe(said);
  });
});

describe('the Anthropic client', () => {
  const ask = { model: 'simulated', max_tokens: 4096, messages: [{ role: 'user' as const, content: 'Say hello' }] };
  const tools = [{ name: 'get_weather', input_schema: weather }];

  test('reads a message', async () => {
    const message = await anthropic.messages.create(ask);
    expect(message.content).toMatchObject([{ type: 'text', text: said }]);
    expect(message.stop_reason).toBe('end_turn');
  });

  test('folds a stream with thinking, its signature and a call', async () => {
    const stream = anthropic.messages.stream({
      ...ask,
      messages: [{ role: 'user', content: 'call get_weather' }],
      tools,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    });
    const message = await stream.finalMessage();
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
    expect(message.content[0]).toMatchObject({ signature: expect.stringMatching(/.+/) });
    expect(message.content[1]).toMatchObject({ name: 'get_weather', input: { city: 'text' } });
    expect(message.stop_reason).toBe('tool_use');
    expect(message.usage.output_tokens).toBeGreaterThan(1);
  });

  test('is told in the provider’s words what is wrong', async () => {
    const wrong = anthropic.messages.create({
      ...ask,
      messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }],
    });
    expect(await failureOf(wrong)).toMatchObject({
      status: 400,
      error: { error: { type: 'invalid_request_error', message: 'messages: text content blocks must be non-empty' } },
    });
  });

  test('sees the overload inside a stream as an error', async () => {
    simulator.script({ scenario: { errorAfterFrames: 3 } });
    const stream = anthropic.messages.stream(ask);
    expect(String(await failureOf(stream.finalMessage()))).toContain('Overloaded');
  });

  test('cites its sources and counts tokens', async () => {
    const citation = { url: 'https://example.com/', title: 'Example', citedText: 'so', start: 0, end: 2 };
    simulator.script({
      answer: {
        choices: [{ parts: [{ kind: 'text', pieces: ['so'], citations: [citation] }], finish: 'stop' }],
        usage: { inputTokens: 9, outputTokens: 1, cacheReadTokens: 4 },
      },
    });
    const message = await anthropic.messages.stream(ask).finalMessage();
    expect(message.content[0]).toMatchObject({ citations: [{ url: 'https://example.com/' }] });
    expect(message.usage).toMatchObject({ input_tokens: 5, cache_read_input_tokens: 4 });
    expect(await anthropic.messages.countTokens({ model: 'simulated', messages: ask.messages })).toEqual({
      input_tokens: 7,
    });
  });

  test('keeps two blocks apart whose pieces come in turns', async () => {
    const call = (city: string) => ({
      kind: 'tool-call' as const,
      name: 'get_weather',
      pieces: ['{"ci', `ty":"${city}"}`],
    });
    simulator.script({
      answer: {
        choices: [{ parts: [call('Paris'), call('Oslo')], finish: 'tool-calls' }],
        usage: { inputTokens: 1, outputTokens: 2 },
        interleaved: true,
      },
    });
    const message = await anthropic.messages.stream(ask).finalMessage();
    expect(message.content.map((block) => block.type === 'tool_use' && block.input)).toEqual([
      { city: 'Paris' },
      { city: 'Oslo' },
    ]);
  });

  test('lists models', async () => {
    const ids: string[] = [];
    for await (const model of anthropic.models.list()) ids.push(model.id);
    expect(ids).toContain('simulated');
  });
});

describe('the Google client', () => {
  const ask = { model: 'simulated', contents: 'Say hello' };
  const tools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: weather }] }];

  test('reads an answer with thoughts', async () => {
    const answer = await google.models.generateContent({
      ...ask,
      config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 512 } },
    });
    expect(answer.text).toBe(said);
    expect(answer.candidates?.[0]?.content?.parts?.map((part) => part.thought ?? false)).toEqual([true, false]);
    expect(answer.usageMetadata?.thoughtsTokenCount).toBeGreaterThan(0);
  });

  test('folds a stream whose usage counts up', async () => {
    let text = '';
    const counts: number[] = [];
    for await (const chunk of await google.models.generateContentStream(ask)) {
      text += chunk.text ?? '';
      counts.push(chunk.usageMetadata?.candidatesTokenCount ?? 0);
    }
    expect(text).toBe(said);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  test('reads a call it forced', async () => {
    const config = { tools, toolConfig: { functionCallingConfig: { mode: 'ANY' as never } } };
    const answer = await google.models.generateContent({ ...ask, config });
    expect(answer.functionCalls?.[0]).toMatchObject({ name: 'get_weather', args: { city: 'text' } });
  });

  test('embeds, counts and lists', async () => {
    const embedded = await google.models.embedContent({
      model: 'simulated-embedding',
      contents: ['a', 'b'],
      config: { outputDimensionality: 4 },
    });
    expect(embedded.embeddings?.map((item) => item.values?.length)).toEqual([4, 4]);
    expect((await google.models.countTokens(ask)).totalTokens).toBe(7);
    const names: (string | undefined)[] = [];
    for await (const model of await google.models.list()) names.push(model.name);
    expect(names).toContain('models/simulated');
  });

  test('throws for a request the provider refuses', async () => {
    const config = { tools: [{ functionDeclarations: [{ name: '9 lives' }] }] };
    expect(String(await failureOf(google.models.generateContent({ ...ask, config })))).toContain(
      'Invalid function name',
    );
  });
});

test('a missing key is refused in each dialect’s own shape', async () => {
  const post = (path: string) => fetch(`${simulator.url}${path}`, { method: 'POST', body: '{}' });
  const openaiReply = await post('/v1/chat/completions');
  expect([openaiReply.status, await openaiReply.json()]).toMatchObject([
    401,
    { error: { type: 'invalid_request_error' } },
  ]);
  const anthropicReply = await post('/v1/messages');
  expect([anthropicReply.status, await anthropicReply.json()]).toMatchObject([
    401,
    { type: 'error', error: { type: 'authentication_error' } },
  ]);
  const geminiReply = await post('/v1beta/models/x:generateContent');
  expect([geminiReply.status, await geminiReply.json()]).toMatchObject([
    403,
    { error: { status: 'PERMISSION_DENIED' } },
  ]);
});
