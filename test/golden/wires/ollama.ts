import type { Turn } from '../../../src/core/ir/index.ts';
import type { JsonObject } from '../../../src/core/json/json.ts';
import type { SseFrame } from '../../../src/core/stream/sse-frame.ts';
import { model, pngBase64, type WireForm } from '../conversation.ts';

// Everything of /api/chat. An answer has no id; tokens of a cache or of thoughts are not counted apart; a stream has one object a line.

const head = { model, created_at: '2025-10-09T08:53:20Z' };
const tail = (reason: string, input: number, output: number): JsonObject => ({
  done: true,
  done_reason: reason,
  total_duration: 900,
  load_duration: 100,
  prompt_eval_count: input,
  prompt_eval_duration: 300,
  eval_count: output,
  eval_duration: 500,
});

interface Said extends JsonObject {
  readonly content?: string;
}

const message = (said: Said): JsonObject => ({ role: 'assistant', content: '', ...said });

/** What a door writes has no times: nobody took them. */
const shownTail = (reason: string, input: number, output: number): JsonObject => ({
  done: true,
  done_reason: reason,
  prompt_eval_count: input,
  eval_count: output,
});

interface Ending {
  readonly reason?: string;
  readonly input: number;
  readonly output: number;
}

/** An answer and the stream that says it in pieces. */
const answered = (whole: Said, pieces: readonly Said[], ending: Ending): Pick<WireForm, 'frames'> & Answer => {
  const { reason = 'stop', input, output } = ending;
  const objects = [
    ...pieces.map((said) => ({ ...head, message: message(said), done: false })),
    { ...head, message: message({}), ...tail(reason, input, output) },
  ];
  return {
    body: { ...head, message: message(whole), ...tail(reason, input, output) },
    shown: { ...head, message: message(whole), ...shownTail(reason, input, output) },
    rawStop: reason,
    frames: objects.map((object): SseFrame => ({ data: JSON.stringify(object) })),
  };
};

interface Answer {
  readonly body: JsonObject;
  readonly shown: JsonObject;
  readonly rawStop: string;
}

const noId = { id: '' };
const words = (pieces: readonly string[]): readonly Said[] => pieces.map((content) => ({ content }));
const text = (pieces: readonly string[], ending: Ending) => {
  const { frames, ...response } = answered({ content: pieces.join('') }, words(pieces), ending);
  return { response: { ...response, reads: noId }, frames };
};

const user = (content: string, more: JsonObject = {}): JsonObject => ({ role: 'user', content, ...more });
const asked = (content: string): Turn => ({ role: 'user', blocks: [{ kind: 'text', text: content }] });
const tool = (name: string, parameters: JsonObject, description?: string): JsonObject => ({
  type: 'function',
  function: { name, ...(description === undefined ? {} : { description }), parameters },
});
const call = (id: string, name: string, values: JsonObject): JsonObject => ({
  id,
  function: { name, arguments: values },
});
const shownCall = (index: number, id: string, name: string, values: JsonObject): JsonObject => ({
  id,
  function: { index, name, arguments: values },
});

const plain: WireForm = {
  request: {
    body: {
      model,
      messages: [{ role: 'system', content: 'Answer briefly.' }, user('Name a river.')],
      options: { num_predict: 64, temperature: 0.5, top_p: 0.9, stop: ['END'], seed: 7 },
    },
  },
  ...text(['The Danube', '.'], { input: 20, output: 4 }),
};

const systemInTheMiddle: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'system', content: 'You do sums.' },
        user('1 + 1?'),
        { role: 'assistant', content: 'Two.' },
        { role: 'system', content: 'From here on answer in German.' },
        user('3 + 3?'),
      ],
      options: { num_predict: 64 },
    },
  },
  ...text(['Se', 'chs.'], { input: 40, output: 3 }),
};

const picture = {
  kind: 'media',
  media: 'image',
  mimeType: 'image/png',
  source: { kind: 'base64', data: pngBase64 },
} as const;

