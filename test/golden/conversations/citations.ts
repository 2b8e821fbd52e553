import {
  answerId,
  anthropicBody,
  anthropicFrames,
  anthropicUsage,
  type Conversation,
  chatBody,
  chatFrames,
  chatUsage,
  converseBlock,
  converseBody,
  converseFrames,
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

const statement = 'Ruby was created by Matz.';
const more = ' Version 3.4 is current.';
const cited = 'Ruby was created by Yukihiro Matsumoto.';
const url = 'https://example.org/ruby';
const title = 'Ruby releases';
const source = {
  kind: 'media',
  media: 'document',
  mimeType: 'text/plain',
  source: { kind: 'text', text: cited },
  title: 'facts.txt',
  citable: true,
} as const;
const question = { kind: 'text', text: 'Who made Ruby, and which version is current?' } as const;

const documentCitation = {
  kind: 'document',
  documentIndex: 0,
  location: { unit: 'char', start: 0, end: 39 },
  citedText: cited,
  title: 'facts.txt',
} as const;
const urlCitation = { kind: 'url', url, title, start: 1, end: 24 } as const;
const first = { kind: 'text', text: statement, citations: [documentCitation] } as const;
const second = { kind: 'text', text: more, citations: [urlCitation] } as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [first, second], stop: 'stop', rawStop: 'end_turn' }],
  usage: { inputTokens: 300, outputTokens: 20 },
} as const;
/** Wires with one text per answer count offsets in the joined text. */
const joined = {
  choices: [
    {
      ...response.choices[0],
      blocks: [{ kind: 'text', text: statement + more, citations: [{ ...urlCitation, start: 26, end: 49 }] }],
    },
  ],
};

const annotation = { type: 'url_citation', url, title, start_index: 26, end_index: 49 };
const { type: _, ...flatAnnotation } = annotation;
const chatAnnotation = { type: 'url_citation', url_citation: flatAnnotation };
const part = (text: string, annotations: readonly (typeof annotation)[]) => ({
  type: 'output_text',
  text,
  annotations,
});
const message = (content: readonly ReturnType<typeof part>[]) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content,
});
const final = responsesBody([message([part(statement + more, [annotation])])], responsesUsage(300, 20));
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };

const charLocation = {
  type: 'char_location',
  cited_text: cited,
  document_index: 0,
  document_title: 'facts.txt',
  start_char_index: 0,
  end_char_index: 39,
};
const searchLocation = { type: 'web_search_result_location', url, title, cited_text: '', encrypted_index: 'RW5j' };
const grounding = {
  groundingChunks: [{ web: { uri: url, title } }],
  groundingSupports: [{ segment: { startIndex: 26, endIndex: 49, text: more.trim() }, groundingChunkIndices: [0] }],
};

const documentChar = {
  title: 'facts.txt',
  sourceContent: [{ text: cited }],
  location: { documentChar: { documentIndex: 0, start: 0, end: 39 } },
};
const webPage = { title, sourceContent: [], location: { web: { url, domain: 'example.org' } } };

