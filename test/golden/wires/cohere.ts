import type { Json, JsonObject } from '../../../src/core/json/json.ts';
import type { SseFrame } from '../../../src/core/stream/sse-frame.ts';
import { answerId, model, pdfBase64, pngBase64, type WireForm } from '../conversation.ts';

const event = (type: string, members: JsonObject): SseFrame => ({
  event: type,
  data: JSON.stringify({ type, ...members }),
});

const usageOf = (input: number, output: number, parts: { cached?: number; reasoning?: number } = {}): JsonObject => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: {
    input_tokens: input,
    output_tokens: output,
    ...(parts.reasoning === undefined ? {} : { reasoning_tokens: parts.reasoning }),
  },
  ...(parts.cached === undefined ? {} : { cached_tokens: parts.cached }),
});

const answer = (message: JsonObject, finish_reason: string, usage: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: answerId,
  finish_reason,
  message: { role: 'assistant', ...message },
  usage,
  ...more,
});

const frames = (rows: readonly SseFrame[], finish_reason: string, usage: JsonObject): readonly SseFrame[] => [
  event('message-start', {
    id: answerId,
    delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
  }),
  ...rows,
  event('message-end', { delta: { finish_reason, usage } }),
  { data: '[DONE]' },
];

const told = (type: string, index: number, message: JsonObject): SseFrame => event(type, { index, delta: { message } });

const part = (
  index: number,
  type: 'text' | 'thinking',
  pieces: readonly string[],
  before: readonly SseFrame[] = [],
): readonly SseFrame[] => [
  told('content-start', index, { content: { type, [type]: '' } }),
  ...pieces.map((piece) => told('content-delta', index, { content: { [type]: piece } })),
  ...before,
  event('content-end', { index }),
];

const citation = (index: number, value: JsonObject): readonly SseFrame[] => [
  told('citation-start', index, { citations: value }),
  event('citation-end', { index }),
];

/** The wire names no model. */
const noModel = { model: '' } as const;

/** An answer of one text, whole and in pieces. */
const says = (pieces: readonly string[], usage: JsonObject): Pick<WireForm, 'response' | 'frames'> => ({
  response: {
    rawStop: 'COMPLETE',
    body: answer({ content: [{ type: 'text', text: pieces.join('') }] }, 'COMPLETE', usage),
    reads: noModel,
  },
  frames: frames(part(0, 'text', pieces), 'COMPLETE', usage),
});

const plain: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'system', content: 'Answer briefly.' },
        { role: 'user', content: 'Name a river.' },
      ],
      max_tokens: 64,
      temperature: 0.5,
      p: 0.9,
      stop_sequences: ['END'],
      seed: 7,
    },
  },
  ...says(['The ', 'Danube', '.'], usageOf(20, 4)),
};

