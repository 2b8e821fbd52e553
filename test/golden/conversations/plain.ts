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

const pieces = ['The ', 'Danube', '.'] as const;
const text = pieces.join('');
const final = responsesBody([responsesMessage(text)], responsesUsage(20, 4));

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text }], stop: 'stop', rawStop: 'stop' }],
  usage: { inputTokens: 20, outputTokens: 4 },
} as const;

export const plain: Conversation = {
  name: 'plain',
  about: 'A system prompt, one question, the usual sampling fields, one text answer.',
  request: {
    model,
    stream: false,
    turns: [
      { role: 'system', blocks: [{ kind: 'text', text: 'Answer briefly.' }] },
      { role: 'user', blocks: [{ kind: 'text', text: 'Name a river.' }] },
    ],
    maxOutputTokens: 64,
    temperature: 0.5,
    topP: 0.9,
    stop: ['END'],
    seed: 7,
  },
  response,
  events: oneChoiceEvents(response, textEvents(0, pieces)),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            { role: 'system', content: 'Answer briefly.' },
            { role: 'user', content: 'Name a river.' },
          ],
          max_completion_tokens: 64,
          temperature: 0.5,
          top_p: 0.9,
          stop: ['END'],
          seed: 7,
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [
            {
              index: 0,
              message: { role: 'assistant', content: text, refusal: null, annotations: [] },
              logprobs: null,
              finish_reason: 'stop',
            },
          ],
          chatUsage(20, 4),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null }],
        ...pieces.map((content) => [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]),
        [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(20, 4) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          system: 'Answer briefly.',
          messages: [{ role: 'user', content: 'Name a river.' }],
          max_tokens: 64,
          temperature: 0.5,
          top_p: 0.9,
          stop_sequences: ['END'],
        },
        losses: ['seed'],
        reads: { seed: undefined },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text }], 'end_turn', anthropicUsage(20, 4)),
      },
      frames: anthropicFrames(anthropicText(0, pieces), 'end_turn', anthropicUsage(20, 4)),
    },
    'bedrock-converse': {
      request: {
        body: {
          system: [{ text: 'Answer briefly.' }],
          messages: [{ role: 'user', content: [{ text: 'Name a river.' }] }],
          inferenceConfig: { maxTokens: 64, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
        },
        losses: ['seed'],
        reads: { seed: undefined },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text }], 'end_turn', converseUsage(20, 4)),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, pieces), 'end_turn', converseUsage(20, 4)),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Answer briefly.' }] },
            { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Name a river.' }] },
          ],
          max_output_tokens: 64,
          temperature: 0.5,
          top_p: 0.9,
        },
        losses: ['stop', 'seed'],
        reads: { stop: undefined, seed: undefined },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, responsesText('msg_1', 0, pieces)),
    },
    gemini: {
      request: {
        body: {
          systemInstruction: { parts: [{ text: 'Answer briefly.' }] },
          contents: [{ role: 'user', parts: [{ text: 'Name a river.' }] }],
          generationConfig: { maxOutputTokens: 64, temperature: 0.5, topP: 0.9, stopSequences: ['END'], seed: 7 },
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
          geminiUsage(20, 4),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'The Danube' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: '.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(20, 4),
      ),
    },
  },
};
