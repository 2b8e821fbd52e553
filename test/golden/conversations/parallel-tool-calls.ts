import type { StreamEvent, ToolCallBlock } from '../../../src/core/ir/index.ts';
import {
  answerId,
  anthropicBody,
  anthropicFrames,
  anthropicText,
  anthropicUsage,
  type Conversation,
  chatBody,
  chatFrames,
  chatUsage,
  converseBlock,
  converseBody,
  converseEvent,
  converseFrames,
  converseText,
  converseUsage,
  createdSeconds,
  geminiBody,
  geminiFrames,
  geminiUsage,
  model,
  oneChoiceEvents,
  responsesBody,
  responsesFrames,
  responsesMessage,
  responsesText,
  responsesUsage,
  textEvents,
  unnamed,
} from '../conversation.ts';

const weatherSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const timeSchema = { type: 'object', properties: { zone: { type: 'string' } } } as const;
const weatherCall = { kind: 'tool-call', id: 'call_w', name: 'weather', argumentsJson: '{"city":"Linz"}' } as const;
const timeCall = { kind: 'tool-call', id: 'call_t', name: 'time', argumentsJson: '{"zone":"CET"}' } as const;
const text = 'I look both up.';
const description = 'Weather of a city.';

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [
    {
      index: 0,
      blocks: [{ kind: 'text', text }, weatherCall, timeCall],
      stop: 'tool-calls',
      rawStop: 'tool_calls',
    },
  ],
  usage: { inputTokens: 120, outputTokens: 40 },
} as const;

const open = (index: number, call: ToolCallBlock): StreamEvent => ({
  kind: 'block-start',
  choice: 0,
  index,
  block: { ...call, argumentsJson: '' },
});
const more = (index: number, text: string): StreamEvent => ({
  kind: 'block-delta',
  choice: 0,
  index,
  delta: { kind: 'arguments', text },
});
const close = (index: number): StreamEvent => ({ kind: 'block-end', choice: 0, index });

const functionItem = (id: string, call: ToolCallBlock, args = call.argumentsJson) => ({
  type: 'function_call',
  id,
  call_id: call.id,
  name: call.name,
  arguments: args,
  status: args === '' ? 'in_progress' : 'completed',
});
const argumentsDelta = (id: string, index: number, delta: string) => ({
  type: 'response.function_call_arguments.delta',
  item_id: id,
  output_index: index,
  delta,
});
const argumentsDone = (id: string, index: number, call: ToolCallBlock) => [
  {
    type: 'response.function_call_arguments.done',
    item_id: id,
    output_index: index,
    arguments: call.argumentsJson,
    name: call.name,
  },
  { type: 'response.output_item.done', output_index: index, item: functionItem(id, call) },
];
const final = responsesBody(
  [responsesMessage(text), functionItem('fc_1', weatherCall), functionItem('fc_2', timeCall)],
  responsesUsage(120, 40),
);

const chatCall = (call: ToolCallBlock) => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.argumentsJson },
});
const chatDelta = (toolCalls: readonly object[]) => [
  { index: 0, delta: { tool_calls: JSON.parse(JSON.stringify(toolCalls)) }, finish_reason: null },
];
const anthropicCall = (index: number, call: ToolCallBlock, pieces: readonly string[]) => [
  {
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: call.id, name: call.name, input: {} },
  },
  ...pieces.map((partial) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json: partial },
  })),
  { type: 'content_block_stop', index },
];

/** A call announces itself, and its arguments come as text. */
const converseCall = (index: number, call: ToolCallBlock, pieces: readonly string[]) => [
  converseEvent('contentBlockStart', {
    contentBlockIndex: index,
    start: { toolUse: { toolUseId: call.id, name: call.name } },
  }),
  ...converseBlock(
    index,
    pieces.map((input) => ({ toolUse: { input } })),
  ),
];