const images: WireForm = {
  request: {
    body: {
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What do these show?' },
            { type: 'image_url', image_url: { url: 'https://example.com/map.png', detail: 'high' } },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pngBase64}` } },
          ],
        },
      ],
      max_tokens: 100,
    },
  },
  ...says(['A map', ' and a dot.'], usageOf(900, 6)),
};

const invoice = {
  type: 'object',
  properties: { total: { type: 'number' } },
  required: ['total'],
  additionalProperties: false,
} as const;
const pdfPart = { type: 'document', source: { data: pdfBase64 } } as const;

/** The provider reads no PDF. A client who sends one in another wire's words gets them to no other provider either. */
const pdf: WireForm = {
  request: {
    body: {
      model,
      messages: [{ role: 'user', content: [pdfPart, { type: 'text', text: 'What is the total?' }] }],
      max_tokens: 200,
      response_format: { type: 'json_object', json_schema: invoice },
    },
    refused: 'turns[0].blocks[0]',
    reads: {
      turns: [
        {
          role: 'user',
          blocks: [
            { kind: 'opaque', dialect: 'cohere', type: 'document', value: pdfPart },
            { kind: 'text', text: 'What is the total?' },
          ],
        },
      ],
      output: { kind: 'json-schema', schema: invoice },
    },
  },
  ...says(['{"total"', ':12.5}'], usageOf(1500, 8)),
};

const declined = "I can't help with that.";
const refusal: WireForm = {
  request: { body: { model, messages: [{ role: 'user', content: 'Write malware.' }], max_tokens: 64 } },
  response: {
    rawStop: 'COMPLETE',
    losses: ['choices[0].blocks[0]'],
    body: answer({ content: [{ type: 'text', text: declined }] }, 'COMPLETE', usageOf(25, 7)),
    reads: {
      ...noModel,
      choices: [{ index: 0, blocks: [{ kind: 'text', text: declined }], stop: 'stop', rawStop: 'COMPLETE' }],
    },
  },
  frames: frames(part(0, 'text', ["I can't help", ' with that.']), 'COMPLETE', usageOf(25, 7)),
};

const systemInTheMiddle: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'system', content: 'You do sums.' },
        { role: 'user', content: '1 + 1?' },
        { role: 'assistant', content: [{ type: 'text', text: 'Two.' }] },
        { role: 'system', content: 'From here on answer in German.' },
        { role: 'user', content: [{ type: 'text', text: '3 + 3?' }] },
      ],
      max_tokens: 64,
    },
  },
  ...says(['Se', 'chs.'], usageOf(40, 3)),
};

const manual = 'The long manual of the machine.';
const partSchema = { type: 'object', properties: { part: { type: 'string' } } } as const;
const cacheMarks: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'system', content: manual },
        { role: 'user', content: 'How do I stop it?' },
      ],
      max_tokens: 64,
      tools: [{ type: 'function', function: { name: 'find_part', parameters: partSchema } }],
    },
    losses: ['turns[0].blocks[0].cache', 'turns[1].blocks[0].cache', 'tools[0].cache'],
    reads: {
      turns: [
        { role: 'system', blocks: [{ kind: 'text', text: manual }] },
        { role: 'user', blocks: [{ kind: 'text', text: 'How do I stop it?' }] },
      ],
      tools: [{ kind: 'function', name: 'find_part', schema: partSchema }],
    },
  },
  response: {
    rawStop: 'COMPLETE',
    body: answer({ content: [{ type: 'text', text: 'Press stop.' }] }, 'COMPLETE', usageOf(5300, 4, { cached: 5000 })),
    reads: { ...noModel, usage: { inputTokens: 5300, outputTokens: 4, cacheReadTokens: 5000 } },
  },
  frames: frames(part(0, 'text', ['Press ', 'stop.']), 'COMPLETE', usageOf(5300, 4, { cached: 5000 })),
};

const callOf = (id: string, name: string, words: string): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: words },
});
const callFrames = (index: number, call: readonly [string, string], pieces: readonly string[]): readonly SseFrame[] => [
  told('tool-call-start', index, { tool_calls: callOf(call[0], call[1], '') }),
  ...pieces.map((piece) => told('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } })),
  event('tool-call-end', { index }),
];

const parallelToolCalls: WireForm = {
  request: {
    body: {
      model,
      messages: [{ role: 'user', content: 'Weather in Linz, and the time there?' }],
      max_tokens: 300,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Weather of a city.',
            parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        },
        {
          type: 'function',
          function: { name: 'time', parameters: { type: 'object', properties: { zone: { type: 'string' } } } },
        },
      ],
      tool_choice: 'REQUIRED',
    },
  },
  response: {
    rawStop: 'TOOL_CALL',
    body: answer(
      {
        content: [{ type: 'text', text: 'I look both up.' }],
        tool_calls: [callOf('call_w', 'weather', '{"city":"Linz"}'), callOf('call_t', 'time', '{"zone":"CET"}')],
      },
      'TOOL_CALL',
      usageOf(120, 40),
    ),
    reads: noModel,
  },
  frames: frames(
    [
      ...part(0, 'text', ['I look ', 'both up.']),
      ...callFrames(0, ['call_w', 'weather'], ['{"city"', ':"Linz"}']),
      ...callFrames(1, ['call_t', 'time'], ['{"zone":"CET"}']),
    ],
    'TOOL_CALL',
    usageOf(120, 40),
  ),
};

const sums = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } } as const;
const earlier = 'I use the tool.';
const later = 'The tool says 391.';
const thinking: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'user', content: 'What is 17 times 23?' },
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: earlier }],
          tool_calls: [callOf('call_1', 'product', '{"a":17,"b":23}')],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '391' },
      ],
      max_tokens: 4096,
      thinking: { type: 'enabled', token_budget: 2048 },
      tools: [{ type: 'function', function: { name: 'product', parameters: sums } }],
    },
    losses: ['turns[1].blocks[0].seal'],
    reads: {
      reasoning: { enabled: true, budgetTokens: 2048 },
      turns: [
        { role: 'user', blocks: [{ kind: 'text', text: 'What is 17 times 23?' }] },
        {
          role: 'assistant',
          blocks: [
            { kind: 'thinking', text: earlier },
            { kind: 'tool-call', id: 'call_1', name: 'product', argumentsJson: '{"a":17,"b":23}' },
          ],
        },
        {
          role: 'tool',
          blocks: [{ kind: 'tool-result', callId: 'call_1', blocks: [{ kind: 'text', text: '391' }], failed: false }],
        },
      ],
    },
  },
  response: {
    rawStop: 'COMPLETE',
    body: answer(
      {
        content: [
          { type: 'thinking', thinking: later },
          { type: 'text', text: '391.' },
        ],
      },
      'COMPLETE',
      usageOf(200, 30),
    ),
    reads: {
      ...noModel,
      choices: [
        {
          index: 0,
          blocks: [
            { kind: 'thinking', text: later },
            { kind: 'text', text: '391.' },
          ],
          stop: 'stop',
          rawStop: 'COMPLETE',
        },
      ],
    },
  },
  frames: frames(
    [...part(0, 'thinking', ['The tool ', 'says 391.']), ...part(1, 'text', ['391', '.'])],
    'COMPLETE',
    usageOf(200, 30),
  ),
};

const summary = 'Trying divisors.';
const turnsOf91 = (assistant: JsonObject): readonly JsonObject[] => [
  { role: 'user', content: 'Is 91 prime?' },
  { role: 'assistant', ...assistant },
  { role: 'user', content: 'And 97?' },
];
const encryptedReasoning: WireForm = {
  request: {
    body: {
      model,
      messages: turnsOf91({ content: 'No, 7 × 13.' }),
      max_tokens: 2000,
      thinking: { type: 'enabled', token_budget: 8192 },
    },
    losses: ['turns[1].blocks[0]'],
    reads: {
      reasoning: { enabled: true, budgetTokens: 8192 },
      store: undefined,
      turns: [
        { role: 'user', blocks: [{ kind: 'text', text: 'Is 91 prime?' }] },
        { role: 'assistant', blocks: [{ kind: 'text', text: 'No, 7 × 13.' }] },
        { role: 'user', blocks: [{ kind: 'text', text: 'And 97?' }] },
      ],
    },
  },
  response: {
    rawStop: 'COMPLETE',
    body: answer(
      {
        content: [
          { type: 'thinking', thinking: summary },
          { type: 'text', text: 'Yes.' },
        ],
      },
      'COMPLETE',
      usageOf(60, 90, { reasoning: 64 }),
    ),
    reads: {
      ...noModel,
      choices: [
        {
          index: 0,
          blocks: [
            { kind: 'thinking', text: summary },
            { kind: 'text', text: 'Yes.' },
          ],
          stop: 'stop',
          rawStop: 'COMPLETE',
        },
      ],
    },
  },
  frames: frames(
    [...part(0, 'thinking', ['Trying ', 'divisors.']), ...part(1, 'text', ['Yes', '.'])],
    'COMPLETE',
    usageOf(60, 90, { reasoning: 64 }),
  ),
};

const nothing = { type: 'object', properties: {} } as const;
const chartPicture = { type: 'image_url', image_url: { url: `data:image/png;base64,${pngBase64}` } } as const;
const chartCalls = [
  { kind: 'tool-call', id: 'call_w', name: 'chart', argumentsJson: '{}' },
  { kind: 'tool-call', id: 'call_t', name: 'time', argumentsJson: '{"zone":"CET"}' },
] as const;
const toolResults: WireForm = {
  request: {
    body: {
      model,
      messages: [
        { role: 'user', content: 'Weather chart and time?' },
        {
          role: 'assistant',
          tool_calls: [callOf('call_w', 'chart', '{}'), callOf('call_t', 'time', '{"zone":"CET"}')],
        },
        { role: 'tool', tool_call_id: 'call_w', content: 'Chart of Linz:' },
        { role: 'tool', tool_call_id: 'call_t', content: 'clock unreachable' },
        {
          role: 'user',
          content: [{ type: 'text', text: 'Content of the tool result call_w:' }, chartPicture],
        },
      ],
      max_tokens: 300,
      tools: [
        { type: 'function', function: { name: 'chart', parameters: nothing } },
        { type: 'function', function: { name: 'time', parameters: nothing } },
      ],
    },
    losses: ['turns[2].blocks[0].blocks', 'turns[2].blocks[1].failed'],
    reads: {
      turns: [
        { role: 'user', blocks: [{ kind: 'text', text: 'Weather chart and time?' }] },
        { role: 'assistant', blocks: chartCalls },
        {
          role: 'tool',
          blocks: [
            {
              kind: 'tool-result',
              callId: 'call_w',
              blocks: [{ kind: 'text', text: 'Chart of Linz:' }],
              failed: false,
            },
            {
              kind: 'tool-result',
              callId: 'call_t',
              blocks: [{ kind: 'text', text: 'clock unreachable' }],
              failed: false,
            },
          ],
        },
        {
          role: 'user',
          blocks: [
            { kind: 'text', text: 'Content of the tool result call_w:' },
            { kind: 'media', media: 'image', mimeType: 'image/png', source: { kind: 'base64', data: pngBase64 } },
          ],
        },
      ],
    },
  },
  ...says(['Sunny; ', 'the clock is down.'], usageOf(700, 9)),
};

const logprob = (text: string, value: number): JsonObject => ({ text, token_ids: [], logprobs: [value] });
const twoChoicesWithLogprobs: WireForm = {
  request: {
    body: { model, messages: [{ role: 'user', content: 'Yes or no?' }], max_tokens: 2, logprobs: true },
    refused: 'choices',
    reads: { choices: undefined, topLogprobs: undefined },
  },
  response: {
    rawStop: 'COMPLETE',
    losses: ['choices[1]'],
    body: answer({ content: [{ type: 'text', text: 'Yes' }] }, 'COMPLETE', usageOf(10, 3), {
      logprobs: [logprob('Ye', -0.25), logprob('s', -0.5)],
    }),
    reads: {
      ...noModel,
      choices: [
        {
          index: 0,
          blocks: [{ kind: 'text', text: 'Yes' }],
          stop: 'stop',
          rawStop: 'COMPLETE',
          logprobs: [
            { token: 'Ye', logprob: -0.25 },
            { token: 's', logprob: -0.5 },
          ],
        },
      ],
    },
  },
  frames: frames(
    [
      told('content-start', 0, { content: { type: 'text', text: '' } }),
      event('content-delta', {
        index: 0,
        delta: { message: { content: { text: 'Ye' } } },
        logprobs: logprob('Ye', -0.25),
      }),
      event('content-delta', {
        index: 0,
        delta: { message: { content: { text: 's' } } },
        logprobs: logprob('s', -0.5),
      }),
      event('content-end', { index: 0 }),
    ],
    'COMPLETE',
    usageOf(10, 3),
  ),
};

const statement = 'Ruby was created by Matz.';
const more = ' Version 3.4 is current.';
const cited = 'Ruby was created by Yukihiro Matsumoto.';
const url = 'https://example.org/ruby';
const documentCitation = {
  start: 0,
  end: 25,
  text: statement,
  sources: [{ type: 'document', id: 'doc:0', document: { id: 'doc:0', title: 'facts.txt', text: cited } }],
  type: 'TEXT_CONTENT',
} as const;
const urlCitation = {
  start: 1,
  end: 24,
  text: more.slice(1, 24),
  sources: [{ type: 'document', id: url, document: { id: url, url, title: 'Ruby releases' } }],
  content_index: 1,
  type: 'TEXT_CONTENT',
} as const;
const readCitations: readonly Json[] = [
  {
    kind: 'text',
    text: statement,
    citations: [
      {
        kind: 'document',
        documentIndex: 0,
        location: { unit: 'char', start: 0, end: 39 },
        citedText: cited,
        title: 'facts.txt',
        start: 0,
        end: 25,
      },
    ],
  },
  { kind: 'text', text: more, citations: [{ kind: 'url', url, title: 'Ruby releases', start: 1, end: 24 }] },
];
const citations: WireForm = {
  request: {
    body: {
      model,
      messages: [{ role: 'user', content: 'Who made Ruby, and which version is current?' }],
      documents: [{ id: 'doc:0', data: { title: 'facts.txt', text: cited } }],
      max_tokens: 300,
    },
  },
  response: {
    rawStop: 'COMPLETE',
    body: answer(
      {
        content: [
          { type: 'text', text: statement },
          { type: 'text', text: more },
        ],
        citations: [documentCitation, urlCitation],
      },
      'COMPLETE',
      usageOf(300, 20),
    ),
    reads: { ...noModel, choices: [{ index: 0, blocks: readCitations, stop: 'stop', rawStop: 'COMPLETE' }] },
  },
  frames: frames(
    [
      ...part(0, 'text', [statement], citation(0, documentCitation)),
      ...part(1, 'text', [more], citation(1, urlCitation)),
    ],
    'COMPLETE',
    usageOf(300, 20),
  ),
};

/** The canonical conversations in Cohere's format, by hand from its reference. */
export const cohereWires: Readonly<Record<string, WireForm>> = {
  plain,
  images,
  pdf,
  refusal,
  'system-in-the-middle': systemInTheMiddle,
  'cache-marks': cacheMarks,
  'parallel-tool-calls': parallelToolCalls,
  thinking,
  'encrypted-reasoning': encryptedReasoning,
  'tool-results': toolResults,
  'two-choices-with-logprobs': twoChoicesWithLogprobs,
  citations,
};
