import type { JsonObject } from '../../../src/core/json/json.ts';
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

const earlierSeal = 'gAAAAABearlier_item-token';
const laterSeal = 'gAAAAABlater_item-token';
const wrapped = (seal: string): string => btoa(`sluice:openai-responses:${seal}`);

const ask = { role: 'user', blocks: [{ kind: 'text', text: 'Is 91 prime?' }] } as const;
const again = { role: 'user', blocks: [{ kind: 'text', text: 'And 97?' }] } as const;
const no = { kind: 'text', text: 'No, 7 × 13.' } as const;
const yes = { kind: 'text', text: 'Yes.' } as const;
const summary = 'Trying divisors.';
const hidden = {
  kind: 'thinking',
  text: '',
  form: 'summary',
  redacted: true,
  seal: { dialect: 'openai-responses', value: earlierSeal },
} as const;
const shown = {
  kind: 'thinking',
  text: summary,
  form: 'summary',
  seal: { dialect: 'openai-responses', value: laterSeal },
} as const;
const plainThought = { kind: 'thinking', text: summary } as const;

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [{ index: 0, blocks: [shown, yes], stop: 'stop', rawStop: 'completed' }],
  usage: { inputTokens: 60, outputTokens: 90, reasoningTokens: 64 },
} as const;
const readsPlain = { choices: [{ ...response.choices[0], blocks: [plainThought, yes] }] };

const item = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: summary }] };
const sealedItem = { ...item, encrypted_content: laterSeal };
const final = responsesBody([sealedItem, responsesMessage('Yes.')], responsesUsage(60, 90, { reasoning: 64 }));
const summaryAt = { item_id: 'rs_1', output_index: 0, summary_index: 0 };

const chatTurns = (assistant: JsonObject): readonly JsonObject[] => [
  { role: 'user', content: 'Is 91 prime?' },
  { role: 'assistant', ...assistant, content: 'No, 7 × 13.' },
  { role: 'user', content: 'And 97?' },
];
const chatRequest = { model, max_completion_tokens: 2000, reasoning_effort: 'medium', store: false };
const chatMessage = { role: 'assistant', content: 'Yes.', reasoning_content: summary };
const anthropicTurns = (blocks: readonly JsonObject[]): readonly JsonObject[] => [
  { role: 'user', content: 'Is 91 prime?' },
  { role: 'assistant', content: [...blocks, { type: 'text', text: 'No, 7 × 13.' }] },
  { role: 'user', content: 'And 97?' },
];
const anthropicRequest = {
  model,
  max_tokens: 2000,
  thinking: { type: 'adaptive', display: 'summarized' },
  output_config: { effort: 'medium' },
};
const geminiTurns = (parts: readonly JsonObject[]): readonly JsonObject[] => [
  { role: 'user', parts: [{ text: 'Is 91 prime?' }] },
  { role: 'model', parts: [...parts, { text: 'No, 7 × 13.' }] },
  { role: 'user', parts: [{ text: 'And 97?' }] },
];
const geminiRequest = {
  generationConfig: { maxOutputTokens: 2000, thinkingConfig: { thinkingLevel: 'medium', includeThoughts: true } },
};

const converseTurns = (blocks: readonly JsonObject[]): readonly JsonObject[] => [
  { role: 'user', content: [{ text: 'Is 91 prime?' }] },
  { role: 'assistant', content: [...blocks, { text: 'No, 7 × 13.' }] },
  { role: 'user', content: [{ text: 'And 97?' }] },
];
const converseRequest = {
  inferenceConfig: { maxTokens: 2000 },
  additionalModelRequestFields: {
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'medium' },
  },
};

