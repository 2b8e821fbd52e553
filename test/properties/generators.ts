import fc, { type Arbitrary } from 'fast-check';
import {
  type Block,
  type ChatRequest,
  type ChatResponse,
  type Choice,
  type Citation,
  type Delta,
  type DialectId,
  efforts,
  type MediaBlock,
  type Seal,
  type StopReason,
  type StreamEvent,
  type TokenLogprob,
  type Tool,
  type Turn,
  type Usage,
} from '../../src/core/ir/index.ts';
import type { Json } from '../../src/core/json/json.ts';
import { goldenDialects } from '../golden/conversation.ts';

const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 3 });

/** A record whose optional members are absent, not undefined. */
const record = <T>(members: { [K in keyof T]: Arbitrary<T[K] | undefined> }): Arbitrary<T> =>
  fc
    .record(members as Record<string, Arbitrary<unknown>>)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T);

const specialText = fc.constantFrom(
  'ä',
  '🙂',
  '日本',
  '"',
  '\\',
  '\n',
  '\u2028',
  '</x>',
  '<think>',
  'data: x\n\n',
  '{',
  ' ',
);
/** Text that is not empty: an empty text is no block in the normal form. */
export const text: Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 1, arbitrary: specialText }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => `${pieces.join('')}.`);

const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop_'), minLength: 1, maxLength: 8 });
const dialect: Arbitrary<DialectId> = fc.constantFrom(...goldenDialects);
const base64 = fc.uint8Array({ minLength: 1, maxLength: 24 }).map((bytes) => btoa(String.fromCharCode(...bytes)));
export const seal: Arbitrary<Seal> = fc.record({ dialect, value: base64 });

const cache = fc.constantFrom({}, { ttl: '5m' as const }, { ttl: '1h' as const });
const url = word.map((path) => `https://example.com/${path}.png`);

const argumentsJson = fc
  .dictionary(
    word,
    fc.oneof(fc.integer(), text, fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 2 })),
    {
      maxKeys: 3,
    },
  )
  .map((value) => JSON.stringify(value));

const textBlock = record<Extract<Block, { kind: 'text' }>>({
  kind: fc.constant('text' as const),
  text,
  cache: maybe(cache),
});

const thinkingBlock = fc.oneof(
  record<Extract<Block, { kind: 'thinking' }>>({
    kind: fc.constant('thinking' as const),
    text,
    form: maybe(fc.constant('summary' as const)),
    seal: maybe(seal),
  }),
  seal.map((value) => ({ kind: 'thinking', text: '', redacted: true, seal: value }) as const),
);

const image = fc.oneof(
  record<MediaBlock>({
    kind: fc.constant('media' as const),
    media: fc.constant('image' as const),
    mimeType: fc.constantFrom('image/png', 'image/jpeg'),
    source: base64.map((data) => ({ kind: 'base64', data }) as const),
    detail: maybe(fc.constantFrom('low', 'high')),
    cache: maybe(cache),
  }),
  record<MediaBlock>({
    kind: fc.constant('media' as const),
    media: fc.constant('image' as const),
    source: url.map((value) => ({ kind: 'url', url: value }) as const),
    detail: maybe(fc.constantFrom('low', 'high')),
  }),
);

const document = record<MediaBlock>({
  kind: fc.constant('media' as const),
  media: fc.constant('document' as const),
  mimeType: fc.constant('application/pdf'),
  source: base64.map((data) => ({ kind: 'base64', data }) as const),
  filename: maybe(word.map((name) => `${name}.pdf`)),
  title: maybe(word),
  context: maybe(word),
  citable: maybe(fc.boolean()),
  cache: maybe(cache),
});

const plainDocument = record<MediaBlock>({
  kind: fc.constant('media' as const),
  media: fc.constant('document' as const),
  mimeType: fc.constant('text/plain'),
  source: text.map((value) => ({ kind: 'text', text: value }) as const),
  title: maybe(word),
});

const audio = record<MediaBlock>({
  kind: fc.constant('media' as const),
  media: fc.constant('audio' as const),
  mimeType: fc.constantFrom('audio/wav', 'audio/mpeg'),
  source: base64.map((data) => ({ kind: 'base64', data }) as const),
});

