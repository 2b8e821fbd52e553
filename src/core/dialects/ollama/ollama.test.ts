import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { ChatRequest, StreamEvent } from '../../ir/index.ts';
import type { Json, JsonObject } from '../../json/json.ts';
import { dialects } from '../index.ts';

const { door, upstream } = dialects.ollama.chat ?? (undefined as never);
const context = { model: 'm', defaultMaxOutputTokens: 100, traits: new Set<never>() };
const ask = { role: 'user', content: 'Hi' };
const read = (body: JsonObject): ChatRequest => door.decodeRequest({ model: 'm', messages: [ask], ...body }, {});
const send = (request: Partial<ChatRequest>) =>
  upstream.encodeRequest({ model: 'm', stream: false, turns: [], ...request }, context);

const refusedParam = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return error instanceof GatewayError ? error.detail.param : String(error);
  }
  return 'nothing was refused';
};

describe('what a client writes', () => {
  test('asks for a stream unless it says otherwise', () => {
    expect(read({}).stream).toBe(true);
    expect(read({ stream: false }).stream).toBe(false);
  });

  test('calls and results without ids are matched by the tool, then by order', () => {
    const call = (name: string) => ({ function: { name, arguments: { n: 1 } } });
    const { turns } = read({
      messages: [
        ask,
        { role: 'assistant', content: '', tool_calls: [call('a'), call('b'), call('a')] },
        { role: 'tool', tool_name: 'b', content: 'of b' },
        { role: 'tool', content: 'of the first a' },
        { role: 'tool', name: 'a', content: 'of the second a' },
      ],
    });
    expect(turns[1]?.blocks.map((block) => (block.kind === 'tool-call' ? block.id : ''))).toEqual([
      'call_1_0',
      'call_1_1',
      'call_1_2',
    ]);
    expect(turns[2]?.blocks.map((block) => (block.kind === 'tool-result' ? [block.callId, block.name] : ''))).toEqual([
      ['call_1_1', 'b'],
      ['call_1_0', 'a'],
      ['call_1_2', 'a'],
    ]);
  });

  test('goes home without the ids that were made up', () => {
    const messages = [
      ask,
      { role: 'assistant', content: '', tool_calls: [{ function: { name: 'a', arguments: {} } }] },
      { role: 'tool', content: 'done' },
    ];
    expect(upstream.encodeRequest(read({ messages }), context).body['messages']).toEqual(messages);
  });

  test.each([
    ['png', 'iVBORw0KGgo=', 'image/png'],
    ['jpeg', '/9j/4AAQ', 'image/jpeg'],
    ['data url', 'data:image/webp;base64,UklGRg==', 'image/webp'],
  ])('a picture is known by its first bytes: %s', (_, image, mimeType) => {
    const [block] = read({ messages: [{ ...ask, images: [image] }] }).turns[0]?.blocks ?? [];
    expect(block).toMatchObject({ kind: 'media', media: 'image', mimeType });
  });

  test('options, format and think have their places, and unknown options stay together', () => {
    const request = read({
      options: { num_predict: 5, num_ctx: 4096, stop: 'END', top_k: 3 },
      format: 'json',
      think: 'high',
      keep_alive: '5m',
    });
    expect(request).toMatchObject({
      maxOutputTokens: 5,
      topK: 3,
      stop: ['END'],
      output: { kind: 'json' },
      reasoning: { effort: 'high' },
      extras: { ollama: { options: { num_ctx: 4096 }, keep_alive: '5m' } },
    });
    expect(upstream.encodeRequest(request, context).body).toMatchObject({
      options: { num_predict: 5, num_ctx: 4096, stop: ['END'], top_k: 3 },
      format: 'json',
      think: 'high',
      keep_alive: '5m',
    });
  });

  test('no limit is no limit', () => {
    const request = read({ options: { num_predict: -1 } });
    expect(request.maxOutputTokens).toBeUndefined();
    expect(upstream.encodeRequest(request, context).body['options']).toEqual({ num_predict: -1 });
  });

  test('empty members, as old clients send them, say nothing', () => {
    const request = read({ format: '', options: {}, keep_alive: null, tools: [] });
    expect(request.output).toBeUndefined();
    expect(request.extras).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }],
    ['messages[0].images[0]', { messages: [{ ...ask, images: [5] }] }],
    ['messages[0].tool_calls[0].function.name', { messages: [{ role: 'assistant', tool_calls: [{}] }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['options.temperature', { options: { temperature: 'warm' } }],
    ['options.stop[1]', { options: { stop: ['a', 1] } }],
    ['format', { format: 'xml' }],
    ['think', { think: 'hard' }],
  ])('%s is named when it is wrong', (param, body) => {
    expect(refusedParam(() => read(body))).toBe(param);
  });
});

describe('what a provider is sent', () => {
  test('two texts of the user are two messages, and a picture stands before its text', () => {
    const picture = { kind: 'media', media: 'image', source: { kind: 'base64', data: 'AAAA' } } as const;
    const { body, losses } = send({
      turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'a' }, picture, { kind: 'text', text: 'b' }] }],
    });
    expect(body['messages']).toEqual([
      { role: 'user', content: 'a', images: ['AAAA'] },
      { role: 'user', content: 'b' },
    ]);
    expect(losses.map((loss) => `${loss.action} ${loss.field}`)).toEqual(['changed turns[0].blocks[1]']);
  });

  test('a request that forbids calls is sent without tools', () => {
    const { body, losses } = send({ tools: [{ kind: 'function', name: 'a' }], toolChoice: { kind: 'none' } });
    expect(body['tools']).toBeUndefined();
    expect(losses.map((loss) => loss.field)).toEqual(['toolChoice', 'tools']);
  });

  test.each([
    [{ effort: 'none' } as const, false],
    [{ enabled: false } as const, false],
    [{ enabled: true, adaptive: true } as const, true],
    [{ effort: 'minimal' } as const, 'low'],
    [{ effort: 'max' } as const, 'high'],
    [{ enabled: true, budgetTokens: 9000 } as const, 'medium'],
  ])('thinking %j is written as %j', (reasoning, think) => {
    expect(send({ reasoning }).body['think']).toBe(think);
  });

  test('what it cannot see or say is refused by name', () => {
    const media = (media: 'image' | 'audio', url: string) =>
      ({ kind: 'media', media, source: { kind: 'url', url } }) as const;
    const with_ = (block: ReturnType<typeof media>) => () => send({ turns: [{ role: 'user', blocks: [block] }] });
    expect(refusedParam(with_(media('image', 'https://example.com/a.png')))).toBe('turns[0].blocks[0]');
    expect(refusedParam(with_(media('audio', 'https://example.com/a.mp3')))).toBe('turns[0].blocks[0]');
    expect(refusedParam(() => send({ choices: 2 }))).toBe('choices');
  });
});