export const encryptedReasoning: Conversation = {
  name: 'encrypted-reasoning',
  about: 'A hidden reasoning item sent back by its encrypted content, and a new one with a summary; nothing stored.',
  request: {
    model,
    stream: false,
    turns: [ask, { role: 'assistant', blocks: [hidden, no] }, again],
    maxOutputTokens: 2000,
    reasoning: { effort: 'medium', summary: 'auto', show: true },
    store: false,
  },
  response,
  events: oneChoiceEvents(response, [
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'thinking', text: '', form: 'summary' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'Trying ' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'divisors.' } },
    {
      kind: 'block-delta',
      choice: 0,
      index: 0,
      delta: { kind: 'seal', seal: { dialect: 'openai-responses', value: laterSeal } },
    },
    { kind: 'block-end', choice: 0, index: 0 },
    ...textEvents(1, ['Yes', '.']),
  ]),
  traits: ['adaptive-thinking', 'thinking-levels', 'thinking-fields'],
  wires: {
    'openai-chat': {
      request: {
        body: {
          ...chatRequest,
          messages: chatTurns({
            reasoning_details: [{ type: 'reasoning.encrypted', data: wrapped(earlierSeal) }],
          }),
        },
        sent: { ...chatRequest, messages: chatTurns({}) },
        losses: ['turns[1].blocks[0]', 'reasoning.summary', 'reasoning.show'],
        reads: {
          reasoning: { effort: 'medium' },
          turns: [
            ask,
            { role: 'assistant', blocks: [{ kind: 'thinking', text: '', redacted: true, seal: hidden.seal }, no] },
            again,
          ],
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [{ index: 0, message: chatMessage, finish_reason: 'stop' }],
          chatUsage(60, 90, { reasoning: 64 }),
        ),
        shown: chatBody(
          [
            {
              index: 0,
              message: {
                ...chatMessage,
                reasoning_details: [
                  { type: 'reasoning.summary', summary },
                  { type: 'reasoning.encrypted', data: wrapped(laterSeal) },
                ],
              },
              finish_reason: 'stop',
            },
          ],
          chatUsage(60, 90, { reasoning: 64 }),
        ),
        reads: readsPlain,
      },
      frames: chatFrames([
        [{ index: 0, delta: { role: 'assistant', reasoning_content: 'Trying ' }, finish_reason: null }],
        [{ index: 0, delta: { reasoning_content: 'divisors.' }, finish_reason: null }],
        [{ index: 0, delta: { content: 'Yes' }, finish_reason: null }],
        [{ index: 0, delta: { content: '.' }, finish_reason: null }],
        [{ index: 0, delta: {}, finish_reason: 'stop' }],
        { choices: [], usage: chatUsage(60, 90, { reasoning: 64 }) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: {
          ...anthropicRequest,
          messages: anthropicTurns([{ type: 'redacted_thinking', data: wrapped(earlierSeal) }]),
        },
        sent: { ...anthropicRequest, messages: anthropicTurns([]) },
        losses: ['turns[1].blocks[0]'],
        reads: {
          reasoning: { enabled: true, adaptive: true, effort: 'medium', show: true },
          store: undefined,
          turns: [
            ask,
            { role: 'assistant', blocks: [{ kind: 'thinking', text: '', redacted: true, seal: hidden.seal }, no] },
            again,
          ],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: anthropicBody(
          [
            { type: 'thinking', thinking: summary, signature: 'UHJvdmlkZXI=' },
            { type: 'text', text: 'Yes.' },
          ],
          'end_turn',
          anthropicUsage(60, 90, { output_tokens_details: { thinking_tokens: 64 } }),
        ),
        shown: anthropicBody(
          [
            { type: 'thinking', thinking: summary, signature: wrapped(laterSeal) },
            { type: 'text', text: 'Yes.' },
          ],
          'end_turn',
          anthropicUsage(60, 90, { output_tokens_details: { thinking_tokens: 64 } }),
        ),
        reads: {
          choices: [
            {
              ...response.choices[0],
              blocks: [{ ...plainThought, seal: { dialect: 'anthropic-messages', value: 'UHJvdmlkZXI=' } }, yes],
            },
          ],
        },
      },
      frames: anthropicFrames(
        [
          { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: summary } },
          { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'UHJvdmlkZXI=' } },
          { type: 'content_block_stop', index: 0 },
          ...anthropicText(1, ['Yes', '.']),
        ],
        'end_turn',
        anthropicUsage(60, 90, { output_tokens_details: { thinking_tokens: 64 } }),
      ),
    },
    'bedrock-converse': {
      request: {
        body: {
          ...converseRequest,
          messages: converseTurns([{ reasoningContent: { redactedContent: wrapped(earlierSeal) } }]),
        },
        sent: { ...converseRequest, messages: converseTurns([]) },
        losses: ['turns[1].blocks[0]'],
        reads: {
          reasoning: { enabled: true, adaptive: true, effort: 'medium', show: true },
          store: undefined,
          turns: [
            ask,
            { role: 'assistant', blocks: [{ kind: 'thinking', text: '', redacted: true, seal: hidden.seal }, no] },
            again,
          ],
        },
      },
      response: {
        rawStop: 'end_turn',
        body: converseBody(
          [{ reasoningContent: { reasoningText: { text: summary, signature: 'UHJvdmlkZXI=' } } }, { text: 'Yes.' }],
          'end_turn',
          converseUsage(60, 90),
        ),
        shown: converseBody(
          [
            {
              reasoningContent: {
                reasoningText: { text: summary, signature: wrapped(laterSeal) },
              },
            },
            { text: 'Yes.' },
          ],
          'end_turn',
          converseUsage(60, 90),
        ),
        reads: {
          ...unnamed,
          usage: { inputTokens: 60, outputTokens: 90 },
          choices: [
            {
              ...response.choices[0],
              blocks: [{ ...plainThought, seal: { dialect: 'bedrock-converse', value: 'UHJvdmlkZXI=' } }, yes],
            },
          ],
        },
      },
      frames: converseFrames(
        [
          ...converseBlock(0, [
            { reasoningContent: { text: summary } },
            { reasoningContent: { signature: 'UHJvdmlkZXI=' } },
          ]),
          ...converseText(1, ['Yes', '.']),
        ],
        'end_turn',
        converseUsage(60, 90),
      ),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: [
            { role: 'user', content: 'Is 91 prime?' },
            { type: 'reasoning', id: 'rs_0', summary: [], encrypted_content: earlierSeal },
            { role: 'assistant', content: [{ type: 'output_text', text: 'No, 7 × 13.' }] },
            { role: 'user', content: 'And 97?' },
          ],
          max_output_tokens: 2000,
          reasoning: { effort: 'medium', summary: 'auto' },
          include: ['reasoning.encrypted_content'],
          store: false,
        },
      },
      response: { rawStop: 'completed', body: final },
      frames: responsesFrames(final, [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABnot-yet' },
        },
        { type: 'response.reasoning_summary_part.added', ...summaryAt, part: { type: 'summary_text', text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...summaryAt, delta: 'Trying ' },
        { type: 'response.reasoning_summary_text.delta', ...summaryAt, delta: 'divisors.' },
        { type: 'response.reasoning_summary_text.done', ...summaryAt, text: summary },
        { type: 'response.reasoning_summary_part.done', ...summaryAt, part: { type: 'summary_text', text: summary } },
        { type: 'response.output_item.done', output_index: 0, item: sealedItem },
        ...responsesText('msg_1', 1, ['Yes', '.']),
      ]),
    },
    gemini: {
      request: {
        body: {
          ...geminiRequest,
          contents: geminiTurns([{ text: '', thought: true, thoughtSignature: wrapped(earlierSeal) }]),
        },
        sent: { ...geminiRequest, contents: geminiTurns([]) },
        losses: ['turns[1].blocks[0]', 'reasoning.summary'],
        reads: {
          reasoning: { effort: 'medium', show: true },
          store: undefined,
          turns: [
            ask,
            { role: 'assistant', blocks: [{ kind: 'thinking', text: '', redacted: true, seal: hidden.seal }, no] },
            again,
          ],
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
                  { text: summary, thought: true },
                  { text: 'Yes.', thoughtSignature: 'UHJvdmlkZXI=' },
                ],
              },
              finishReason: 'STOP',
            },
          ],
          geminiUsage(60, 26, { thoughtsTokenCount: 64 }),
        ),
        shown: geminiBody(
          [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [{ text: summary, thought: true, thoughtSignature: wrapped(laterSeal) }, { text: 'Yes.' }],
              },
              finishReason: 'STOP',
            },
          ],
          geminiUsage(60, 26, { thoughtsTokenCount: 64 }),
        ),
        reads: {
          choices: [
            {
              ...response.choices[0],
              blocks: [plainThought, { ...yes, seal: { dialect: 'gemini', value: 'UHJvdmlkZXI=' } }],
            },
          ],
        },
      },
      frames: geminiFrames(
        [
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Trying ', thought: true }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'divisors.', thought: true }] } }],
          [{ index: 0, content: { role: 'model', parts: [{ text: 'Yes' }] } }],
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: '.', thoughtSignature: 'UHJvdmlkZXI=' }] },
              finishReason: 'STOP',
            },
          ],
        ],
        geminiUsage(60, 26, { thoughtsTokenCount: 64 }),
      ),
    },
  },
};
