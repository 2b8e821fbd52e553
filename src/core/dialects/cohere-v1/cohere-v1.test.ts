import { describe, expect, test } from 'bun:test';
import type { ChatRequest, StreamEvent } from '../../ir/index.ts';
import { isObject, type Json, parseJson } from '../../json/json.ts';
import { Collector } from '../../stream/collect.ts';
import { dialects } from '../index.ts';

const { chat } = dialects['cohere-v1'];
if (chat === undefined) throw new Error('cohere-v1 has no chat');
const { door, upstream } = chat;
const context = { model: 'command-r', defaultMaxOutputTokens: 1000, traits: new Set<never>() };

const reply = (request: ChatRequest) => ({ request, replyId: 'r1', nowSeconds: 0 });
const plain = door.decodeRequest({ model: 'command-r', message: 'Hello' }, {});

const sumCall = { name: 'sum', parameters: { a: 1, b: 2 } };
const tools = [
  {
    name: 'sum',
    description: 'Adds.',
    parameter_definitions: {
      a: { description: 'first', type: 'int', required: true },
      names: { type: 'List[str]', required: false },
    },
  },
];

const bodies: Readonly<Record<string, Json>> = {
  'a message alone': { model: 'command-r', message: 'Hello' },
  'a history with every role': {
    model: 'command-r',
    preamble: 'Be brief.',
    chat_history: [
      { role: 'SYSTEM', message: 'In German.' },
      { role: 'User', message: '1 + 2?' },
      { role: 'CHATBOT', message: 'I add.', tool_calls: [sumCall] },
      { role: 'TOOL', tool_results: [{ call: sumCall, outputs: [{ output: '3' }] }] },
      { role: 'CHATBOT', message: 'Drei.' },
    ],
    message: 'And 2 + 2?',
    temperature: 0.3,
    p: 0.9,
    k: 5,
    max_tokens: 20,
    seed: 1,
    stop_sequences: ['END'],
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    connectors: [{ id: 'web-search' }],
  },
  'results of tools in the middle of a task': {
    model: 'command-r',
    chat_history: [
      { role: 'USER', message: '1 + 2?' },
      { role: 'CHATBOT', message: 'I add.', tool_calls: [sumCall, sumCall] },
    ],
    message: '',
    tools,
    tool_results: [
      { call: sumCall, outputs: [{ sum: 3 }, { sum: 4 }] },
      { call: sumCall, outputs: [{ output: 'three' }] },
    ],
  },
  'results beside the question, whose calls the client left out': {
    model: 'command-r',
    message: '1 + 2?',
    tools,
    tool_results: [{ call: sumCall, outputs: [{ sum: 3 }] }],
    force_single_step: true,
  },
  documents: {
    model: 'command-r',
    message: 'Who made Ruby?',
    documents: [{ id: 'wiki', title: 'Ruby', text: 'Matz made it.' }, { snippet: 'In 1995.' }],
    response_format: { type: 'json_object', schema: { type: 'object' } },
  },
};

