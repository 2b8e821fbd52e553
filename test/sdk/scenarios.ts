import { expect } from 'bun:test';
import { effortForBudget } from '../../src/core/dialects/reasoning-budget.ts';
import type { DialectId } from '../../src/core/ir/index.ts';
import {
  defaultAnswer,
  type RecordedCall,
  type SimulatedAnswer,
  type SimulatedPart,
  type SimulatedRequest,
  type Simulator,
} from '../../src/simulators/index.ts';
import type { Ask, Call, Heard, SdkClient, Tool } from './sdk-client.ts';
import type { WireFacts } from './upstreams.ts';

/** What a scenario is played with: one client, one upstream, streamed or not. */
export interface Stage<Raw> {
  readonly client: SdkClient<Raw>;
  readonly wire: DialectId;
  readonly facts: WireFacts;
  readonly stream: boolean;
  readonly simulator: Simulator;
  /** Asks the upstream's model; gives what the client's user heard and what the provider got. */
  ask(ask: Omit<Ask<Raw>, 'model'>): Promise<Exchange<Raw>>;
}

export interface Exchange<Raw> {
  readonly heard: Heard<Raw>;
  readonly call: RecordedCall;
  readonly got: SimulatedRequest;
}

export interface Scenario {
  readonly name: string;
  /** What not every client can do. */
  readonly needs?: 'forced calls';
  play<Raw>(stage: Stage<Raw>): Promise<void>;
}

const weather: Tool = {
  name: 'get_weather',
  description: 'Says the weather of a city.',
  schema: {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Paris', 'Rome'] }, days: { type: 'integer', minimum: 2 } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
};

const clock: Tool = {
  name: 'get_time',
  description: 'Says the time in a zone.',
  schema: {
    type: 'object',
    properties: { zone: { type: 'string', enum: ['UTC'] } },
    required: ['zone'],
    additionalProperties: false,
  },
};

const weatherCall = { name: 'get_weather', arguments: { city: 'Paris', days: 2 } };
const clockCall = { name: 'get_time', arguments: { zone: 'UTC' } };

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', enum: ['Ada'] },
    born: { type: 'integer' },
    fields: { type: 'array', items: { type: 'string' } },
  },
  required: ['name', 'born', 'fields'],
  additionalProperties: false,
} as const;

/** A PNG of one red pixel. */
export const redPixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const partsOf = (got: SimulatedRequest, role: 'user' | 'assistant'): readonly SimulatedPart[] =>
  got.turns.flatMap((turn) => (turn.role === role ? turn.parts : []));

const wordsOf = (parts: readonly SimulatedPart[]): string =>
  parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('');

const callsOf = (parts: readonly SimulatedPart[]) =>
  parts.flatMap((part) => (part.kind === 'tool-call' ? [{ name: part.name, arguments: part.arguments }] : []));

const resultsOf = (parts: readonly SimulatedPart[]) =>
  parts.flatMap((part) => (part.kind === 'tool-result' ? [{ call: part.call, text: wordsOf(part.parts) }] : []));

const nameAndArguments = (calls: readonly Call[]) =>
  calls.map(({ name, arguments: given }) => ({ name, arguments: given }));

/** The simulated model counts its tokens by one rule, so usage is known to the token. */
const expectUsage = <Raw>({ heard, got }: Exchange<Raw>, { client, facts }: Stage<Raw>): void => {
  const { usage } = defaultAnswer(got);
  expect({ input: heard.usage.input, output: heard.usage.output }).toEqual({
    input: usage.inputTokens,
    output: usage.outputTokens,
  });
  if (client.counts.reasoning && facts.countsReasoning)
    expect(heard.usage.reasoning ?? 0).toBe(usage.reasoningTokens ?? 0);
};

const expectTools = (got: SimulatedRequest, tools: readonly Tool[]): void => {
  expect(got.tools.map(({ kind, name, description }) => ({ kind, name, description }))).toEqual(
    tools.map(({ name, description }) => ({ kind: 'function' as const, name, description })),
  );
  expect(got.tools.map((tool) => tool.schema)).toEqual(
    tools.map(({ schema }) => expect.objectContaining(essence(schema))),
  );
};

/** What every wire keeps of a schema: clients and wires differ in decorations such as `additionalProperties`. */
const essence = (schema: Tool['schema']) => ({ properties: schema['properties'], required: schema['required'] });

const effortAsked = (got: SimulatedRequest): string | undefined => {
  const { effort, budgetTokens } = got.reasoning ?? {};
  return effort ?? (budgetTokens === undefined ? undefined : effortForBudget(budgetTokens));
};

const text: Scenario = {
  name: 'words and a system prompt',
  play: async (stage) => {
    const exchange = await stage.ask({
      system: 'Be brief.',
      said: [{ by: 'user', text: 'Grüße, 世界! 🌍 How are you?' }],
      maxTokens: 200,
    });
    const { heard, got } = exchange;
    expect(heard.text).toBe('You said: "Grüße, 世界! 🌍 How are you?".');
    expect(heard.calls).toEqual([]);
    expect(heard.finish).toBe(stage.client.finish.stop);
    expect(got.model).toBe('simulated');
    expect(got.system.map((piece) => piece.text)).toEqual(['Be brief.']);
    expect(wordsOf(partsOf(got, 'user'))).toBe('Grüße, 世界! 🌍 How are you?');
    expect(got.maxOutputTokens).toBe(200);
    expectUsage(exchange, stage);
  },
};

