import { describe, expect, test } from 'bun:test';
import { type Cohere, CohereClient } from 'cohere-ai';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { startHouse } from './matrix.ts';
import { upstreams } from './upstreams.ts';

const house = startHouse();
const client = () => new CohereClient({ environment: house.sluice.url, token: masterKey, maxRetries: 0 });

const tools = [
  {
    name: 'weather',
    description: 'Weather of a city.',
    parameterDefinitions: { city: { type: 'str', description: 'its name', required: true } },
  },
];
const call = { kind: 'tool-call', name: 'weather', id: 'call_a', pieces: ['{"city"', ':"Linz"}'] } as const;
const usage = { inputTokens: 5, outputTokens: 7 };
const calling = { choices: [{ parts: [call], finish: 'tool-calls' as const }], usage };
const said = { kind: 'text', pieces: ['It ', 'rains.'] } as const;
const saying = { choices: [{ parts: [said], finish: 'stop' as const }], usage };

const whole = async (request: Cohere.ChatRequest): Promise<Cohere.NonStreamedChatResponse> => client().chat(request);

/** The whole answer at a stream's end, which must say what its pieces said. */
const streamed = async (request: Cohere.ChatStreamRequest): Promise<Cohere.NonStreamedChatResponse> => {
  let text = '';
  let last: Cohere.NonStreamedChatResponse | undefined;
  for await (const event of await client().chatStream(request)) {
    if (event.eventType === 'text-generation') text += event.text;
    if (event.eventType === 'stream-end') last = event.response;
  }
  if (last === undefined) throw new Error('The stream ended in the middle.');
  expect(last.text).toBe(text);
  return last;
};

describe.each(upstreams)('cohere-ai: the older chat, behind it $provider', ({ provider }) => {
  const model = `${provider}/simulated`;

  test.each([
    ['whole', whole],
    ['streamed', streamed],
  ])('a tool is called and its result sent back with the history, %s', async (_, ask) => {
    house.sluice.simulator.script({ answer: calling }, { answer: saying });
    const first = await ask({ model, preamble: 'Be brief.', message: 'Weather in Linz?', tools });
    expect(first.toolCalls).toEqual([{ name: 'weather', parameters: { city: 'Linz' } }]);
    expect(first.chatHistory?.map(({ role }) => role)).toEqual(['SYSTEM', 'USER', 'CHATBOT']);
    const second = await ask({
      model,
      message: '',
      tools,
      ...(first.chatHistory === undefined ? {} : { chatHistory: first.chatHistory }),
      toolResults: (first.toolCalls ?? []).map((made) => ({ call: made, outputs: [{ sky: 'rain' }] })),
    });
    expect(second.text).toBe('It rains.');
    expect(second.finishReason).toBe('COMPLETE');
    expect(second.meta?.tokens).toMatchObject({ inputTokens: 5, outputTokens: 7 });
    const asked = house.sluice.simulator.requests[1]?.request;
    expect(asked?.system.map(({ text }) => text)).toEqual(['Be brief.']);
    expect(asked?.turns.map(({ parts }) => parts.map(({ kind }) => kind))).toEqual([
      ['text'],
      ['tool-call'],
      ['tool-result'],
    ]);
  });
});

test('cohere-ai: the older chat is refused with a reason', async () => {
  const refused = (request: Cohere.ChatRequest) => expect(Promise.resolve(client().chat(request))).rejects;
  await refused({ model: 'nowhere/simulated', message: 'Hello' }).toThrow('There is no provider');
  await refused({ model: 'cohere/simulated', message: '' }).toThrow('message: is empty');
  await refused({ model: 'cohere/simulated', message: 'Hello', conversationId: 'mine' }).toThrow('conversation_id');
});