/** What only one dialect understands, as that dialect would write it. */
const opaque: Arbitrary<Block> = fc.constantFrom<Block>(
  {
    kind: 'opaque',
    dialect: 'anthropic-messages',
    type: 'server_tool_use',
    value: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
  },
  {
    kind: 'opaque',
    dialect: 'openai-responses',
    type: 'web_search_call',
    value: { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } },
  },
  {
    kind: 'opaque',
    dialect: 'gemini',
    type: 'executableCode',
    value: { executableCode: { language: 'PYTHON', code: 'print(1)' } },
  },
  {
    kind: 'opaque',
    dialect: 'openai-chat',
    type: 'novelty',
    value: { type: 'novelty', novelty: { a: 1 } },
  },
);

const userBlock: Arbitrary<Block> = fc.oneof(
  { weight: 12, arbitrary: textBlock },
  { weight: 1, arbitrary: audio },
  { weight: 4, arbitrary: image },
  { weight: 2, arbitrary: document },
  { weight: 2, arbitrary: plainDocument },
);

const assistantBlock: Arbitrary<Block> = fc.oneof(
  { weight: 4, arbitrary: textBlock },
  { weight: 3, arbitrary: thinkingBlock },
  { weight: 1, arbitrary: text.map((value) => ({ kind: 'refusal', text: value }) as const) },
  { weight: 1, arbitrary: opaque },
);

interface Call {
  readonly name: string;
  readonly argumentsJson: string;
  readonly seal: Seal | undefined;
  readonly failed: boolean;
  readonly result: readonly Block[];
}

const call: Arbitrary<Call> = fc.record({
  name: fc.constantFrom('weather', 'time', 'lookup'),
  argumentsJson,
  // Only Gemini signs calls.
  seal: fc.option(
    base64.map((value): Seal => ({ dialect: 'gemini', value })),
    { nil: undefined, freq: 4 },
  ),
  failed: fc.boolean(),
  result: fc.array(fc.oneof({ weight: 3, arbitrary: textBlock }, { weight: 1, arbitrary: image }), {
    minLength: 1,
    maxLength: 2,
  }),
});

interface Round {
  readonly user: readonly Block[];
  readonly middle: string | undefined;
  readonly assistant: readonly Block[];
  readonly calls: readonly Call[];
}

const round: Arbitrary<Round> = fc.record({
  user: fc.array(userBlock, { minLength: 1, maxLength: 3 }),
  middle: fc.option(text, { nil: undefined, freq: 8 }),
  assistant: fc.array(assistantBlock, { minLength: 1, maxLength: 3 }),
  calls: fc.oneof(fc.constant([]), fc.array(call, { minLength: 1, maxLength: 3 })),
});

/** The turns of one question: perhaps a prompt in the middle, the question, the answer, its calls and their results. */
const roundTurns = (value: Round, at: number): readonly Turn[] => [
  ...(value.middle === undefined || at === 0
    ? []
    : [{ role: 'system', blocks: [{ kind: 'text', text: value.middle }] } as const]),
  { role: 'user', blocks: value.user },
  {
    role: 'assistant',
    blocks: [
      ...value.assistant,
      ...value.calls.map(
        (one, index): Block => ({
          kind: 'tool-call',
          id: `call_${at}_${index}`,
          name: one.name,
          argumentsJson: one.argumentsJson,
          ...(one.seal === undefined ? {} : { seal: one.seal }),
        }),
      ),
    ],
  },
  ...(value.calls.length === 0
    ? []
    : [
        {
          role: 'tool',
          blocks: value.calls.map(
            (one, index): Block => ({
              kind: 'tool-result',
              callId: `call_${at}_${index}`,
              name: one.name,
              blocks: one.result,
              failed: one.failed,
            }),
          ),
        } as const,
      ]),
];

const turns: Arbitrary<readonly Turn[]> = fc
  .record({
    system: maybe(fc.array(textBlock, { minLength: 1, maxLength: 2 })),
    rounds: fc.array(round, { maxLength: 2 }),
    last: fc.array(userBlock, { minLength: 1, maxLength: 2 }),
  })
  .map(({ system, rounds, last }) => {
    const said = rounds.flatMap(roundTurns);
    const asks: readonly Turn[] = said.at(-1)?.role === 'tool' ? [] : [{ role: 'user', blocks: last }];
    return [...(system === undefined ? [] : [{ role: 'system', blocks: system } as const]), ...said, ...asks];
  });