export const parallelToolCalls: Conversation = {
  name: 'parallel-tool-calls',
  about: 'Two calls in one answer whose arguments arrive interleaved and stay two blocks.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'Weather in Linz, and the time there?' }] }],
    maxOutputTokens: 300,
    tools: [
      { kind: 'function', name: 'weather', description, schema: weatherSchema },
      { kind: 'function', name: 'time', schema: timeSchema },
    ],
    toolChoice: { kind: 'required' },
  },
  response,
  events: oneChoiceEvents(response, [
    ...textEvents(0, ['I look ', 'both up.']),
    open(1, weatherCall),
    open(2, timeCall),
    more(1, '{"city"'),
    more(2, '{"zone":'),
    more(1, ':"Linz"}'),
    more(2, '"CET"}'),
    close(1),
    close(2),
  ]),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [{ role: 'user', content: 'Weather in Linz, and the time there?' }],
          max_completion_tokens: 300,
          tools: [
            { type: 'function', function: { name: 'weather', description, parameters: weatherSchema } },
            { type: 'function', function: { name: 'time', parameters: timeSchema } },
          ],
          tool_choice: 'required',
        },
      },
      response: {
        rawStop: 'tool_calls',
        body: chatBody(
          [
            {
              index: 0,
              message: { role: 'assistant', content: text, tool_calls: [chatCall(weatherCall), chatCall(timeCall)] },
              finish_reason: 'tool_calls',
            },
          ],
          chatUsage(120, 40),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: 'I look ' }, finish_reason: null }],
        [{ index: 0, delta: { content: 'both up.' }, finish_reason: null }],
        chatDelta([{ index: 0, id: 'call_w', type: 'function', function: { name: 'weather', arguments: '' } }]),
        chatDelta([{ index: 1, id: 'call_t', type: 'function', function: { name: 'time', arguments: '' } }]),
        chatDelta([{ index: 0, function: { arguments: '{"city"' } }]),
        chatDelta([{ index: 1, function: { arguments: '{"zone":' } }]),
        chatDelta([
          { index: 0, function: { arguments: ':"Linz"}' } },
          { index: 1, function: { arguments: '"CET"}' } },
        ]),
        [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
        { choices: [], usage: chatUsage(120, 40) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          messages: [{ role: 'user', content: 'Weather in Linz, and the time there?' }],
          max_tokens: 300,
          tools: [
            { name: 'weather', description, input_schema: weatherSchema },
            { name: 'time', input_schema: timeSchema },
          ],
          tool_choice: { type: 'any' },
        },
      },
      response: {
        rawStop: 'tool_use',
        body: anthropicBody(
          [
            { type: 'text', text },
            { type: 'tool_use', id: 'call_w', name: 'weather', input: { city: 'Linz' } },
            { type: 'tool_use', id: 'call_t', name: 'time', input: { zone: 'CET' } },
          ],
          'tool_use',
          anthropicUsage(120, 40),
        ),
      },
      frames: anthropicFrames(
        [
          ...anthropicText(0, ['I look ', 'both up.']),
          ...anthropicCall(1, weatherCall, ['', '{"city"', ':"Linz"}']),
          ...anthropicCall(2, timeCall, ['', '{"zone":"CET"}']),
        ],
        'tool_use',
        anthropicUsage(120, 40),
      ),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [{ role: 'user', content: [{ text: 'Weather in Linz, and the time there?' }] }],
          inferenceConfig: { maxTokens: 300 },
          toolConfig: {
            tools: [
              { toolSpec: { name: 'weather', description, inputSchema: { json: weatherSchema } } },
              { toolSpec: { name: 'time', inputSchema: { json: timeSchema } } },
            ],
            toolChoice: { any: {} },
          },
        },
      },
      response: {
        rawStop: 'tool_use',
        body: converseBody(
          [
            { text },
            { toolUse: { toolUseId: 'call_w', name: 'weather', input: { city: 'Linz' } } },
            { toolUse: { toolUseId: 'call_t', name: 'time', input: { zone: 'CET' } } },
          ],
          'tool_use',
          converseUsage(120, 40),
        ),
        reads: unnamed,
      },
      frames: converseFrames(
        [
          ...converseText(0, ['I look ', 'both up.']),
          ...converseCall(1, weatherCall, ['', '{"city"', ':"Linz"}']),
          ...converseCall(2, timeCall, ['{"zone":"CET"}']),
        ],
        'tool_use',
        converseUsage(120, 40),
      ),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: 'Weather in Linz, and the time there?',
          max_output_tokens: 300,
          tools: [
            { type: 'function', name: 'weather', description, parameters: weatherSchema },
            { type: 'function', name: 'time', parameters: timeSchema },
          ],
          tool_choice: 'required',
        },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, [
        ...responsesText('msg_1', 0, ['I look ', 'both up.']),
        { type: 'response.output_item.added', output_index: 1, item: functionItem('fc_1', weatherCall, '') },
        { type: 'response.output_item.added', output_index: 2, item: functionItem('fc_2', timeCall, '') },
        argumentsDelta('fc_1', 1, '{"city"'),
        argumentsDelta('fc_2', 2, '{"zone":'),
        argumentsDelta('fc_1', 1, ':"Linz"}'),
        argumentsDelta('fc_2', 2, '"CET"}'),
        ...argumentsDone('fc_1', 1, weatherCall),
        ...argumentsDone('fc_2', 2, timeCall),
      ]),
    },
    gemini: {
      request: {
        body: {
          contents: [{ role: 'user', parts: [{ text: 'Weather in Linz, and the time there?' }] }],
          generationConfig: { maxOutputTokens: 300 },
          tools: [
            {
              functionDeclarations: [
                { name: 'weather', description, parametersJsonSchema: weatherSchema },
                { name: 'time', parametersJsonSchema: timeSchema },
              ],
            },
          ],
          toolConfig: { functionCallingConfig: { mode: 'ANY' } },
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [
                  { text },
                  { functionCall: { id: 'call_w', name: 'weather', args: { city: 'Linz' } } },
                  { functionCall: { id: 'call_t', name: 'time', args: { zone: 'CET' } } },
                ],
              },
              finishReason: 'STOP',
            },
          ],
          geminiUsage(120, 40),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'I look ' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'both up.' }] } }],
          [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [{ functionCall: { id: 'call_w', name: 'weather', args: { city: 'Linz' } } }],
              },
            },
          ],
          [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [{ functionCall: { id: 'call_t', name: 'time', args: { zone: 'CET' } } }],
              },
              finishReason: 'STOP',
            },
          ],
        ],
        geminiUsage(120, 40),
      ),
    },
  },
};
