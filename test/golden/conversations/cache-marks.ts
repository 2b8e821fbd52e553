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

const manual = 'The long manual of the machine.';
const schema = { type: 'object', properties: { part: { type: 'string' } } } as const;
const final = responsesBody([responsesMessage('Press stop.')], responsesUsage(5300, 4, { cached: 5000, written: 280 }));

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text: 'Press stop.' }], stop: 'stop', rawStop: 'end_turn' }],
  usage: {
    inputTokens: 5300,
    outputTokens: 4,
    cacheReadTokens: 5000,
    cacheWriteTokens: 280,
    cacheWriteOneHourTokens: 80,
  },
} as const;
const readsWithoutLifetimes = {
  usage: { inputTokens: 5300, outputTokens: 4, cacheReadTokens: 5000, cacheWriteTokens: 280 },
};
const readsWithoutWrites = { usage: { inputTokens: 5300, outputTokens: 4, cacheReadTokens: 5000 } };

const unmarked = [
  { role: 'system', blocks: [{ kind: 'text', text: manual }] },
  { role: 'user', blocks: [{ kind: 'text', text: 'How do I stop it?' }] },
] as const;
const losses = ['turns[0].blocks[0].cache', 'turns[1].blocks[0].cache', 'tools[0].cache'];
const reads = {
  turns: unmarked,
  tools: [{ kind: 'function', name: 'find_part', schema }],
};
const usage = anthropicUsage(20, 4, {
  cache_creation_input_tokens: 280,
  cache_read_input_tokens: 5000,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 80 },
});

const converseCounts = {
  inputTokens: 20,
  outputTokens: 4,
  totalTokens: 5304,
  cacheReadInputTokens: 5000,
  cacheWriteInputTokens: 280,
  cacheDetails: [
    { ttl: '1h', inputTokens: 80 },
    { ttl: '5m', inputTokens: 200 },
  ],
};

export const cacheMarks: Conversation = {
  name: 'cache-marks',
  about: 'Cache marks of both lifetimes on a tool, a prompt and a question; usage that contains its parts.',
  request: {
    model,
    stream: false,
    turns: [
      { role: 'system', blocks: [{ kind: 'text', text: manual, cache: { ttl: '1h' } }] },
      { role: 'user', blocks: [{ kind: 'text', text: 'How do I stop it?', cache: {} }] },
    ],
    maxOutputTokens: 64,
    tools: [{ kind: 'function', name: 'find_part', schema, cache: { ttl: '1h' } }],
  },
  response,
  events: oneChoiceEvents(response, textEvents(0, ['Press ', 'stop.'])),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            { role: 'system', content: manual },
            { role: 'user', content: 'How do I stop it?' },
          ],
          max_completion_tokens: 64,
          tools: [{ type: 'function', function: { name: 'find_part', parameters: schema } }],
        },
        losses,
        reads,
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: { role: 'assistant', content: 'Press stop.' }, finish_reason: 'stop' }],
          chatUsage(5300, 4, { cached: 5000, written: 280 }),
        ),
        reads: readsWithoutLifetimes,
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: 'Press ' }, finish_reason: null }],
        [{ index: 0, delta: { content: 'stop.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(5300, 4, { cached: 5000, written: 280 }) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          system: [{ type: 'text', text: manual, cache_control: { type: 'ephemeral', ttl: '1h' } }],
          messages: [
            {
              role: 'user',
              content: [{ type: 'text', text: 'How do I stop it?', cache_control: { type: 'ephemeral' } }],
            },
          ],
          max_tokens: 64,
          tools: [{ name: 'find_part', input_schema: schema, cache_control: { type: 'ephemeral', ttl: '1h' } }],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text: 'Press stop.' }], 'end_turn', usage),
      },
      frames: anthropicFrames(anthropicText(0, ['Press ', 'stop.']), 'end_turn', usage),
    },
    'bedrock-converse': {
      request: {
        body: {
          system: [{ text: manual }, { cachePoint: { type: 'default', ttl: '1h' } }],
          messages: [{ role: 'user', content: [{ text: 'How do I stop it?' }, { cachePoint: { type: 'default' } }] }],
          inferenceConfig: { maxTokens: 64 },
          toolConfig: {
            tools: [
              { toolSpec: { name: 'find_part', inputSchema: { json: schema } } },
              { cachePoint: { type: 'default', ttl: '1h' } },
            ],
          },
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text: 'Press stop.' }], 'end_turn', converseCounts),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, ['Press ', 'stop.']), 'end_turn', converseCounts),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            { role: 'system', content: manual },
            { role: 'user', content: 'How do I stop it?' },
          ],
          max_output_tokens: 64,
          tools: [{ type: 'function', name: 'find_part', parameters: schema }],
        },
        losses,
        reads,
      },
      response: { rawStop: 'completed', body: final, reads: readsWithoutLifetimes },
      frames: responsesFrames(final, responsesText('msg_1', 0, ['Press ', 'stop.'])),
    },
    gemini: {
      request: {
        body: {
          systemInstruction: { parts: [{ text: manual }] },
          contents: [{ role: 'user', parts: [{ text: 'How do I stop it?' }] }],
          generationConfig: { maxOutputTokens: 64 },
          tools: [{ functionDeclarations: [{ name: 'find_part', parametersJsonSchema: schema }] }],
        },
        losses,
        reads,
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Press stop.' }] }, finishReason: 'STOP' }],
          geminiUsage(5300, 4, { cachedContentTokenCount: 5000 }),
        ),
        reads: readsWithoutWrites,
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Press ' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'stop.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(5300, 4, { cachedContentTokenCount: 5000 }),
      ),
    },
  },
};