const schema = fc.constantFrom(
  { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  { type: 'object', properties: {} },
);

const tools: Arbitrary<readonly Tool[]> = fc.subarray(['weather', 'time', 'lookup'], { minLength: 1 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      record<Extract<Tool, { kind: 'function' }>>({
        kind: fc.constant('function' as const),
        name: fc.constant(name),
        description: maybe(text),
        schema,
        strict: maybe(fc.boolean()),
        cache: maybe(cache),
      }),
    ),
  ),
);

const tuning = record<Partial<ChatRequest>>({
  maxOutputTokens: fc.integer({ min: 4096, max: 8192 }),
  parallelToolCalls: maybe(fc.boolean()),
  output: maybe(
    fc.oneof(
      fc.constantFrom({ kind: 'json' as const }, { kind: 'text' as const }),
      record<Extract<NonNullable<ChatRequest['output']>, { kind: 'json-schema' }>>({
        kind: fc.constant('json-schema' as const),
        schema,
        name: fc.constant('answer'),
        strict: maybe(fc.boolean()),
      }),
    ),
  ),
  verbosity: maybe(fc.constantFrom('low', 'high')),
  reasoning: maybe(
    fc.oneof(
      fc.constantFrom(...efforts).map((effort) => ({ effort })),
      fc.integer({ min: 1024, max: 4000 }).map((budgetTokens) => ({ enabled: true, budgetTokens })),
      fc.constantFrom({ enabled: false }, { enabled: true, adaptive: true as const }),
    ),
  ),
  temperature: maybe(fc.constantFrom(0, 0.5, 1)),
  topP: maybe(fc.constantFrom(0.1, 0.95)),
  topK: maybe(fc.integer({ min: 1, max: 40 })),
  presencePenalty: maybe(fc.constantFrom(-1, 0.5)),
  frequencyPenalty: maybe(fc.constantFrom(-1, 0.5)),
  seed: maybe(fc.integer({ min: 0, max: 1e9 })),
  stop: maybe(fc.array(word, { minLength: 1, maxLength: 3 })),
  choices: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(2, 4) }),
  logprobs: maybe(fc.constant(true)),
  serviceTier: maybe(fc.constantFrom('auto')),
  user: maybe(word),
  metadata: maybe(fc.constant({ team: 'a' })),
  promptCacheKey: maybe(word),
  store: maybe(fc.boolean()),
  cache: maybe(cache),
});

export const chatRequest: Arbitrary<ChatRequest> = fc
  .record({ turns, tuning, tools: maybe(tools), choice: fc.nat({ max: 3 }) })
  .map(({ turns: said, tuning: tuned, tools: offered, choice }) => ({
    model: 'model-1',
    stream: false,
    turns: said,
    ...tuned,
    ...(offered === undefined ? {} : { tools: offered, ...chosen(offered, choice) }),
  }));

const chosen = (offered: readonly Tool[], choice: number): Partial<ChatRequest> => {
  const first = offered[0];
  if (choice === 0) return {};
  if (choice === 1 && first?.kind === 'function') return { toolChoice: { kind: 'tool', name: first.name } };
  return { toolChoice: { kind: choice === 2 ? 'auto' : 'required' } };
};

const citation: Arbitrary<Citation> = fc.oneof(
  fc.record({ url, title: word }).map((cited): Citation => ({ kind: 'url', ...cited })),
  fc.record({ documentIndex: fc.nat({ max: 2 }), start: fc.nat({ max: 9 }), citedText: text }).map(
    ({ documentIndex, start, citedText }): Citation => ({
      kind: 'document',
      documentIndex,
      citedText,
      location: { unit: 'char', start, end: start + 5 },
    }),
  ),
);

const answerText: Arbitrary<Block> = record<Extract<Block, { kind: 'text' }>>({
  kind: fc.constant('text' as const),
  text,
  citations: fc.option(fc.array(citation, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 4 }),
});

const picture: Arbitrary<Block> = base64.map((data) => ({
  kind: 'media',
  media: 'image',
  mimeType: 'image/png',
  source: { kind: 'base64', data },
}));

