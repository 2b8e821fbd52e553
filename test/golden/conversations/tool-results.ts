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
  converseBody,
  converseFrames,
  converseText,
  converseUsage,
  createdSeconds,
  geminiBody,
  geminiFrames,
  geminiUsage,
  model,
  oneChoiceEvents,
  pngBase64,
  responsesBody,
  responsesFrames,
  responsesMessage,
  responsesText,
  responsesUsage,
  textEvents,
  unnamed,
} from '../conversation.ts';

const dataUrl = `data:image/png;base64,${pngBase64}`;
const text = 'Sunny; the clock is down.';
const final = responsesBody([responsesMessage(text)], responsesUsage(700, 9));
const schema = { type: 'object', properties: {} } as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text }], stop: 'stop', rawStop: 'stop' }],
  usage: { inputTokens: 700, outputTokens: 9 },
} as const;

const ask = { role: 'user', blocks: [{ kind: 'text', text: 'Weather chart and time?' }] } as const;
const calls = {
  role: 'assistant',
  blocks: [
    { kind: 'tool-call', id: 'call_w', name: 'chart', argumentsJson: '{}' },
    { kind: 'tool-call', id: 'call_t', name: 'time', argumentsJson: '{"zone":"CET"}' },
  ],
} as const;
const label = { kind: 'text', text: 'Chart of Linz:' } as const;
const image = {
  kind: 'media',
  media: 'image',
  mimeType: 'image/png',
  source: { kind: 'base64', data: pngBase64 },
} as const;
const chart = { kind: 'tool-result', callId: 'call_w', name: 'chart', blocks: [label, image], failed: false } as const;
const time = {
  kind: 'tool-result',
  callId: 'call_t',
  name: 'time',
  blocks: [{ kind: 'text', text: 'clock unreachable' }],
  failed: true,
} as const;

const chatCall = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