// Pictures are taken as data only, and stand before the text of their message.
const images: WireForm = {
  request: {
    body: {
      model,
      messages: [user('What do these show?', { images: [pngBase64] })],
      options: { num_predict: 100 },
    },
    refused: 'turns[0].blocks[1]',
    reads: { turns: [{ role: 'user', blocks: [picture, { kind: 'text', text: 'What do these show?' }] }] },
  },
  ...text(['A map', ' and a dot.'], { input: 900, output: 6 }),
};

const invoice = {
  type: 'object',
  properties: { total: { type: 'number' } },
  required: ['total'],
  additionalProperties: false,
} as const;

const pdf: WireForm = {
  request: {
    body: { model, messages: [user('What is the total?')], options: { num_predict: 200 }, format: invoice },
    refused: 'turns[0].blocks[0]',
    reads: { turns: [asked('What is the total?')], output: { kind: 'json-schema', schema: invoice } },
  },
  ...text(['{"total":', '12.5}'], { input: 1500, output: 8 }),
};

const weather = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const time = { type: 'object', properties: { zone: { type: 'string' } } } as const;
const both = answered(
  {
    content: 'I look both up.',
    tool_calls: [shownCall(0, 'call_w', 'weather', { city: 'Linz' }), shownCall(1, 'call_t', 'time', { zone: 'CET' })],
  },
  [
    ...words(['I look ', 'both up.']),
    { tool_calls: [shownCall(0, 'call_w', 'weather', { city: 'Linz' })] },
    { tool_calls: [shownCall(1, 'call_t', 'time', { zone: 'CET' })] },
  ],
  { input: 120, output: 40 },
);

const parallelToolCalls: WireForm = {
  request: {
    body: {
      model,
      messages: [user('Weather in Linz, and the time there?')],
      options: { num_predict: 300 },
      tools: [tool('weather', weather, 'Weather of a city.'), tool('time', time)],
    },
    losses: ['toolChoice'],
    reads: { toolChoice: undefined },
  },
  response: { body: both.body, shown: both.shown, rawStop: both.rawStop, reads: noId },
  frames: both.frames,
};

const anything = { type: 'object', properties: {} } as const;

const toolResults: WireForm = {
  request: {
    body: {
      model,
      messages: [
        user('Weather chart and time?'),
        {
          role: 'assistant',
          content: '',
          tool_calls: [call('call_w', 'chart', {}), call('call_t', 'time', { zone: 'CET' })],
        },
        {
          role: 'tool',
          content: 'Chart of Linz:',
          tool_name: 'chart',
          tool_call_id: 'call_w',
          images: [pngBase64],
        },
        { role: 'tool', content: 'clock unreachable', tool_name: 'time', tool_call_id: 'call_t' },
      ],
      options: { num_predict: 300 },
      tools: [tool('chart', anything), tool('time', anything)],
    },
    losses: ['turns[2].blocks[1].failed'],
    reads: {
      turns: [
        asked('Weather chart and time?'),
        {
          role: 'assistant',
          blocks: [
            { kind: 'tool-call', id: 'call_w', name: 'chart', argumentsJson: '{}' },
            { kind: 'tool-call', id: 'call_t', name: 'time', argumentsJson: '{"zone":"CET"}' },
          ],
        },
        {
          role: 'tool',
          blocks: [
            {
              kind: 'tool-result',
              callId: 'call_w',
              name: 'chart',
              blocks: [{ kind: 'text', text: 'Chart of Linz:' }, picture],
              failed: false,
            },
            {
              kind: 'tool-result',
              callId: 'call_t',
              name: 'time',
              blocks: [{ kind: 'text', text: 'clock unreachable' }],
              failed: false,
            },
          ],
        },
      ],
    },
  },
  ...text(['Sunny; ', 'the clock is down.'], { input: 700, output: 9 }),
};