const conversation: Scenario = {
  name: 'a second question after an answer',
  play: async (stage) => {
    const first = await stage.ask({ said: [{ by: 'user', text: 'One.' }], maxTokens: 200 });
    const second = await stage.ask({
      said: [
        { by: 'user', text: 'One.' },
        { by: 'model', raw: first.heard.raw },
        { by: 'user', text: 'Two.' },
      ],
      maxTokens: 200,
    });
    expect(second.heard.text).toBe('You said: "Two.".');
    expect(second.got.turns.map((turn) => [turn.role, wordsOf(turn.parts)])).toEqual([
      ['user', 'One.'],
      ['assistant', 'You said: "One.".'],
      ['user', 'Two.'],
    ]);
    expectUsage(second, stage);
  },
};

const limit: Scenario = {
  name: 'a token limit',
  play: async (stage) => {
    const said = 'A long sentence that does not fit into the few tokens that the answer may have, by far.';
    const exchange = await stage.ask({ said: [{ by: 'user', text: said }], maxTokens: 16 });
    expect(exchange.heard.text).toBe(`You said: "${said}".`.slice(0, 64));
    expect(exchange.heard.finish).toBe(stage.client.finish.length);
    expect(exchange.got.maxOutputTokens).toBe(16);
    expectUsage(exchange, stage);
  },
};

const parallelTools: Scenario = {
  name: 'two tool calls at once and their results',
  play: async (stage) => {
    const question = { by: 'user', text: 'Please call get_weather and call get_time.' } as const;
    const tools = [weather, clock];
    const first = await stage.ask({ said: [question], tools, maxTokens: 200 });
    expect(nameAndArguments(first.heard.calls)).toEqual([weatherCall, clockCall]);
    expect(new Set(first.heard.calls.map((call) => call.id)).size).toBe(2);
    expect(first.heard.finish).toBe(stage.client.finish.calls);
    expectTools(first.got, tools);
    expectUsage(first, stage);
    const results = first.heard.calls.map((call, index) => ({
      call,
      text: ['Sunny, 21 degrees', 'Noon'][index] ?? '',
    }));
    const second = await stage.ask({
      said: [question, { by: 'model', raw: first.heard.raw }, { by: 'tools', results }],
      tools,
      maxTokens: 200,
    });
    expect(second.heard.text).toBe('The tool answered: "Sunny, 21 degrees". The tool answered: "Noon".');
    expect(second.heard.finish).toBe(stage.client.finish.stop);
    expect(callsOf(partsOf(second.got, 'assistant'))).toEqual([weatherCall, clockCall]);
    expect(resultsOf(partsOf(second.got, 'user'))).toEqual([
      { call: 0, text: 'Sunny, 21 degrees' },
      { call: 1, text: 'Noon' },
    ]);
    expectUsage(second, stage);
  },
};

const interleavedTools: Scenario = {
  name: 'tool calls whose pieces come in turns, after words',
  play: async (stage) => {
    const calls = [weatherCall, clockCall].map(({ name, arguments: given }) => ({
      kind: 'tool-call' as const,
      name,
      pieces: JSON.stringify(given).match(/.{1,5}/g) ?? [],
    }));
    const parts = [{ kind: 'text' as const, pieces: ['Let me ', 'look.'] }, ...calls];
    const usage = { inputTokens: 10, outputTokens: 20 };
    stage.simulator.script({ answer: { choices: [{ parts, finish: 'tool-calls' }], usage, interleaved: true } });
    const { heard } = await stage.ask({
      said: [{ by: 'user', text: 'Look.' }],
      tools: [weather, clock],
      maxTokens: 200,
    });
    expect(heard.text).toBe('Let me look.');
    // A format that has calls whole sends the one first that is complete first.
    expect(nameAndArguments(heard.calls).toSorted((one, other) => (one.name < other.name ? 1 : -1))).toEqual([
      weatherCall,
      clockCall,
    ]);
    expect(heard.finish).toBe(stage.client.finish.calls);
  },
};

const forcedTool: Scenario = {
  name: 'a tool it must call',
  needs: 'forced calls',
  play: async (stage) => {
    const tools = [weather, clock];
    const asked = { said: [{ by: 'user', text: 'What now?' }], tools, mustCall: 'get_time', maxTokens: 200 } as const;
    const { heard, got } = await stage.ask(asked);
    expect(nameAndArguments(heard.calls)).toEqual([clockCall]);
    if (stage.facts.namesForcedTool !== false)
      expect(got.toolChoice).toEqual({ mode: 'required', names: ['get_time'] });
    else expect([got.toolChoice, got.tools.map(({ name }) => name)]).toEqual([{ mode: 'required' }, ['get_time']]);
  },
};