describe('requests of /v1/chat', () => {
  test.each(Object.entries(bodies))('%s comes home as it was', (_, body) => {
    const { body: written, losses } = upstream.encodeRequest(door.decodeRequest(body, {}), context);
    expect(losses).toEqual([]);
    expect(written).toEqual(body as never);
  });

  test('a result has the id of the call that says the same', () => {
    const other = { name: 'sum', parameters: { a: 5 } };
    const { turns } = door.decodeRequest(
      {
        model: 'm',
        chat_history: [{ role: 'CHATBOT', message: '', tool_calls: [sumCall, other] }],
        message: '',
        tool_results: [
          { call: other, outputs: [{ output: 'five' }] },
          { call: sumCall, outputs: [{ output: 'three' }] },
        ],
      },
      {},
    );
    expect(turns[1]?.blocks.map((block) => (block.kind === 'tool-result' ? block.callId : ''))).toEqual([
      'call_1',
      'call_0',
    ]);
  });

  test.each([
    [{ model: 'm' }, 'message: must be a string'],
    [{ model: 'm', message: '' }, 'message: is empty'],
    [
      { model: 'm', message: 'x', chat_history: [{ role: 'ASSISTANT', message: 'x' }] },
      'chat_history[0].role: must be',
    ],
    [{ model: 'm', message: 'x', tool_results: [{ outputs: [] }] }, 'tool_results[0].call: must be an object'],
    [{ model: 'm', message: 'x', tool_results: [{ call: { name: 'a' }, outputs: 'b' }] }, 'tool_results[0].outputs'],
    [{ model: 'm', message: 'x', tools: [{ description: 'no name' }] }, 'tools[0].name: must be a string'],
    [{ model: 'm', message: 'x', documents: [3] }, 'documents[0]: must be an object'],
  ])('%j is refused by name', (body, words) => {
    expect(() => door.decodeRequest(body, {})).toThrow(words);
  });

  test('what the table of parameters has no column for is told in words and named', () => {
    const schema = { type: 'object', properties: { unit: { type: 'string', enum: ['c', 'f'] } }, required: ['unit'] };
    const { body, losses } = upstream.encodeRequest(
      { ...plain, tools: [{ kind: 'function', name: 'weather', schema }], toolChoice: { kind: 'required' } },
      context,
    );
    expect(body['tools']).toEqual([
      {
        name: 'weather',
        description: '',
        parameter_definitions: {
          unit: { type: 'str', description: 'JSON Schema: {"type":"string","enum":["c","f"]}', required: true },
        },
      },
    ]);
    expect(losses.map(({ field }) => field)).toEqual(['tools[0].schema', 'toolChoice']);
  });

  test('a picture is refused, since this interface takes texts', () => {
    const picture = { kind: 'media', media: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } } as const;
    const text = { kind: 'text', text: 'What is it?' } as const;
    expect(() =>
      upstream.encodeRequest({ ...plain, turns: [{ role: 'user', blocks: [text, picture] }] }, context),
    ).toThrow('not image');
  });
});

const counts = { api_version: { version: '1' }, tokens: { input_tokens: 10, output_tokens: 4 }, cached_tokens: 3 };
const answer = {
  response_id: 'resp',
  text: 'Matz 💎 made it.',
  generation_id: 'gen-1',
  chat_history: [
    { role: 'USER', message: 'Hello' },
    { role: 'CHATBOT', message: 'Matz 💎 made it.', tool_calls: [sumCall] },
  ],
  finish_reason: 'COMPLETE',
  tool_calls: [sumCall],
  citations: [{ start: 7, end: 11, text: 'made', document_ids: ['doc_0'] }],
  documents: [{ id: 'doc_0', title: 'Ruby', text: 'Matz made it.' }],
  meta: counts,
};

const lines = [
  { event_type: 'stream-start', is_finished: false, generation_id: 'gen-1' },
  { event_type: 'search-results', is_finished: false, documents: answer.documents },
  { event_type: 'text-generation', is_finished: false, text: 'Matz 💎 ' },
  { event_type: 'text-generation', is_finished: false, text: 'made it.' },
  { event_type: 'citation-generation', is_finished: false, citations: answer.citations },
  { event_type: 'tool-calls-chunk', is_finished: false, tool_call_delta: { index: 0, name: 'sum' } },
  { event_type: 'tool-calls-chunk', is_finished: false, tool_call_delta: { index: 0, parameters: '{"a":1,' } },
  { event_type: 'tool-calls-chunk', is_finished: false, tool_call_delta: { index: 0, parameters: '"b":2}' } },
  { event_type: 'tool-calls-generation', is_finished: false, text: answer.text, tool_calls: [sumCall] },
  { event_type: 'stream-end', is_finished: true, finish_reason: 'COMPLETE', response: answer },
];

