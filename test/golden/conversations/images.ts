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

const url = 'https://example.com/map.png';
const dataUrl = `data:image/png;base64,${pngBase64}`;
const pieces = ['A map', ' and a dot.'] as const;
const text = pieces.join('');
const final = responsesBody([responsesMessage(text)], responsesUsage(900, 6));

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text }], stop: 'stop', rawStop: 'stop' }],
  usage: { inputTokens: 900, outputTokens: 6 },
} as const;

const question = { kind: 'text', text: 'What do these show?' } as const;
const inline = {
  kind: 'media',
  media: 'image',
  mimeType: 'image/png',
  source: { kind: 'base64', data: pngBase64 },
} as const;
const linked = { kind: 'media', media: 'image', source: { kind: 'url', url } } as const;

export const images: Conversation = {
  name: 'images',
  about: 'One image by URL with a detail, one inline.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [question, { ...linked, detail: 'high' }, inline] }],
    maxOutputTokens: 100,
  },
  response,
  events: oneChoiceEvents(response, textEvents(0, pieces)),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What do these show?' },
                { type: 'image_url', image_url: { url, detail: 'high' } },
                { type: 'image_url', image_url: { url: dataUrl } },
              ],
            },
          ],
          max_completion_tokens: 100,
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          chatUsage(900, 6),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: 'A map' }, finish_reason: null }],
        [{ index: 0, delta: { content: ' and a dot.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(900, 6) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          model,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What do these show?' },
                { type: 'image', source: { type: 'url', url } },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pngBase64 } },
              ],
            },
          ],
          max_tokens: 100,
        },
        losses: ['turns[0].blocks[1].detail'],
        reads: { turns: [{ role: 'user', blocks: [question, linked, inline] }] },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text }], 'end_turn', anthropicUsage(900, 6)),
      },
      frames: anthropicFrames(anthropicText(0, pieces), 'end_turn', anthropicUsage(900, 6)),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [
            {
              role: 'user',
              content: [
                { text: 'What do these show?' },
                { image: { format: 'png', source: { s3Location: { uri: 's3://maps/map.png' } } } },
                { image: { format: 'png', source: { bytes: pngBase64 } } },
              ],
            },
          ],
          inferenceConfig: { maxTokens: 100 },
        },
        // Nothing is fetched from the web here; what lies in S3 is.
        refused: 'turns[0].blocks[1]',
        reads: {
          turns: [
            {
              role: 'user',
              blocks: [question, { ...inline, source: { kind: 'url', url: 's3://maps/map.png' } }, inline],
            },
          ],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text }], 'end_turn', converseUsage(900, 6)),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, pieces), 'end_turn', converseUsage(900, 6)),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            {
              type: 'message',
              role: 'user',
              content: [
                { type: 'input_text', text: 'What do these show?' },
                { type: 'input_image', image_url: url, detail: 'high' },
                { type: 'input_image', image_url: dataUrl },
              ],
            },
          ],
          max_output_tokens: 100,
        },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, responsesText('msg_1', 0, pieces)),
    },
    gemini: {
      request: {
        body: {
          contents: [
            {
              role: 'user',
              parts: [
                { text: 'What do these show?' },
                { fileData: { fileUri: url, mimeType: 'image/png' } },
                { inlineData: { mimeType: 'image/png', data: pngBase64 } },
              ],
            },
          ],
          generationConfig: { maxOutputTokens: 100 },
        },
        losses: ['turns[0].blocks[1].detail'],
        reads: { turns: [{ role: 'user', blocks: [question, { ...linked, mimeType: 'image/png' }, inline] }] },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
          geminiUsage(900, 6),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'A map' }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: ' and a dot.' }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(900, 6),
      ),
    },
  },
};