const image: Scenario = {
  name: 'a picture',
  play: async (stage) => {
    const picture = { mimeType: 'image/png', base64: redPixel };
    const exchange = await stage.ask({ said: [{ by: 'user', text: 'What is this?', picture }], maxTokens: 200 });
    expect(exchange.heard.text).toBe('You said: "What is this?". I see an image (image/png, 69 bytes).');
    expect(partsOf(exchange.got, 'user').filter((part) => part.kind === 'image')).toEqual([
      expect.objectContaining({ kind: 'image', mimeType: 'image/png', source: { kind: 'base64', data: redPixel } }),
    ]);
    expectUsage(exchange, stage);
  },
};

/** The simulated model counts the words it was asked. */
const thought = (words: number): string =>
  `The last message has ${words} words. A short answer that repeats it will do.`;
const signature = (words: number): string => btoa(`simulated-thought-${words}`);

const thinking: Scenario = {
  name: 'thinking, sent back with the result of a call',
  play: async (stage) => {
    const { client, facts } = stage;
    const question = { by: 'user', text: 'Please call get_weather now.' } as const;
    const wish = { tools: [weather], think: true, maxTokens: 12_000 } as const;
    const first = await stage.ask({ said: [question], ...wish });
    expect(effortAsked(first.got)).toBe('medium');
    expect(first.heard.reasoning).toBe(client.thoughts.seen ? thought(4) : '');
    expect(nameAndArguments(first.heard.calls)).toEqual([weatherCall]);
    expect(first.heard.finish).toBe(client.finish.calls);
    expectUsage(first, stage);

    const results = first.heard.calls.map((call) => ({ call, text: 'Rain' }));
    const second = await stage.ask({
      said: [question, { by: 'model', raw: first.heard.raw }, { by: 'tools', results }],
      ...wish,
    });
    const back = partsOf(second.got, 'assistant');
    const seals = back.flatMap((part) => ('signature' in part && part.signature !== undefined ? [part.signature] : []));
    expect(seals).toEqual(sealExpected(stage) ? [facts.seal(signature(4))] : []);
    expect(back.flatMap((part) => (part.kind === 'thinking' ? [part.text] : [])).join('')).toBe(
      thoughtsExpected(stage) ? thought(4) : '',
    );
    expect(callsOf(back)).toEqual([weatherCall]);
    expect(resultsOf(partsOf(second.got, 'user'))).toEqual([{ call: 0, text: 'Rain' }]);
    expect(second.heard.text).toBe('The tool answered: "Rain".');
    expectUsage(second, stage);
  },
};

const sealExpected = <Raw>({ client, facts }: Stage<Raw>): boolean => {
  if (facts.sealOn === undefined) return false;
  return facts.sealOn === 'call' ? client.thoughts.callSeals : client.thoughts.sealed;
};

/** A provider that seals its thoughts gets none without the seal. */
const thoughtsExpected = <Raw>({ client, facts }: Stage<Raw>): boolean =>
  facts.sealOn === 'thought' ? client.thoughts.sealed : client.thoughts.bare;

const structured: Scenario = {
  name: 'an answer in a schema',
  play: async (stage) => {
    const exchange = await stage.ask({ said: [{ by: 'user', text: 'Who was it?' }], schema: person, maxTokens: 200 });
    expect(JSON.parse(exchange.heard.text)).toEqual({ name: 'Ada', born: 1, fields: ['text'] });
    expect(exchange.heard.finish).toBe(stage.client.finish.stop);
    expect(exchange.got.output?.kind).toBe('json-schema');
    expect(exchange.got.output?.schema).toMatchObject(essence(person));
    expectUsage(exchange, stage);
  },
};

const countedUsage = {
  inputTokens: 1000,
  outputTokens: 300,
  cacheReadTokens: 640,
  reasoningTokens: 120,
} as const;

const usage: Scenario = {
  name: 'usage in all its parts',
  play: async (stage) => {
    const { client, facts } = stage;
    const written = facts.countsCacheWrites ? { cacheWriteTokens: 128 } : {};
    const answer: SimulatedAnswer = {
      choices: [{ parts: [{ kind: 'text', pieces: ['Counted.'] }], finish: 'stop' }],
      usage: { ...countedUsage, ...written },
    };
    stage.simulator.script({ answer });
    const { heard } = await stage.ask({ said: [{ by: 'user', text: 'Count.' }], maxTokens: 400 });
    expect(heard.text).toBe('Counted.');
    expect({ input: heard.usage.input, output: heard.usage.output }).toEqual({ input: 1000, output: 300 });
    if (client.counts.cacheRead) expect(heard.usage.cacheRead).toBe(640);
    if (client.counts.cacheWrite && facts.countsCacheWrites) expect(heard.usage.cacheWrite).toBe(128);
    if (client.counts.reasoning && facts.countsReasoning) expect(heard.usage.reasoning).toBe(120);
  },
};

/** Every conversation that every client has with every upstream, streamed and not. */
export const scenarios: readonly Scenario[] = [
  text,
  conversation,
  limit,
  parallelTools,
  interleavedTools,
  forcedTool,
  image,
  thinking,
  structured,
  usage,
];
