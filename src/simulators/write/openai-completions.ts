import type { Json, JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { type AnswerChoice, type SimulatedAnswer, textOf, type WriteContext } from '../answer/simulated-answer.ts';
import { identifier } from './identifier.ts';
import { openaiUsage } from './openai-chat.ts';

const finishWord = (choice: AnswerChoice): string =>
  choice.finish === 'length' ? 'length' : choice.finish === 'content-filter' ? 'content_filter' : 'stop';

const logprobsJson = (choice: AnswerChoice): Json => {
  const tokens = choice.logprobs;
  if (tokens === undefined) return null;
  let offset = 0;
  const offsets = tokens.map((token) => {
    offset += token.token.length;
    return offset - token.token.length;
  });
  return {
    tokens: tokens.map((token) => token.token),
    token_logprobs: tokens.map((token) => token.logprob),
    top_logprobs: tokens.map((token) => Object.fromEntries(token.top.map((other) => [other.token, other.logprob]))),
    text_offset: offsets,
  };
};

const head = (answer: SimulatedAnswer, context: WriteContext) => ({
  id: `cmpl-${identifier(`completion ${context.serial}`, 29)}`,
  object: 'text_completion',
  created: context.createdSeconds,
  model: answer.model ?? context.model,
});

/** A whole legacy completion. Only texts have a place in it. */
export const writeOpenaiCompletions = (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
  const { prompt_tokens, completion_tokens, total_tokens } = openaiUsage(answer.usage);
  return {
    ...head(answer, context),
    choices: answer.choices.map((choice, index) => ({
      text: textOf(choice.parts, 'text'),
      index,
      logprobs: logprobsJson(choice),
      finish_reason: finishWord(choice),
    })),
    usage: { prompt_tokens, completion_tokens, total_tokens },
  };
};

/** A legacy completion as a stream. */
export const streamOpenaiCompletions = (
  answer: SimulatedAnswer,
  context: WriteContext,
  usage: boolean,
): readonly SseFrame[] => {
  const { id, object, created, model } = head(answer, context);
  const frame = (choices: readonly Json[], counted: Json): SseFrame => ({
    data: JSON.stringify({ id, object, created, choices, model, ...(usage ? { usage: counted } : {}) }),
  });
  const frames = answer.choices.flatMap((choice, index) => {
    const pieces = choice.parts.flatMap((part) => (part.kind === 'text' ? part.pieces : []));
    const texts = pieces.map((text) => frame([{ text, index, logprobs: null, finish_reason: null }], null));
    return [
      ...texts,
      frame([{ text: '', index, logprobs: logprobsJson(choice), finish_reason: finishWord(choice) }], null),
    ];
  });
  const { prompt_tokens, completion_tokens, total_tokens } = openaiUsage(answer.usage);
  if (usage) frames.push(frame([], { prompt_tokens, completion_tokens, total_tokens }));
  return [...frames, { data: '[DONE]' }];
};