export const citations: Conversation = {
  name: 'citations',
  about: 'A statement cited from a document the client gave, and one cited from a web page.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [source, question] }],
    maxOutputTokens: 300,
  },
  response,
  events: oneChoiceEvents(response, [
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: '' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: statement } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'citation', citation: documentCitation } },
    { kind: 'block-end', choice: 0, index: 0 },
    { kind: 'block-start', choice: 0, index: 1, block: { kind: 'text', text: '' } },
    { kind: 'block-delta', choice: 0, index: 1, delta: { kind: 'text', text: more } },
    { kind: 'block-delta', choice: 0, index: 1, delta: { kind: 'citation', citation: urlCitation } },
    { kind: 'block-end', choice: 0, index: 1 },
  ]),
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: cited },
                { type: 'text', text: 'Who made Ruby, and which version is current?' },
              ],
            },
          ],
          max_completion_tokens: 300,
        },
        losses: ['turns[0].blocks[0]', 'turns[0].blocks[0].title', 'turns[0].blocks[0].citable'],
        reads: { turns: [{ role: 'user', blocks: [{ kind: 'text', text: cited }, question] }] },
      },
      response: {
        rawStop: 'stop',
        losses: ['choices[0].blocks[0].citations[0]'],
        body: chatBody(
          [
            {
              index: 0,
              message: { role: 'assistant', content: statement + more, annotations: [chatAnnotation] },
              finish_reason: 'stop',
            },
          ],
          chatUsage(300, 20),
        ),
        reads: joined,
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', content: statement }, finish_reason: null }],
        [{ index: 0, delta: { content: more }, finish_reason: null }],
        [{ index: 0, delta: { annotations: [chatAnnotation] }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(300, 20) },
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
                  source: { type: 'text', media_type: 'text/plain', data: cited },
                  title: 'facts.txt',
                  citations: { enabled: true },
                },
                { type: 'text', text: 'Who made Ruby, and which version is current?' },
              ],
            },
          ],
          max_tokens: 300,
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody(
          [
            { type: 'text', text: statement, citations: [charLocation] },
            { type: 'text', text: more, citations: [searchLocation] },
          ],
          'end_turn',
          anthropicUsage(300, 20),
        ),
        shown: anthropicBody(
          [
            { type: 'text', text: statement, citations: [charLocation] },
            {
              type: 'text',
              text: more,
              citations: [{ type: 'web_search_result_location', url, title, cited_text: '', encrypted_index: '' }],
            },
          ],
          'end_turn',
          anthropicUsage(300, 20),
        ),
        reads: {
          choices: [
            {
              ...response.choices[0],
              blocks: [first, { kind: 'text', text: more, citations: [{ kind: 'url', url, title, citedText: '' }] }],
            },
          ],
        },
      },
      frames: anthropicFrames(
        [
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: [] } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: statement } },
          { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: charLocation } },
          { type: 'content_block_stop', index: 0 },
          { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '', citations: [] } },
          { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta', citation: searchLocation } },
          { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: more } },
          { type: 'content_block_stop', index: 1 },
        ],
        'end_turn',
        anthropicUsage(300, 20),
      ),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [
            {
              role: 'user',
              content: [
                {
                  document: {
                    format: 'txt',
                    name: 'facts txt',
                    source: { text: cited },
                    citations: { enabled: true },
                  },
                },
                { text: 'Who made Ruby, and which version is current?' },
              ],
            },
          ],
          inferenceConfig: { maxTokens: 300 },
        },
        losses: ['turns[0].blocks[0].title'],
        reads: { turns: [{ role: 'user', blocks: [{ ...source, title: 'facts txt' }, question] }] },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody(
          [
            { citationsContent: { content: [{ text: statement }], citations: [documentChar] } },
            { citationsContent: { content: [{ text: more }], citations: [webPage] } },
          ],
          'end_turn',
          converseUsage(300, 20),
        ),
        reads: {
          ...unnamed,
          choices: [
            { ...response.choices[0], blocks: [first, { ...second, citations: [{ kind: 'url', url, title }] }] },
          ],
        },
      },
      frames: converseFrames(
        [
          ...converseBlock(0, [{ text: statement }, { citation: documentChar }]),
          ...converseBlock(1, [{ citation: webPage }, { text: more }]),
        ],
        'end_turn',
        converseUsage(300, 20),
      ),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            {
              role: 'user',
              content: [
                { type: 'input_text', text: cited },
                { type: 'input_text', text: 'Who made Ruby, and which version is current?' },
              ],
            },
          ],
          max_output_tokens: 300,
        },
        losses: ['turns[0].blocks[0]', 'turns[0].blocks[0].title', 'turns[0].blocks[0].citable'],
        reads: { turns: [{ role: 'user', blocks: [{ kind: 'text', text: cited }, question] }] },
      },
      response: {
        rawStop: 'completed',
        losses: ['choices[0].blocks[0].citations[0]'],
        body: final,
        shown: responsesBody(
          [message([part(statement, []), part(more, [{ ...annotation, start_index: 1, end_index: 24 }])])],
          responsesUsage(300, 20),
        ),
        reads: joined,
      },
      frames: responsesFrames(final, [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] },
        },
        { type: 'response.content_part.added', ...at, part: part('', []) },
        { type: 'response.output_text.delta', ...at, delta: statement },
        { type: 'response.output_text.delta', ...at, delta: more },
        { type: 'response.output_text.annotation.added', ...at, annotation_index: 0, annotation },
        { type: 'response.output_text.done', ...at, text: statement + more },
        { type: 'response.content_part.done', ...at, part: part(statement + more, [annotation]) },
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: message([part(statement + more, [annotation])]),
        },
      ]),
    },
    gemini: {
      request: {
        body: {
          contents: [
            {
              role: 'user',
              parts: [{ text: cited }, { text: 'Who made Ruby, and which version is current?' }],
            },
          ],
          generationConfig: { maxOutputTokens: 300 },
        },
        losses: ['turns[0].blocks[0]', 'turns[0].blocks[0].title', 'turns[0].blocks[0].citable'],
        reads: { turns: [{ role: 'user', blocks: [{ kind: 'text', text: cited }, question] }] },
      },
      response: {
        rawStop: 'STOP',
        losses: ['choices[0].blocks[0].citations[0]'],
        body: geminiBody(
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: statement + more }] },
              finishReason: 'STOP',
              groundingMetadata: grounding,
            },
          ],
          geminiUsage(300, 20),
        ),
        shown: geminiBody(
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: statement }, { text: more }] },
              finishReason: 'STOP',
              groundingMetadata: grounding,
            },
          ],
          geminiUsage(300, 20),
        ),
        reads: {
          choices: [
            {
              ...response.choices[0],
              blocks: [
                {
                  kind: 'text',
                  text: statement + more,
                  citations: [{ ...urlCitation, start: 26, end: 49, citedText: more.trim() }],
                },
              ],
            },
          ],
        },
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: statement }] } }],
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: more }] },
              finishReason: 'STOP',
              groundingMetadata: grounding,
            },
          ],
        ],
        geminiUsage(300, 20),
      ),
    },
  },
};
