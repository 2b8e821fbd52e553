import type { Json, JsonDraft, JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { answerSteps } from '../answer/answer-steps.ts';
import {
  type AnswerChoice,
  type AnswerFinish,
  type AnswerPart,
  type AnswerUsage,
  type SimulatedAnswer,
  type TokenLogprob,
  textOf,
  type WriteContext,
} from '../answer/simulated-answer.ts';
import { identifier } from './identifier.ts';

const finishWords: Readonly<Record<AnswerFinish, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  'stop-sequence': 'stop',
};

const chatId = (context: WriteContext): string => `chatcmpl-${identifier(`chat ${context.serial}`, 29)}`;

export const openaiUsage = (usage: AnswerUsage): JsonObject => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: usage.reasoningTokens ?? 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

const bytesOf = (token: string): readonly number[] => [...new TextEncoder().encode(token)];

const tokenJson = (token: { token: string; logprob: number }): JsonObject => ({
  token: token.token,
  logprob: token.logprob,
  bytes: bytesOf(token.token),
});

export const logprobsJson = (tokens: readonly TokenLogprob[] | undefined): Json =>
  tokens === undefined
    ? null
    : {
        content: tokens.map((token) => ({ ...tokenJson(token), top_logprobs: token.top.map(tokenJson) })),
        refusal: null,
      };

const callId = (context: WriteContext, at: { choice: number; index: number }, part: AnswerPart): string =>
  part.kind === 'tool-call' && part.id !== undefined
    ? part.id
    : `call_${identifier(`call ${context.serial} ${at.choice} ${at.index}`, 24)}`;

const callJson = (part: AnswerPart & { kind: 'tool-call' }, id: string): JsonObject => {
  const text = part.pieces.join('');
  if (part.custom === true) return { id, type: 'custom', custom: { name: part.name, input: text } };
  return { id, type: 'function', function: { name: part.name, arguments: text } };
};

const annotations = (parts: readonly AnswerPart[]): readonly Json[] => {
  let offset = 0;
  const found: Json[] = [];
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    for (const { url, title, start, end } of part.citations ?? []) {
      found.push({
        type: 'url_citation',
        url_citation: { start_index: start + offset, end_index: end + offset, title, url },
      });
    }
    offset += part.pieces.join('').length;
  }
  return found;
};

const images = (parts: readonly AnswerPart[]): readonly Json[] =>
  parts.flatMap((part) =>
    part.kind === 'image'
      ? [{ type: 'image_url', image_url: { url: `data:${part.mimeType};base64,${part.data}` } }]
      : [],
  );

const messageJson = (choice: AnswerChoice, context: WriteContext, index: number): JsonObject => {
  const text = textOf(choice.parts, 'text');
  const thinking = textOf(choice.parts, 'thinking');
  const refused = textOf(choice.parts, 'refusal');
  const calls = choice.parts.flatMap((part, place) =>
    part.kind === 'tool-call' ? [callJson(part, callId(context, { choice: index, index: place }, part))] : [],
  );
  const pictures = images(choice.parts);
  const message: JsonDraft = { role: 'assistant', content: text === '' ? null : text };
  if (thinking !== '') message['reasoning_content'] = thinking;
  if (calls.length > 0) message['tool_calls'] = calls;
  if (pictures.length > 0) message['images'] = pictures;
  return { ...message, refusal: refused === '' ? null : refused, annotations: annotations(choice.parts) };
};

/** A whole chat completion, its members in the provider's order. */
export const writeOpenaiChat = (answer: SimulatedAnswer, context: WriteContext): JsonObject => ({
  id: chatId(context),
  object: 'chat.completion',
  created: context.createdSeconds,
  model: answer.model ?? context.model,
  choices: answer.choices.map((choice, index) => ({
    index,
    message: messageJson(choice, context, index),
    logprobs: logprobsJson(choice.logprobs),
    finish_reason: finishWords[choice.finish],
  })),
  usage: openaiUsage(answer.usage),
  service_tier: 'default',
  system_fingerprint: 'fp_simulated',
});

/** A chat completion as a stream. `usage` asks for the usage chunk; without it no chunk names usage. */
export const streamOpenaiChat = (
  answer: SimulatedAnswer,
  context: WriteContext,
  usage: boolean,
): readonly SseFrame[] => {
  const chunk = (choices: readonly Json[], counted: Json): SseFrame => ({
    data: JSON.stringify({
      id: chatId(context),
      object: 'chat.completion.chunk',
      created: context.createdSeconds,
      model: answer.model ?? context.model,
      service_tier: 'default',
      system_fingerprint: 'fp_simulated',
      choices,
      ...(usage ? { usage: counted } : {}),
    }),
  });
  const deltas = answer.choices.flatMap((choice, index) => choiceDeltas({ choice, index }, answer, context));
  const frames = deltas.map((delta) => chunk([delta], null));
  if (usage) frames.push(chunk([], openaiUsage(answer.usage)));
  return [...frames, { data: '[DONE]' }];
};

const choiceDeltas = (
  at: { choice: AnswerChoice; index: number },
  answer: SimulatedAnswer,
  context: WriteContext,
): readonly JsonObject[] => {
  const { choice, index } = at;
  const tokens = [...(choice.logprobs ?? [])];
  const counts = choice.logprobs !== undefined;
  const choiceJson = (delta: JsonObject, extra: { finish?: string; token?: boolean } = {}): JsonObject => {
    const token = extra.token === true ? tokens.shift() : undefined;
    const logprobs = counts && token !== undefined ? logprobsJson([token]) : null;
    return { index, delta, logprobs, finish_reason: extra.finish ?? null };
  };
  const calls = choice.parts.filter((part) => part.kind === 'tool-call');
  const opening: JsonObject = {
    role: 'assistant',
    content: calls.length === choice.parts.length ? null : '',
    refusal: null,
  };
  const body = answerSteps(choice.parts, answer.interleaved ?? false).flatMap((step): readonly JsonObject[] => {
    const { part } = step;
    if (part.kind === 'tool-call')
      return callDelta(step, {
        number: calls.indexOf(part),
        id: callId(context, { choice: index, index: step.index }, part),
      }).map((delta) => choiceJson(delta));
    if (part.kind === 'image') return step.kind === 'open' ? [choiceJson({ images: images([part]) })] : [];
    if (step.kind === 'close')
      return part.kind === 'text' && part.citations !== undefined
        ? [choiceJson({ annotations: annotations([part]) })]
        : [];
    if (step.kind === 'open') return [];
    return [choiceJson({ [deltaNames[part.kind]]: step.text }, { token: part.kind === 'text' })];
  });
  return [choiceJson(opening), ...body, choiceJson({}, { finish: finishWords[choice.finish] })];
};

const deltaNames = { text: 'content', thinking: 'reasoning_content', refusal: 'refusal' } as const;

const callDelta = (
  step: ReturnType<typeof answerSteps>[number],
  call: { number: number; id: string },
): readonly JsonObject[] => {
  const { part } = step;
  if (part.kind !== 'tool-call' || step.kind === 'close') return [];
  const holder = part.custom === true ? 'custom' : 'function';
  const member = part.custom === true ? 'input' : 'arguments';
  if (step.kind === 'piece') return [{ tool_calls: [{ index: call.number, [holder]: { [member]: step.text } }] }];
  const opening = { index: call.number, id: call.id, type: holder, [holder]: { name: part.name, [member]: '' } };
  return [{ tool_calls: [opening] }];
};
