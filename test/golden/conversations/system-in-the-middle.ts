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
  responsesBody,
  responsesFrames,
  responsesMessage,
  responsesText,
  responsesUsage,
  textEvents,
  unnamed,
} from '../conversation.ts';

const final = responsesBody([responsesMessage('Sechs.')], responsesUsage(40, 3));

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text: 'Sechs.' }], stop: 'stop', rawStop: 'stop' }],
  usage: { inputTokens: 40, outputTokens: 3 },
} as const;

export const systemInTheMiddle: Conversation = {
  name: 'system-in-the-middle',
  about: 'A second prompt stands between two turns and must stay there, or be reported as moved.',
  request: {
    model,
    stream: false,
    turns: [
      { role: 'system', blocks: [{ kind: 'text', text: 'You do sums.' }] },
      { role: 'user', blocks: [{ kind: 'text', text: '1 + 1?' }] },
      { role: 'assistant', blocks: [{ kind: 'text', text: 'Two.' }] },
      { role: 'system', blocks: [{ kind: 'text', text: 'From here on answer in German.' }] },
      { role: 'user', blocks: [{ kind: 'text', text: '3 + 3?' }] },
    ],
    maxOutputTokens: 64,
  },
  response,
  events: oneChoiceEvents(response, textEvents(0, ['Se', 'chs.'])),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            { role: 'system', content: 'You do sums.' },
            { role: 'user', content: '1 + 1?' },
            { role: 'assistant', content: 'Two.' },
            { role: 'system', content: 'From here on answer in German.' },
            { role: 'user', content: '3 + 3?' },
          ],
          max_completion_tokens: 64,
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: { role: 'assistant', content: 'Sechs.' }, finish_reason: 'stop' }],
          chatUsage(40, 3),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: 'Se' }, finish_reason: null }],
        [{ index: 0, delta: { content: 'chs.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(40, 3) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          system: [{ type: 'text', text: 'You do sums.' }],
          messages: [
            { role: 'user', content: [{ type: 'text', text: '1 + 1?' }] },
            { role: 'assistant', content: [{ type: 'text', text: 'Two.' }] },
            { role: 'system', content: [{ type: 'text', text: 'From here on answer in German.' }] },
            { role: 'user', content: [{ type: 'text', text: '3 + 3?' }] },
          ],
          max_tokens: 64,
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text: 'Sechs.' }], 'end_turn', anthropicUsage(40, 3)),
      },
      frames: anthropicFrames(anthropicText(0, ['Se', 'chs.']), 'end_turn', anthropicUsage(40, 3)),
    },
    'bedrock-converse': {
      request: {
        body: {
          system: [{ text: 'You do sums.' }],
          messages: [
            { role: 'user', content: [{ text: '1 + 1?' }] },
            { role: 'assistant', content: [{ text: 'Two.' }] },
            {
              role: 'user',
              content: [{ text: '<system>\nFrom here on answer in German.\n</system>' }, { text: '3 + 3?' }],
            },
          ],
          inferenceConfig: { maxTokens: 64 },
        },
        losses: ['turns[3].role'],
        reads: {
          turns: [
            { role: 'system', blocks: [{ kind: 'text', text: 'You do sums.' }] },
            { role: 'user', blocks: [{ kind: 'text', text: '1 + 1?' }] },
            { role: 'assistant', blocks: [{ kind: 'text', text: 'Two.' }] },
            {
              role: 'user',
              blocks: [
                { kind: 'text', text: '<system>\nFrom here on answer in German.\n</system>' },
                { kind: 'text', text: '3 + 3?' },
              ],
            },
          ],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text: 'Sechs.' }], 'end_turn', converseUsage(40, 3)),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, ['Se', 'chs.']), 'end_turn', converseUsage(40, 3)),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            { role: 'system', content: [{ type: 'input_text', text: 'You do sums.' }] },
            { role: 'user', content: '1 + 1?' },
            { role: 'assistant', content: [{ type: 'output_text', text: 'Two.' }] },
            { role: 'system', content: 'From here on answer in German.' },
            { role: 'user', content: [{ type: 'input_text', text: '3 + 3?' }] },
          ],
          max_output_tokens: 64,
        },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, responsesText('msg_1', 0, ['Se', 'chs.'])),
    },
    gemini: {
      request: {
        body: {
          systemInstruction: { parts: [{ text: 'You do sums.' }] },
          contents: [
            { role: 'user', parts: [{ text: '1 + 1?' }] },
            { role: 'model', parts: [{ text: 'Two.' }] },
            { role: 'user', parts: [{ text: 'From here on answer in German.' }, { text: '3 + 3?' }] },
          ],
          generationConfig: { maxOutputTokens: 64 },
        },
        // The marks tell the model whose words these are.
        sent: {
          systemInstruction: { parts: [{ text: 'You do sums.' }] },
          contents: [
            { role: 'user', parts: [{ text: '1 + 1?' }] },
            { role: 'model', parts: [{ text: 'Two.' }] },
            {
              role: 'user',
              parts: [{ text: '<system>\nFrom here on answer in German.\n</system>' }, { text: '3 + 3?' }],
            },
          ],
          generationConfig: { maxOutputTokens: 64 },
        },
        losses: ['turns[3].role'],
        reads: {
          turns: [
            { role: 'system', blocks: [{ kind: 'text', text: 'You do sums.' }] },
            { role: 'user', blocks: [{ kind: 'text', text: '1 + 1?' }] },
            { role: 'assistant', blocks: [{ kind: 'text', text: 'Two.' }] },
            {
              role: 'user',
              blocks: [
                { kind: 'text', text: 'From here on answer in German.' },
                { kind: 'text', text: '3 + 3?' },
              ],
            },
          ],
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Sechs.' }] }, finishReason: 'STOP' }],
          geminiUsage(40, 3),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Se' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'chs.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(40, 3),
      ),
    },
  },
};
