import type { Json, JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { type AnswerStep, answerSteps } from '../answer/answer-steps.ts';
import type {
  AnswerChoice,
  AnswerCitation,
  AnswerPart,
  AnswerUsage,
  SimulatedAnswer,
  WriteContext,
} from '../answer/simulated-answer.ts';
import { identifier } from './identifier.ts';

const finishes: Readonly<Record<AnswerChoice['finish'], string>> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR',
  'stop-sequence': 'STOP_SEQUENCE',
};

const usageJson = (usage: AnswerUsage): JsonObject => ({
  billed_units: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
  tokens: {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens === undefined ? {} : { reasoning_tokens: usage.reasoningTokens }),
  },
  ...(usage.cacheReadTokens === undefined ? {} : { cached_tokens: usage.cacheReadTokens }),
});

const citationJson = (citation: AnswerCitation, text: string, contentIndex: number): JsonObject => ({
  start: citation.start,
  end: citation.end,
  text: text.slice(citation.start, citation.end),
  sources: [
    {
      type: 'document',
      id: citation.url,
      document: { id: citation.url, url: citation.url, title: citation.title, text: citation.citedText },
    },
  ],
  ...(contentIndex === 0 ? {} : { content_index: contentIndex }),
  type: 'TEXT_CONTENT',
});

type CallPart = AnswerPart & { readonly kind: 'tool-call' };

const callId = (part: CallPart, context: WriteContext, index: number): string =>
  part.id ?? `${part.name}_${identifier(`call ${context.serial} ${index}`, 12).toLowerCase()}`;

const callJson = (part: CallPart, context: WriteContext, index: number): JsonObject => ({
  id: callId(part, context, index),
  type: 'function',
  function: { name: part.name, arguments: part.pieces.join('') },
});

const firstChoice = (answer: SimulatedAnswer): AnswerChoice => answer.choices[0] ?? { parts: [], finish: 'stop' };

/** The dialect shows words, thoughts and calls; the rest of the parts go. */
const shown = (choice: AnswerChoice): readonly Exclude<AnswerPart, { kind: 'image' }>[] =>
  choice.parts.filter((part) => part.kind !== 'image');

const contentJson = (part: Exclude<AnswerPart, { kind: 'image' | 'tool-call' }>): JsonObject =>
  part.kind === 'thinking'
    ? { type: 'thinking', thinking: part.pieces.join('') }
    : { type: 'text', text: part.pieces.join('') };

const idOf = (context: WriteContext): string => {
  const letters = identifier(`answer ${context.serial}`, 32).toLowerCase();
  return [
    letters.slice(0, 8),
    letters.slice(8, 12),
    letters.slice(12, 16),
    letters.slice(16, 20),
    letters.slice(20),
  ].join('-');
};

/** A whole answer. The dialect has one choice and names no model. */
export const writeCohere = (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
  const choice = firstChoice(answer);
  const parts = shown(choice);
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const citations: Json[] = [];
  for (const part of parts) {
    if (part.kind === 'tool-call') {
      calls.push(callJson(part, context, calls.length));
      continue;
    }
    if (part.kind === 'text')
      for (const citation of part.citations ?? [])
        citations.push(citationJson(citation, part.pieces.join(''), content.length));
    content.push(contentJson(part));
  }
  return {
    id: idOf(context),
    message: {
      role: 'assistant',
      ...(content.length === 0 ? {} : { content }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(citations.length === 0 ? {} : { citations }),
    },
    finish_reason: finishes[choice.finish],
    usage: usageJson(answer.usage),
    ...(choice.logprobs === undefined
      ? {}
      : { logprobs: choice.logprobs.map(({ token, logprob }) => logprobJson(token, logprob)) }),
  };
};

const logprobJson = (text: string, logprob: number): JsonObject => ({ text, token_ids: [1], logprobs: [logprob] });

const frame = (type: string, members: JsonObject): SseFrame => ({
  event: type,
  data: JSON.stringify({ type, ...members }),
});

const told = (type: string, index: number, message: JsonObject): SseFrame => frame(type, { index, delta: { message } });

/** An answer as a stream. Content and calls are counted apart. */
export const streamCohere = (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
  const choice = firstChoice(answer);
  const parts = shown(choice);
  const places = placesOf(parts);
  const state = { citations: 0 };
  const body = answerSteps(parts, answer.interleaved ?? false).flatMap((step) =>
    stepFrames(step, { place: places[step.index] ?? 0, context, state }),
  );
  const start = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return [
    frame('message-start', { id: idOf(context), delta: { message: start } }),
    ...body,
    ...(choice.logprobs ?? []).map(({ token, logprob }) =>
      frame('content-delta', {
        index: 0,
        delta: { message: { content: { text: '' } } },
        logprobs: logprobJson(token, logprob),
      }),
    ),
    frame('message-end', { delta: { finish_reason: finishes[choice.finish], usage: usageJson(answer.usage) } }),
    { data: '[DONE]' },
  ];
};

const placesOf = (parts: readonly AnswerPart[]): readonly number[] => {
  const counts = { call: 0, content: 0 };
  return parts.map((part) => (part.kind === 'tool-call' ? counts.call++ : counts.content++));
};

interface StepSite {
  readonly place: number;
  readonly context: WriteContext;
  readonly state: { citations: number };
}

const stepFrames = (step: AnswerStep, { place, context, state }: StepSite): readonly SseFrame[] => {
  const { part } = step;
  if (part.kind === 'image') return [];
  if (part.kind === 'tool-call') {
    if (step.kind === 'close') return [frame('tool-call-end', { index: place })];
    if (step.kind === 'piece')
      return [told('tool-call-delta', place, { tool_calls: { function: { arguments: step.text } } })];
    const call = { id: callId(part, context, place), type: 'function', function: { name: part.name, arguments: '' } };
    return [told('tool-call-start', place, { tool_calls: call })];
  }
  const member = part.kind === 'thinking' ? 'thinking' : 'text';
  if (step.kind === 'open') return [told('content-start', place, { content: { type: member, [member]: '' } })];
  if (step.kind === 'piece') return [told('content-delta', place, { content: { [member]: step.text } })];
  const citations = part.kind === 'text' ? (part.citations ?? []) : [];
  return [
    ...citations.flatMap((citation) => {
      const index = state.citations++;
      const written = citationJson(citation, part.pieces.join(''), place);
      return [told('citation-start', index, { citations: written }), frame('citation-end', { index })];
    }),
    frame('content-end', { index: place }),
  ];
};