describe('what a provider answers', () => {
  const line = (value: Json) => ({ data: JSON.stringify(value) });
  const piece = (message: JsonObject, more: JsonObject = {}) =>
    line({ model: 'm', created_at: '2026-08-17T08:22:52.061545Z', message, done: false, ...more });
  const stream = (...frames: readonly { data: string }[]): readonly StreamEvent[] => {
    const decoder = upstream.streamDecoder();
    return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
  };
  const done = line({ model: 'm', created_at: '', message: { role: 'assistant', content: '' }, done: true });

  test('whole calls without ids get ones that differ from answer to answer', () => {
    const call = { function: { name: 'a', arguments: { x: 1 } } };
    const events = stream(piece({ role: 'assistant', content: '', tool_calls: [call, call] }), done);
    const blocks = events.flatMap((event) => (event.kind === 'block-start' ? [event.block] : []));
    expect(blocks).toMatchObject([
      { id: 'call_20260817082252061545_0', name: 'a', argumentsJson: '{"x":1}' },
      { id: 'call_20260817082252061545_1' },
    ]);
    expect(events.find((event) => event.kind === 'choice-end')).toMatchObject({ stop: 'tool-calls' });
  });

  test('a line with an error ends the stream with its words', () => {
    expect(() => stream(piece({ role: 'assistant', content: 'a' }), line({ error: 'out of memory' }))).toThrow(
      'out of memory',
    );
  });

  test('a stream without its last object is cut', () => {
    expect(() => stream(piece({ role: 'assistant', content: 'a' }))).toThrow('before the provider said');
  });

  test.each([
    [404, '{"error":"model \\"x\\" not found"}', 'model "x" not found'],
    [400, '{"error":{"message":"bad","type":"invalid_request_error"}}', 'bad'],
    [502, '<html><body>Bad gateway</body></html>', 'The provider answered with status 502.'],
    [500, 'something  broke\n', 'something broke'],
  ])('a failed answer of %d says what went wrong', (status, body, message) => {
    expect(dialects.ollama.decodeFault(status, body).message).toBe(message);
  });

  test('times of other years are written as they are', () => {
    const shown = (createdSeconds: number) =>
      door.encodeResponse(
        { id: '', model: 'm', createdSeconds, choices: [] },
        { request: read({}), replyId: 'r', nowSeconds: 0 },
      ).body['created_at'];
    for (const text of ['1970-01-01T00:00:00Z', '2000-02-29T23:59:59Z', '2026-12-31T12:00:00Z', '2100-03-01T00:00:00Z'])
      expect(shown(Date.parse(text) / 1000)).toBe(text);
  });
});