const product = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } } as const;
const productTurns = (thinking: JsonObject): readonly JsonObject[] => [
  user('What is 17 times 23?'),
  { role: 'assistant', content: '', ...thinking, tool_calls: [call('call_1', 'product', { a: 17, b: 23 })] },
  { role: 'tool', content: '391', tool_name: 'product', tool_call_id: 'call_1' },
];
const productRequest = { model, options: { num_predict: 4096 }, think: 'low', tools: [tool('product', product)] };
const product391 = answered(
  { content: '391.', thinking: 'The tool says 391.' },
  [{ thinking: 'The tool ' }, { thinking: 'says 391.' }, ...words(['391', '.'])],
  { input: 200, output: 30 },
);

const oneChoice = (blocks: readonly object[], more: object = {}) => ({
  choices: [{ index: 0, blocks, stop: 'stop', ...more }],
});

const thinking: WireForm = {
  request: {
    body: { ...productRequest, messages: productTurns({ thinking: 'I use the tool.' }) },
    sent: { ...productRequest, messages: productTurns({}) },
    losses: ['turns[1].blocks[0]', 'reasoning.budgetTokens'],
    reads: {
      reasoning: { effort: 'low', show: true },
      turns: [
        asked('What is 17 times 23?'),
        {
          role: 'assistant',
          blocks: [
            { kind: 'thinking', text: 'I use the tool.' },
            { kind: 'tool-call', id: 'call_1', name: 'product', argumentsJson: '{"a":17,"b":23}' },
          ],
        },
        {
          role: 'tool',
          blocks: [
            {
              kind: 'tool-result',
              callId: 'call_1',
              name: 'product',
              blocks: [{ kind: 'text', text: '391' }],
              failed: false,
            },
          ],
        },
      ],
    },
  },
  response: {
    body: product391.body,
    shown: product391.shown,
    rawStop: product391.rawStop,
    losses: ['choices[0].blocks[0].seal'],
    reads: {
      ...noId,
      ...oneChoice([
        { kind: 'thinking', text: 'The tool says 391.' },
        { kind: 'text', text: '391.' },
      ]),
    },
  },
  frames: product391.frames,
};

const prime = answered(
  { content: 'Yes.', thinking: 'Trying divisors.' },
  [{ thinking: 'Trying ' }, { thinking: 'divisors.' }, ...words(['Yes', '.'])],
  { input: 60, output: 90 },
);

const encryptedReasoning: WireForm = {
  request: {
    body: {
      model,
      messages: [user('Is 91 prime?'), { role: 'assistant', content: 'No, 7 × 13.' }, user('And 97?')],
      options: { num_predict: 2000 },
      think: 'medium',
    },
    losses: ['turns[1].blocks[0]', 'reasoning.summary'],
    reads: {
      reasoning: { effort: 'medium', show: true },
      store: undefined,
      turns: [
        asked('Is 91 prime?'),
        { role: 'assistant', blocks: [{ kind: 'text', text: 'No, 7 × 13.' }] },
        asked('And 97?'),
      ],
    },
  },
  response: {
    body: prime.body,
    shown: prime.shown,
    rawStop: prime.rawStop,
    losses: ['choices[0].blocks[0].seal'],
    reads: {
      ...noId,
      ...oneChoice([
        { kind: 'thinking', text: 'Trying divisors.' },
        { kind: 'text', text: 'Yes.' },
      ]),
      usage: { inputTokens: 60, outputTokens: 90 },
    },
  },
  frames: prime.frames,
};

const created = 'Ruby was created by Matz.';
const current = ' Version 3.4 is current.';
const fact = 'Ruby was created by Yukihiro Matsumoto.';
const rubyQuestion = 'Who made Ruby, and which version is current?';
const ruby = answered({ content: created + current }, words([created, current]), { input: 300, output: 20 });

// A document that is text becomes a message of its own before the question.
const citations: WireForm = {
  request: {
    body: { model, messages: [user(fact), user(rubyQuestion)], options: { num_predict: 300 } },
    losses: ['turns[0].blocks[0]', 'turns[0].blocks[0].title', 'turns[0].blocks[0].citable'],
    reads: { turns: [asked(fact), asked(rubyQuestion)] },
  },
  response: {
    body: ruby.body,
    shown: ruby.shown,
    rawStop: ruby.rawStop,
    losses: ['choices[0].blocks[0].citations', 'choices[0].blocks[1].citations'],
    reads: { ...noId, ...oneChoice([{ kind: 'text', text: created + current }]) },
  },
  frames: ruby.frames,
};