export const toolResults: Conversation = {
  name: 'tool-results',
  about: 'A result that holds text and an image, and one that failed.',
  request: {
    model,
    stream: false,
    turns: [ask, calls, { role: 'tool', blocks: [chart, time] }],
    maxOutputTokens: 300,
    tools: [
      { kind: 'function', name: 'chart', schema },
      { kind: 'function', name: 'time', schema },
    ],
  },
  response,
  events: oneChoiceEvents(response, textEvents(0, ['Sunny; ', 'the clock is down.'])),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            { role: 'user', content: 'Weather chart and time?' },
            {
              role: 'assistant',
              content: null,
              tool_calls: [chatCall('call_w', 'chart', '{}'), chatCall('call_t', 'time', '{"zone":"CET"}')],
            },
            {
              role: 'tool',
              tool_call_id: 'call_w',
              content: [
                { type: 'text', text: 'Chart of Linz:' },
                { type: 'image_url', image_url: { url: dataUrl } },
              ],
            },
            { role: 'tool', tool_call_id: 'call_t', content: 'clock unreachable' },
          ],
          max_completion_tokens: 300,
          tools: [
            { type: 'function', function: { name: 'chart', parameters: schema } },
            { type: 'function', function: { name: 'time', parameters: schema } },
          ],
        },
        // Providers take only text in a tool message; the image follows as the user's.
        sent: {
          model,
          messages: [
            { role: 'user', content: 'Weather chart and time?' },
            {
              role: 'assistant',
              content: null,
              tool_calls: [chatCall('call_w', 'chart', '{}'), chatCall('call_t', 'time', '{"zone":"CET"}')],
            },
            { role: 'tool', tool_call_id: 'call_w', content: 'Chart of Linz:' },
            { role: 'tool', tool_call_id: 'call_t', content: 'clock unreachable' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'Content of the tool result call_w:' },
                { type: 'image_url', image_url: { url: dataUrl } },
              ],
            },
          ],
          max_completion_tokens: 300,
          tools: [
            { type: 'function', function: { name: 'chart', parameters: schema } },
            { type: 'function', function: { name: 'time', parameters: schema } },
          ],
        },
        losses: ['turns[2].blocks[0].blocks', 'turns[2].blocks[1].failed'],
        reads: { turns: [ask, calls, { role: 'tool', blocks: [chart, { ...time, failed: false }] }] },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          chatUsage(700, 9),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: 'Sunny; ' }, finish_reason: null }],
        [{ index: 0, delta: { content: 'the clock is down.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(700, 9) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          messages: [
            { role: 'user', content: 'Weather chart and time?' },
            {
              role: 'assistant',
              content: [
                { type: 'tool_use', id: 'call_w', name: 'chart', input: {} },
                { type: 'tool_use', id: 'call_t', name: 'time', input: { zone: 'CET' } },
              ],
            },
            {
              role: 'user',
              content: [
                {
                  type: 'tool_result',
                  tool_use_id: 'call_w',
                  content: [
                    { type: 'text', text: 'Chart of Linz:' },
                    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pngBase64 } },
                  ],
                },
                { type: 'tool_result', tool_use_id: 'call_t', content: 'clock unreachable', is_error: true },
              ],
            },
          ],
          max_tokens: 300,
          tools: [
            { name: 'chart', input_schema: schema },
            { name: 'time', input_schema: schema },
          ],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text }], 'end_turn', anthropicUsage(700, 9)),
      },
      frames: anthropicFrames(anthropicText(0, ['Sunny; ', 'the clock is down.']), 'end_turn', anthropicUsage(700, 9)),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [
            { role: 'user', content: [{ text: 'Weather chart and time?' }] },
            {
              role: 'assistant',
              content: [
                { toolUse: { toolUseId: 'call_w', name: 'chart', input: {} } },
                { toolUse: { toolUseId: 'call_t', name: 'time', input: { zone: 'CET' } } },
              ],
            },
            {
              role: 'user',
              content: [
                {
                  toolResult: {
                    toolUseId: 'call_w',
                    content: [{ text: 'Chart of Linz:' }, { image: { format: 'png', source: { bytes: pngBase64 } } }],
                    status: 'success',
                  },
                },
                { toolResult: { toolUseId: 'call_t', content: [{ text: 'clock unreachable' }], status: 'error' } },
              ],
            },
          ],
          inferenceConfig: { maxTokens: 300 },
          toolConfig: {
            tools: [
              { toolSpec: { name: 'chart', inputSchema: { json: schema } } },
              { toolSpec: { name: 'time', inputSchema: { json: schema } } },
            ],
          },
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text }], 'end_turn', converseUsage(700, 9)),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, ['Sunny; ', 'the clock is down.']), 'end_turn', converseUsage(700, 9)),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            { role: 'user', content: 'Weather chart and time?' },
            { type: 'function_call', call_id: 'call_w', name: 'chart', arguments: '{}' },
            { type: 'function_call', call_id: 'call_t', name: 'time', arguments: '{"zone":"CET"}' },
            {
              type: 'function_call_output',
              call_id: 'call_w',
              output: [
                { type: 'input_text', text: 'Chart of Linz:' },
                { type: 'input_image', image_url: dataUrl },
              ],
            },
            { type: 'function_call_output', call_id: 'call_t', output: 'clock unreachable' },
          ],
          max_output_tokens: 300,
          tools: [
            { type: 'function', name: 'chart', parameters: schema },
            { type: 'function', name: 'time', parameters: schema },
          ],
        },
        losses: ['turns[2].blocks[1].failed'],
        reads: { turns: [ask, calls, { role: 'tool', blocks: [chart, { ...time, failed: false }] }] },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, responsesText('msg_1', 0, ['Sunny; ', 'the clock is down.'])),
    },
    gemini: {
      request: {
        body: {
          contents: [
            { role: 'user', parts: [{ text: 'Weather chart and time?' }] },
            {
              role: 'model',
              parts: [
                { functionCall: { id: 'call_w', name: 'chart', args: {} } },
                { functionCall: { id: 'call_t', name: 'time', args: { zone: 'CET' } } },
              ],
            },
            {
              role: 'user',
              parts: [
                {
                  functionResponse: {
                    id: 'call_w',
                    name: 'chart',
                    response: { result: 'Chart of Linz:' },
                    parts: [{ inlineData: { mimeType: 'image/png', data: pngBase64 } }],
                  },
                },
                { functionResponse: { id: 'call_t', name: 'time', response: { error: 'clock unreachable' } } },
              ],
            },
          ],
          generationConfig: { maxOutputTokens: 300 },
          tools: [
            {
              functionDeclarations: [
                { name: 'chart', parametersJsonSchema: schema },
                { name: 'time', parametersJsonSchema: schema },
              ],
            },
          ],
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
          geminiUsage(700, 9),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Sunny; ' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'the clock is down.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(700, 9),
      ),
    },
  },
};