describe('the older forms', () => {
  const generate = dialects['ollama-generate'].chat ?? (undefined as never);
  const prompt = (body: JsonObject) => generate.door.decodeRequest({ model: 'm', prompt: 'Hi', ...body }, {});

  test('a prompt, its system prompt and pictures are one question', () => {
    expect(prompt({ system: 'Be brief.', images: ['AAAA'] }).turns).toMatchObject([
      { role: 'system', blocks: [{ text: 'Be brief.' }] },
      { role: 'user', blocks: [{ kind: 'media' }, { kind: 'text', text: 'Hi' }] },
    ]);
  });

  test('what a chat cannot say is named', () => {
    const { losses } = upstream.encodeRequest(prompt({ raw: true, template: 'x', context: [1, 2] }), context);
    expect(losses.map((loss) => loss.field).sort()).toEqual(['extras.context', 'extras.raw', 'extras.template']);
  });

  test('text to be filled in is kept for a target of the same format', () => {
    const request = prompt({ suffix: 'end', prompt: 'begin' });
    expect(request.turns).toEqual([]);
    expect(generate.upstream.encodeRequest(request, context).body).toMatchObject({ prompt: 'begin', suffix: 'end' });
    expect(generate.door.greeting?.(request)).toBeUndefined();
  });

  test('a request without a prompt asks to load a model, or to let it go', () => {
    expect(generate.door.greeting?.(prompt({ prompt: '' }))?.choices[0]?.rawStop).toBe('load');
    expect(generate.door.greeting?.(prompt({ prompt: '', keep_alive: 0 }))?.choices[0]?.rawStop).toBe('unload');
  });

  test('one text gives one vector, a list of texts a list of vectors', () => {
    const legacy = dialects['ollama-generate'].embeddings?.door ?? (undefined as never);
    const current = dialects.ollama.embeddings ?? (undefined as never);
    const now = current.door ?? (undefined as never);
    const response = { model: 'm', vectors: [{ kind: 'float', values: [1, 2] }] } as const;
    const old = legacy.decodeRequest({ model: 'm', prompt: 'a' }, {});
    expect(legacy.encodeResponse(response, old, 'r')).toEqual({ embedding: [1, 2] });
    const request = now.decodeRequest({ model: 'm', input: ['a'], dimensions: 2, truncate: false }, {});
    expect(now.encodeResponse(response, request, 'r')).toMatchObject({ embeddings: [[1, 2]] });
    expect(current.upstream.encodeRequest(request, 'n').body).toEqual({
      model: 'n',
      input: ['a'],
      dimensions: 2,
      truncate: false,
    });
  });
});
