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
  responsesUsage,
  unnamed,
} from '../conversation.ts';

const text = "I can't help with that.";
const pieces = ["I can't help", ' with that.'] as const;
const refused = { kind: 'refusal', text } as const;
const asText = { kind: 'text', text } as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [refused], stop: 'refusal', rawStop: 'stop' }],
  usage: { inputTokens: 25, outputTokens: 7 },
} as const;

const message = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'refusal', refusal: text }],
};
const final = responsesBody([message], responsesUsage(25, 7));
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };

export const refusal: Conversation = {
  name: 'refusal',
  about: 'The model declines; each wire has its own way to say so.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'Write malware.' }] }],
    maxOutputTokens: 64,
  },
  response,
  events: oneChoiceEvents(response, [
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'refusal', text: '' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: pieces[0] } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: pieces[1] } },
    { kind: 'block-end', choice: 0, index: 0 },
  ]),
  wires: {
    'openai-chat': {
      request: {
        body: { model, messages: [{ role: 'user', content: 'Write malware.' }], max_completion_tokens: 64 },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [
            {
              index: 0,
              message: { role: 'assistant', content: null, refusal: text, annotations: [] },
              logprobs: null,
              finish_reason: 'stop',
            },
          ],
          chatUsage(25, 7),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: null, refusal: '' }, finish_reason: null }],
        ...pieces.map((piece) => [{ index: 0, delta: { refusal: piece }, finish_reason: null }]),
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(25, 7) },
      ]),
    },
    'anthropic-messages': {
      request: { body: { model, messages: [{ role: 'user', content: 'Write malware.' }], max_tokens: 64 } },
      response: {
        rawStop: 'refusal',
        losses: ['choices[0].blocks[0]'],
        body: anthropicBody([{ type: 'text', text }], 'refusal', anthropicUsage(25, 7)),
        reads: { choices: [{ ...response.choices[0], blocks: [asText] }] },
      },
      frames: anthropicFrames(anthropicText(0, pieces), 'refusal', anthropicUsage(25, 7)),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [{ role: 'user', content: [{ text: 'Write malware.' }] }],
          inferenceConfig: { maxTokens: 64 },
        },
      },
      response: {
        rawStop: 'content_filtered',
        losses: ['choices[0].blocks[0]'],
        body: converseBody([{ text }], 'content_filtered', converseUsage(25, 7)),
        reads: { ...unnamed, choices: [{ ...response.choices[0], blocks: [asText], stop: 'content-filter' }] },
      },
      frames: converseFrames(converseText(0, pieces), 'content_filtered', converseUsage(25, 7)),
    },
    'openai-responses': {
      request: { body: { model, input: 'Write malware.', max_output_tokens: 64 } },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { ...message, status: 'in_progress', content: [] },
        },
        { type: 'response.content_part.added', ...at, part: { type: 'refusal', refusal: '' } },
        ...pieces.map((delta) => ({ type: 'response.refusal.delta', ...at, delta })),
        { type: 'response.refusal.done', ...at, refusal: text },
        { type: 'response.content_part.done', ...at, part: { type: 'refusal', refusal: text } },
        { type: 'response.output_item.done', output_index: 0, item: message },
      ]),
    },
    gemini: {
      request: {
        body: {
          contents: [{ role: 'user', parts: [{ text: 'Write malware.' }] }],
          generationConfig: { maxOutputTokens: 64 },
        },
      },
      response: {
        rawStop: 'SAFETY',
        losses: ['choices[0].blocks[0]'],
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'SAFETY' }],
          geminiUsage(25, 7),
        ),
        reads: { choices: [{ ...response.choices[0], blocks: [asText], stop: 'content-filter' }] },
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: pieces[0] }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: pieces[1] }] }, finishReason: 'SAFETY' }],
        ],
        geminiUsage(25, 7),
      ),
    },
  },
};
