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
  pdfBase64,
  responsesBody,
  responsesFrames,
  responsesMessage,
  responsesText,
  responsesUsage,
  textEvents,
  unnamed,
} from '../conversation.ts';

const dataUrl = `data:application/pdf;base64,${pdfBase64}`;
const text = '{"total":12.5}';
const pieces = ['{"total"', ':12.5}'] as const;
const final = responsesBody([responsesMessage(text)], responsesUsage(1500, 8));
const schema = {
  type: 'object',
  properties: { total: { type: 'number' } },
  required: ['total'],
  additionalProperties: false,
} as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [{ kind: 'text', text }], stop: 'stop', rawStop: 'stop' }],
  usage: { inputTokens: 1500, outputTokens: 8 },
} as const;

const question = { kind: 'text', text: 'What is the total?' } as const;
const document = {
  kind: 'media',
  media: 'document',
  mimeType: 'application/pdf',
  source: { kind: 'base64', data: pdfBase64 },
} as const;

export const pdf: Conversation = {
  name: 'pdf',
  about: 'A PDF with a file name, and an answer bound to a JSON schema.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [{ ...document, filename: 'invoice.pdf' }, question] }],
    maxOutputTokens: 200,
    output: { kind: 'json-schema', name: 'invoice', schema, strict: true },
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
                { type: 'file', file: { filename: 'invoice.pdf', file_data: dataUrl } },
                { type: 'text', text: 'What is the total?' },
              ],
            },
          ],
          max_completion_tokens: 200,
          response_format: { type: 'json_schema', json_schema: { name: 'invoice', schema, strict: true } },
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          chatUsage(1500, 8),
        ),
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
        ...pieces.map((content) => [{ index: 0, delta: { content }, finish_reason: null }]),
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(1500, 8) },
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
                {
                  type: 'document',
                  source: { type: 'base64', media_type: 'application/pdf', data: pdfBase64 },
                  title: 'invoice.pdf',
                },
                { type: 'text', text: 'What is the total?' },
              ],
            },
          ],
          max_tokens: 200,
          output_config: { format: { type: 'json_schema', schema } },
        },
        losses: ['output.name'],
        reads: {
          turns: [{ role: 'user', blocks: [{ ...document, title: 'invoice.pdf' }, question] }],
          output: { kind: 'json-schema', schema },
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody([{ type: 'text', text }], 'end_turn', anthropicUsage(1500, 8)),
      },
      frames: anthropicFrames(anthropicText(0, pieces), 'end_turn', anthropicUsage(1500, 8)),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [
            {
              role: 'user',
              content: [
                { document: { format: 'pdf', name: 'invoice pdf', source: { bytes: pdfBase64 } } },
                { text: 'What is the total?' },
              ],
            },
          ],
          inferenceConfig: { maxTokens: 200 },
          outputConfig: {
            textFormat: {
              type: 'json_schema',
              structure: { jsonSchema: { name: 'invoice', schema: JSON.stringify(schema) } },
            },
          },
        },
        losses: ['turns[0].blocks[0].filename'],
        reads: {
          turns: [{ role: 'user', blocks: [{ ...document, title: 'invoice pdf' }, question] }],
          output: { kind: 'json-schema', name: 'invoice', schema },
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody([{ text }], 'end_turn', converseUsage(1500, 8)),
        reads: unnamed,
      },
      frames: converseFrames(converseText(0, pieces), 'end_turn', converseUsage(1500, 8)),
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
                { type: 'input_file', filename: 'invoice.pdf', file_data: dataUrl },
                { type: 'input_text', text: 'What is the total?' },
              ],
            },
          ],
          max_output_tokens: 200,
          text: { format: { type: 'json_schema', name: 'invoice', schema, strict: true } },
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
              parts: [{ inlineData: { mimeType: 'application/pdf', data: pdfBase64 } }, { text: 'What is the total?' }],
            },
          ],
          generationConfig: {
            maxOutputTokens: 200,
            responseMimeType: 'application/json',
            responseJsonSchema: schema,
          },
        },
        losses: ['turns[0].blocks[0].filename', 'output.name', 'output.strict'],
        reads: {
          turns: [{ role: 'user', blocks: [document, question] }],
          output: { kind: 'json-schema', schema },
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
          geminiUsage(1500, 8),
        ),
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: pieces[0] }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: pieces[1] }] }, finishReason: 'STOP' }],
        ],
        geminiUsage(1500, 8),
      ),
    },
  },
};