const eventsOf = (objects: readonly Json[]): readonly StreamEvent[] => {
  const decoder = upstream.streamDecoder();
  return [...objects.flatMap((object) => decoder.push({ data: JSON.stringify(object) })), ...decoder.end()];
};

describe('answers of /v1/chat', () => {
  test('a whole answer comes home as it was, with the history behind the question', () => {
    expect(door.encodeResponse(upstream.decodeResponse(answer), reply(plain))).toEqual({ body: answer, losses: [] });
  });

  test('text, citation, call and counts are read', () => {
    const { choices, usage, id } = upstream.decodeResponse(answer);
    expect(id).toBe('gen-1');
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 4, cacheReadTokens: 3 });
    expect(choices[0]).toMatchObject({
      stop: 'tool-calls',
      blocks: [
        { kind: 'text', citations: [{ kind: 'document', documentIndex: 0, title: 'Ruby', start: 8, end: 12 }] },
        { kind: 'tool-call', id: 'call_gen1_0', name: 'sum', argumentsJson: '{"a":1,"b":2}' },
      ],
    });
  });

  test('a stream says what the whole answer says', () => {
    const collector = new Collector();
    for (const event of eventsOf(lines)) collector.push(event);
    expect(collector.response()).toEqual(upstream.decodeResponse(answer));
  });

  test('calls that come whole only, and answers that come at the end only, are read', () => {
    const late = lines.filter(({ event_type: type }) => type === 'stream-start' || type === 'stream-end');
    const calls = lines.filter(({ event_type: type }) => type !== 'tool-calls-chunk');
    for (const some of [late, calls]) {
      const collector = new Collector();
      for (const event of eventsOf(some)) collector.push(event);
      expect(collector.response().choices[0]?.blocks).toMatchObject([
        { kind: 'text', text: answer.text },
        { kind: 'tool-call', name: 'sum', argumentsJson: '{"a":1,"b":2}' },
      ]);
    }
  });

  test('a stream is written in pieces and ends with the whole answer', () => {
    const encoder = door.streamEncoder(reply(plain));
    const written = eventsOf(lines).flatMap((event) => encoder.push(event).map(({ data }) => parseJson(data)));
    const kinds = written.map((object) => (isObject(object) ? object['event_type'] : undefined));
    expect(kinds).toEqual([
      'stream-start',
      'text-generation',
      'text-generation',
      'tool-calls-chunk',
      'tool-calls-chunk',
      'tool-calls-chunk',
      'citation-generation',
      'tool-calls-generation',
      'stream-end',
    ]);
    expect(written.at(-1)).toMatchObject({ is_finished: true, finish_reason: 'COMPLETE', response: answer });
  });

  test('a stream without its end was cut', () => {
    expect(() => eventsOf(lines.slice(0, -1))).toThrow('broke off');
  });

  test.each([
    [{ event_type: 'stream-end', finish_reason: 'ERROR', response: { message: 'no luck' } }, 'no luck'],
    [{ id: 'x', message: 'too many requests' }, 'too many requests'],
  ])('an error in the stream is an error: %j', (line, words) => {
    expect(() => eventsOf([lines[0] ?? {}, line])).toThrow(words);
  });

  test('thoughts, and a second answer, are named as what this door cannot show', () => {
    const { losses } = door.encodeResponse(
      {
        id: '',
        model: '',
        choices: [
          {
            index: 0,
            stop: 'stop',
            rawStop: 'stop',
            blocks: [
              { kind: 'thinking', text: 'hm' },
              { kind: 'text', text: 'Yes.' },
            ],
          },
          { index: 1, stop: 'stop', rawStop: 'stop', blocks: [] },
        ],
      },
      reply(plain),
    );
    expect(losses.map(({ field }) => field).toSorted()).toEqual(['choices[0].blocks[0]', 'choices[1]']);
  });
});