const declined = answered({ content: "I can't help with that." }, words(["I can't help", ' with that.']), {
  reason: 'content_filter',
  input: 25,
  output: 7,
});

const refusal: WireForm = {
  request: { body: { model, messages: [user('Write malware.')], options: { num_predict: 64 } } },
  response: {
    body: declined.body,
    shown: declined.shown,
    rawStop: declined.rawStop,
    losses: ['choices[0].blocks[0]'],
    reads: {
      ...noId,
      ...oneChoice([{ kind: 'text', text: "I can't help with that." }], { stop: 'content-filter' }),
    },
  },
  frames: declined.frames,
};

const token = (word: string, logprob: number, bytes: readonly number[]) => ({ token: word, logprob, bytes });
const ye = token('Ye', -0.25, [89, 101]);
const s = token('s', -0.5, [115]);
const yesOnWire = [
  { ...ye, top_logprobs: [ye] },
  { ...s, top_logprobs: [s] },
];
const yes = answered({ content: 'Yes' }, words(['Ye', 's']), { input: 10, output: 3 });

/** Log probabilities stand beside the message they belong to. */
const withTokens = (frames: readonly SseFrame[]): readonly SseFrame[] =>
  frames.map((frame, index) => {
    const tokens = yesOnWire.slice(index, index + 1);
    if (tokens.length === 0) return frame;
    return { data: JSON.stringify({ ...(JSON.parse(frame.data) as JsonObject), logprobs: tokens }) };
  });

const twoChoicesWithLogprobs: WireForm = {
  request: {
    body: {
      model,
      messages: [user('Yes or no?')],
      options: { num_predict: 2 },
      logprobs: true,
      top_logprobs: 1,
    },
    refused: 'choices',
    reads: { choices: undefined },
  },
  response: {
    body: { ...yes.body, logprobs: yesOnWire },
    shown: { ...yes.shown, logprobs: yesOnWire },
    rawStop: yes.rawStop,
    losses: ['choices[1]'],
    reads: {
      ...noId,
      ...oneChoice([{ kind: 'text', text: 'Yes' }], {
        logprobs: [
          { ...ye, top: [ye] },
          { ...s, top: [s] },
        ],
      }),
    },
  },
  frames: withTokens(yes.frames),
};

const manual = 'The long manual of the machine.';
const part = { type: 'object', properties: { part: { type: 'string' } } } as const;
const press = text(['Press ', 'stop.'], { input: 5300, output: 4 });

const cacheMarks: WireForm = {
  request: {
    body: {
      model,
      messages: [{ role: 'system', content: manual }, user('How do I stop it?')],
      options: { num_predict: 64 },
      tools: [tool('find_part', part)],
    },
    losses: ['turns[0].blocks[0].cache', 'turns[1].blocks[0].cache', 'tools[0].cache'],
    reads: {
      turns: [{ role: 'system', blocks: [{ kind: 'text', text: manual }] }, asked('How do I stop it?')],
      tools: [{ kind: 'function', name: 'find_part', schema: part }],
    },
  },
  response: { ...press.response, reads: { ...noId, usage: { inputTokens: 5300, outputTokens: 4 } } },
  frames: press.frames,
};

/** The conversations' wires by their names. */
export const ollamaWires: Readonly<Record<string, WireForm>> = {
  plain,
  'system-in-the-middle': systemInTheMiddle,
  images,
  pdf,
  'parallel-tool-calls': parallelToolCalls,
  'tool-results': toolResults,
  thinking,
  'encrypted-reasoning': encryptedReasoning,
  citations,
  refusal,
  'two-choices-with-logprobs': twoChoicesWithLogprobs,
  'cache-marks': cacheMarks,
};
