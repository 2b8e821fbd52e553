import type { TokenLogprob } from '../../../src/core/ir/index.ts';
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
  responsesBody,
  responsesFrames,
  responsesUsage,
  unnamed,
} from '../conversation.ts';

const yesTokens: readonly TokenLogprob[] = [
  { token: 'Ye', logprob: -0.25, bytes: [89, 101], top: [{ token: 'Ye', logprob: -0.25, bytes: [89, 101] }] },
  { token: 's', logprob: -0.5, bytes: [115], top: [{ token: 's', logprob: -0.5, bytes: [115] }] },
];
const noTokens: readonly TokenLogprob[] = [
  { token: 'No', logprob: -1.5, bytes: [78, 111], top: [{ token: 'Ye', logprob: -0.25, bytes: [89, 101] }] },
];
const withoutBytes = (tokens: readonly TokenLogprob[]): readonly TokenLogprob[] =>
  tokens.map(({ token, logprob, top }) => ({
    token,
    logprob,
    top: (top ?? []).map((other) => ({ token: other.token, logprob: other.logprob })),
  }));

const response = {
  id: answerId,
  model,
  createdSeconds,
  choices: [
    { index: 0, blocks: [{ kind: 'text', text: 'Yes' }], stop: 'stop', rawStop: 'stop', logprobs: yesTokens },
    { index: 1, blocks: [{ kind: 'text', text: 'No' }], stop: 'length', rawStop: 'length', logprobs: noTokens },
  ],
  usage: { inputTokens: 10, outputTokens: 3 },
} as const;
const { logprobs: _, ...firstWithoutLogprobs } = response.choices[0];

const chatTokens = (tokens: readonly TokenLogprob[]) => ({
  content: tokens.map(({ top, ...token }) => ({
    ...(JSON.parse(JSON.stringify(token)) as object),
    top_logprobs: JSON.parse(JSON.stringify(top ?? [])),
  })),
  refusal: null,
});
const responsesTokens = (tokens: readonly TokenLogprob[]) => chatTokens(tokens).content;
const geminiTokens = (tokens: readonly TokenLogprob[]) => ({
  chosenCandidates: tokens.map(({ token, logprob }) => ({ token, logProbability: logprob })),
  topCandidates: tokens.map(({ top }) => ({
    candidates: (top ?? []).map(({ token, logprob }) => ({ token, logProbability: logprob })),
  })),
});

const part = { type: 'output_text', text: 'Yes', annotations: [], logprobs: responsesTokens(yesTokens) };
const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] };
const final = responsesBody([message], responsesUsage(10, 3));
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };

