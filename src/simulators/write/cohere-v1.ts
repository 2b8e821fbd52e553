import type { JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { answerSteps } from '../answer/answer-steps.ts';
import type { AnswerCitation, AnswerPart, SimulatedAnswer, WriteContext } from '../answer/simulated-answer.ts';
import { identifier } from './identifier.ts';

const finishes = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  'tool-calls': 'COMPLETE',
  'content-filter': 'ERROR_TOXIC',
  'stop-sequence': 'STOP_SEQUENCE',
} as const;

type Shown = Extract<AnswerPart, { kind: 'text' | 'tool-call' }>;

/** The dialect shows words and calls; thoughts and pictures go. */
const shown = (answer: SimulatedAnswer): readonly Shown[] =>
  (answer.choices[0]?.parts ?? []).filter((part) => part.kind === 'text' || part.kind === 'tool-call');

const whole = (part: Shown): string => part.pieces.join('');

const callJson = (part: Shown & { readonly kind: 'tool-call' }): JsonObject => ({
  name: part.name,
  parameters: whole(part) === '' ? {} : JSON.parse(whole(part)),
});

const callsOf = (parts: readonly Shown[]): readonly JsonObject[] =>
  parts.flatMap((part) => (part.kind === 'tool-call' ? [callJson(part)] : []));

const textOf = (parts: readonly Shown[]): string =>
  parts.flatMap((part) => (part.kind === 'text' ? [whole(part)] : [])).join('');

const citationJson = (citation: AnswerCitation, text: string, offset: number): JsonObject => ({
  start: offset + citation.start,
  end: offset + citation.end,
  text: text.slice(citation.start, citation.end),
  document_ids: [citation.url],
});

const documentJson = (citation: AnswerCitation): JsonObject => ({
  id: citation.url,
  url: citation.url,
  title: citation.title,
  text: citation.citedText,
});

/** A whole answer. The dialect has one choice, names no model and gives calls no ids. */
export const writeCohereV1 = (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
  const parts = shown(answer);
  const calls = callsOf(parts);
  const text = textOf(parts);
  const cited = parts.flatMap((part) => (part.kind === 'text' ? (part.citations ?? []) : []));
  const { inputTokens, outputTokens, cacheReadTokens } = answer.usage;
  const counts = { input_tokens: inputTokens, output_tokens: outputTokens };
  let offset = 0;
  const citations = parts.flatMap((part) => {
    if (part.kind !== 'text') return [];
    const written = (part.citations ?? []).map((citation) => citationJson(citation, whole(part), offset));
    offset += Array.from(whole(part)).length;
    return written;
  });
  return {
    response_id: identifier(`response ${context.serial}`, 32).toLowerCase(),
    text,
    generation_id: identifier(`answer ${context.serial}`, 32).toLowerCase(),
    chat_history: [{ role: 'CHATBOT', message: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) }],
    finish_reason: finishes[answer.choices[0]?.finish ?? 'stop'],
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(citations.length === 0 ? {} : { citations, documents: cited.map(documentJson) }),
    meta: {
      api_version: { version: '1' },
      billed_units: counts,
      tokens: counts,
      ...(cacheReadTokens === undefined ? {} : { cached_tokens: cacheReadTokens }),
    },
  };
};

const line = (type: string, members: JsonObject, finished = false): SseFrame => ({
  data: JSON.stringify({ is_finished: finished, event_type: type, ...members }),
});

/** An answer as a stream: words, calls in pieces and then whole, what was found and cited, and the whole answer at the end. */
export const streamCohereV1 = (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
  const parts = shown(answer);
  const places = placesOf(parts);
  const body = writeCohereV1(answer, context);
  const { tool_calls: calls, citations, documents } = body;
  const pieces = answerSteps(parts, answer.interleaved ?? false).flatMap((step) => {
    const { part, kind } = step;
    if (part.kind === 'text') return kind === 'piece' ? [line('text-generation', { text: step.text })] : [];
    if (part.kind !== 'tool-call' || kind === 'close') return [];
    const index = places[step.index] ?? 0;
    return [
      line('tool-calls-chunk', {
        tool_call_delta: kind === 'open' ? { index, name: part.name } : { index, parameters: step.text },
      }),
    ];
  });
  return [
    line('stream-start', { generation_id: body['generation_id'] }),
    ...(documents === undefined ? [] : [line('search-results', { documents })]),
    ...pieces,
    ...(citations === undefined ? [] : [line('citation-generation', { citations })]),
    ...(calls === undefined ? [] : [line('tool-calls-generation', { text: body['text'], tool_calls: calls })]),
    line('stream-end', { finish_reason: body['finish_reason'], response: body }, true),
  ];
};

const placesOf = (parts: readonly AnswerPart[]): readonly number[] => {
  let calls = 0;
  return parts.map((part) => (part.kind === 'tool-call' ? calls++ : 0));
};