const answerBlocks: Arbitrary<readonly Block[]> = fc
  .record({
    thoughts: fc.array(thinkingBlock, { maxLength: 2 }),
    said: fc.oneof<fc.WeightedArbitrary<readonly Block[]>[]>(
      { weight: 6, arbitrary: fc.array(answerText, { maxLength: 2 }) },
      { weight: 1, arbitrary: text.map((value) => [{ kind: 'refusal', text: value } as const]) },
    ),
    calls: fc.oneof<Arbitrary<readonly Call[]>[]>(fc.constant([]), fc.constant([]), fc.array(call, { maxLength: 3 })),
    other: fc.option(opaque, { nil: undefined, freq: 6 }),
    picture: fc.option(picture, { nil: undefined, freq: 8 }),
  })
  .map(({ thoughts, said, calls, other, picture: drawn }) => [
    ...thoughts,
    ...(other === undefined ? [] : [other]),
    ...said,
    ...(drawn === undefined ? [] : [drawn]),
    ...(said.some((block) => block.kind === 'refusal') ? [] : calls).map(
      (one, index): Block => ({
        kind: 'tool-call',
        id: `call_${index}`,
        name: one.name,
        argumentsJson: one.argumentsJson,
        ...(one.seal === undefined ? {} : { seal: one.seal }),
      }),
    ),
  ]);

const usage: Arbitrary<Usage> = fc
  .record({ fresh: fc.nat(1000), read: fc.nat(1000), write: fc.nat(1000), said: fc.nat(1000), thought: fc.nat(1000) })
  .map(({ fresh, read, write, said, thought }) => ({
    inputTokens: fresh + read + write,
    outputTokens: said + thought,
    cacheReadTokens: read,
    cacheWriteTokens: write,
    reasoningTokens: thought,
  }));

const tokens: Arbitrary<readonly TokenLogprob[]> = fc.array(
  fc.record({ token: word, logprob: fc.constantFrom(-0.5, -1.25, 0), bytes: fc.constantFrom(null, [97]) }),
  { minLength: 1, maxLength: 3 },
);

const stopOf = (blocks: readonly Block[], drawn: StopReason): StopReason => {
  if (blocks.some((block) => block.kind === 'refusal')) return 'refusal';
  return blocks.some((block) => block.kind === 'tool-call') ? 'tool-calls' : drawn;
};

const choice: Arbitrary<Omit<Choice, 'index'>> = fc
  .record({
    blocks: answerBlocks,
    drawn: fc.constantFrom<StopReason>('stop', 'length', 'content-filter'),
    logprobs: fc.option(tokens, { nil: undefined, freq: 4 }),
  })
  .map(({ blocks, drawn, logprobs }) => ({
    blocks,
    stop: stopOf(blocks, drawn),
    rawStop: '',
    ...(logprobs === undefined || !blocks.some((block) => block.kind === 'text') ? {} : { logprobs }),
  }));