export const twoChoicesWithLogprobs: Conversation = {
  name: 'two-choices-with-logprobs',
  about: 'n = 2 with log probabilities; the choices arrive interleaved and end differently.',
  request: {
    model,
    stream: false,
    turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'Yes or no?' }] }],
    maxOutputTokens: 2,
    choices: 2,
    logprobs: true,
    topLogprobs: 1,
  },
  response,
  events: [
    { kind: 'response-start', id: answerId, model, createdSeconds },
    { kind: 'block-start', choice: 0, index: 0, block: { kind: 'text', text: '' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 'Ye' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'logprobs', logprobs: yesTokens.slice(0, 1) } },
    { kind: 'block-start', choice: 1, index: 0, block: { kind: 'text', text: '' } },
    { kind: 'block-delta', choice: 1, index: 0, delta: { kind: 'text', text: 'No' } },
    { kind: 'block-delta', choice: 1, index: 0, delta: { kind: 'logprobs', logprobs: noTokens } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'text', text: 's' } },
    { kind: 'block-delta', choice: 0, index: 0, delta: { kind: 'logprobs', logprobs: yesTokens.slice(1) } },
    { kind: 'block-end', choice: 0, index: 0 },
    { kind: 'choice-end', choice: 0, stop: 'stop', rawStop: 'stop' },
    { kind: 'block-end', choice: 1, index: 0 },
    { kind: 'choice-end', choice: 1, stop: 'length', rawStop: 'length' },
    { kind: 'usage', usage: response.usage },
    { kind: 'response-end' },
  ],
  wires: {
    'openai-chat': {
      request: {
        body: {
          model,
          messages: [{ role: 'user', content: 'Yes or no?' }],
          max_completion_tokens: 2,
          n: 2,
          logprobs: true,
          top_logprobs: 1,
        },
      },
      response: {
        rawStop: 'stop',
        body: chatBody(
          [
            {
              index: 0,
              message: { role: 'assistant', content: 'Yes' },
              logprobs: chatTokens(yesTokens),
              finish_reason: 'stop',
            },
            {
              index: 1,
              message: { role: 'assistant', content: 'No' },
              logprobs: chatTokens(noTokens),
              finish_reason: 'length',
            },
          ],
          chatUsage(10, 3),
        ),
      },
      frames: chatFrames([
        [
          {
            index: 0,
            delta: { role: 'assistant', content: '' },
            logprobs: { content: [], refusal: null },
            finish_reason: null,
          },
        ],
        [
          {
            index: 0,
            delta: { content: 'Ye' },
            logprobs: chatTokens(yesTokens.slice(0, 1)),
            finish_reason: null,
          },
        ],
        [
          {
            index: 1,
            delta: { role: 'assistant', content: 'No' },
            logprobs: chatTokens(noTokens),
            finish_reason: null,
          },
        ],
        [{ index: 0, delta: { content: 's' }, logprobs: chatTokens(yesTokens.slice(1)), finish_reason: null }],
        [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }],
        [{ index: 1, delta: {}, logprobs: null, finish_reason: 'length' }],
        { choices: [], usage: chatUsage(10, 3) },
      ]),
    },
    'anthropic-messages': {
      request: {
        body: { model, messages: [{ role: 'user', content: 'Yes or no?' }], max_tokens: 2 },
        refused: 'choices',
        reads: { choices: undefined, logprobs: undefined, topLogprobs: undefined },
      },
      response: {
        rawStop: 'end_turn',
        losses: ['choices[0].logprobs', 'choices[1]'],
        body: anthropicBody([{ type: 'text', text: 'Yes' }], 'end_turn', anthropicUsage(10, 3)),
        reads: { choices: [firstWithoutLogprobs] },
      },
      frames: anthropicFrames(anthropicText(0, ['Ye', 's']), 'end_turn', anthropicUsage(10, 3)),
    },
    'bedrock-converse': {
      request: {
        body: {
          messages: [{ role: 'user', content: [{ text: 'Yes or no?' }] }],
          inferenceConfig: { maxTokens: 2 },
        },
        refused: 'choices',
        reads: { choices: undefined, logprobs: undefined, topLogprobs: undefined },
      },
      response: {
        rawStop: 'end_turn',
        losses: ['choices[0].logprobs', 'choices[1]'],
        body: converseBody([{ text: 'Yes' }], 'end_turn', converseUsage(10, 3)),
        reads: { ...unnamed, choices: [firstWithoutLogprobs] },
      },
      frames: converseFrames(converseText(0, ['Ye', 's']), 'end_turn', converseUsage(10, 3)),
    },
    'openai-responses': {
      request: {
        body: {
          model,
          input: 'Yes or no?',
          max_output_tokens: 2,
          top_logprobs: 1,
          include: ['message.output_text.logprobs'],
        },
        refused: 'choices',
        reads: { choices: undefined },
      },
      response: {
        rawStop: 'completed',
        losses: ['choices[1]'],
        body: final,
        reads: { choices: [response.choices[0]] },
      },
      frames: responsesFrames(final, [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { ...message, status: 'in_progress', content: [] },
        },
        { type: 'response.content_part.added', ...at, part: { ...part, text: '', logprobs: [] } },
        {
          type: 'response.output_text.delta',
          ...at,
          delta: 'Ye',
          logprobs: responsesTokens(yesTokens.slice(0, 1)),
        },
        { type: 'response.output_text.delta', ...at, delta: 's', logprobs: responsesTokens(yesTokens.slice(1)) },
        { type: 'response.output_text.done', ...at, text: 'Yes', logprobs: responsesTokens(yesTokens) },
        { type: 'response.content_part.done', ...at, part },
        { type: 'response.output_item.done', output_index: 0, item: message },
      ]),
    },
    gemini: {
      request: {
        body: {
          contents: [{ role: 'user', parts: [{ text: 'Yes or no?' }] }],
          generationConfig: { maxOutputTokens: 2, candidateCount: 2, responseLogprobs: true, logprobs: 1 },
        },
      },
      response: {
        rawStop: 'STOP',
        body: geminiBody(
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: 'Yes' }] },
              finishReason: 'STOP',
              logprobsResult: geminiTokens(yesTokens),
            },
            {
              index: 1,
              content: { role: 'model', parts: [{ text: 'No' }] },
              finishReason: 'MAX_TOKENS',
              logprobsResult: geminiTokens(noTokens),
            },
          ],
          geminiUsage(10, 3),
        ),
        reads: {
          choices: [
            { ...response.choices[0], logprobs: withoutBytes(yesTokens) },
            { ...response.choices[1], logprobs: withoutBytes(noTokens) },
          ],
        },
      },
      frames: geminiFrames(
        [
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: 'Ye' }] },
              logprobsResult: geminiTokens(yesTokens.slice(0, 1)),
            },
            {
              index: 1,
              content: { role: 'model', parts: [{ text: 'No' }] },
              finishReason: 'MAX_TOKENS',
              logprobsResult: geminiTokens(noTokens),
            },
          ],
          [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: 's' }] },
              finishReason: 'STOP',
              logprobsResult: geminiTokens(yesTokens.slice(1)),
            },
          ],
        ],
        geminiUsage(10, 3),
      ),
    },
  },
};