export const chatResponse: Arbitrary<ChatResponse> = fc
  .record({
    choices: fc.oneof(
      { weight: 5, arbitrary: fc.array(choice, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(choice, { minLength: 2, maxLength: 2 }) },
    ),
    usage: maybe(usage),
  })
  .map(({ choices, usage: counted }) => ({
    id: 'answer1',
    model: 'model-1',
    createdSeconds: 1_760_000_000,
    choices: choices.map((one, index) => ({ index, ...one })),
    ...(counted === undefined ? {} : { usage: counted }),
  }));

/** Cuts a text into pieces at the drawn places; no piece is empty. */
const cut = (value: string, places: readonly number[]): readonly string[] => {
  const points = [...new Set(places.map((place) => place % (value.length + 1)))].sort((a, b) => a - b);
  const pieces: string[] = [];
  let from = 0;
  for (const point of [...points, value.length]) {
    if (point > from) pieces.push(value.slice(from, point));
    from = Math.max(from, point);
  }
  return pieces;
};

/** One block as a stream tells it: opened without its content, then grown. */
const grownBlock = (block: Block, places: readonly number[]): readonly [Block, readonly Delta[]] => {
  switch (block.kind) {
    case 'text': {
      const { citations, ...bare } = block;
      const said = cut(block.text, places).map((value): Delta => ({ kind: 'text', text: value }));
      const cited = (citations ?? []).map((one): Delta => ({ kind: 'citation', citation: one }));
      // Anthropic cites before it speaks, others after.
      return [{ ...bare, text: '' }, places.length % 2 === 0 ? [...cited, ...said] : [...said, ...cited]];
    }
    case 'thinking': {
      if (block.text === '') return [block, []];
      const { seal: sealed, ...bare } = block;
      const said = cut(block.text, places).map((value): Delta => ({ kind: 'text', text: value }));
      return [
        { ...bare, text: '' },
        [...said, ...(sealed === undefined ? [] : [{ kind: 'seal', seal: sealed } as const])],
      ];
    }
    case 'refusal':
      return [{ ...block, text: '' }, cut(block.text, places).map((value): Delta => ({ kind: 'text', text: value }))];
    case 'tool-call':
      return [
        { ...block, argumentsJson: '' },
        cut(block.argumentsJson, places).map((value): Delta => ({ kind: 'arguments', text: value })),
      ];
    case 'tool-result':
    case 'media':
    case 'opaque':
      return [block, []];
  }
};

/** The events of a choice: blocks in order, but runs of tool calls open together and grow in turn when `interleave` says so. */
const choiceEvents = (value: Choice, places: readonly number[], interleave: boolean): readonly StreamEvent[] => {
  const events: StreamEvent[] = [];
  const at = { choice: value.index };
  let pending: { kind: Block['kind']; index: number; deltas: Delta[] }[] = [];
  const flush = () => {
    while (pending.some((one) => one.deltas.length > 0))
      for (const one of pending) {
        const delta = one.deltas.shift();
        if (delta !== undefined) events.push({ kind: 'block-delta', ...at, index: one.index, delta });
      }
    for (const one of pending) events.push({ kind: 'block-end', ...at, index: one.index });
    pending = [];
  };
  const firstText = value.blocks.findIndex((block) => block.kind === 'text');
  for (const [index, block] of value.blocks.entries()) {
    const joins = interleave && block.kind === 'tool-call' && pending.every((one) => one.kind === 'tool-call');
    if (!joins) flush();
    const [opened, deltas] = grownBlock(block, places);
    events.push({ kind: 'block-start', ...at, index, block: opened });
    const odds: Delta[] =
      index === firstText && value.logprobs !== undefined ? [{ kind: 'logprobs', logprobs: value.logprobs }] : [];
    pending.push({ kind: block.kind, index, deltas: [...deltas, ...odds] });
  }
  flush();
  return [...events, { kind: 'choice-end', ...at, stop: value.stop, rawStop: value.rawStop }];
};

/** Puts two lists together without changing the order within either. */
const weave = (
  a: readonly StreamEvent[],
  b: readonly StreamEvent[],
  steps: readonly boolean[],
): readonly StreamEvent[] => {
  const left = [...a];
  const right = [...b];
  const woven: StreamEvent[] = [];
  for (let step = 0; left.length > 0 || right.length > 0; step += 1) {
    const next =
      steps[step % steps.length] === true ? (left.shift() ?? right.shift()) : (right.shift() ?? left.shift());
    if (next !== undefined) woven.push(next);
  }
  return woven;
};

/** An answer and a stream that tells it. */
export const streamedAnswer: Arbitrary<{ readonly response: ChatResponse; readonly events: readonly StreamEvent[] }> =
  fc
    .record({
      response: chatResponse,
      places: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
      interleave: fc.boolean(),
      steps: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
    })
    .map(({ response, places, interleave, steps }) => {
      const told = response.choices.map((one) => choiceEvents(one, places, interleave));
      const { id, model, createdSeconds = 0 } = response;
      return {
        response,
        events: [
          { kind: 'response-start', id, model, createdSeconds },
          ...weave(told[0] ?? [], told[1] ?? [], steps),
          ...(response.usage === undefined ? [] : [{ kind: 'usage', usage: response.usage } as const]),
          { kind: 'response-end' },
        ],
      };
    });

/** Any JSON, with the keys that break careless code. */
export const json: Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.constantFrom('constructor', 'a"b', 'ключ', '')), tie('value'), { maxKeys: 4 }),
  ),
})).value;
