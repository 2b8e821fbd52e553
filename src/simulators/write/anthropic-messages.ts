import { type Json, type JsonObject, parseJson } from '../../core/json/json.ts';
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

const stopReason = (choice: AnswerChoice): string => {
  if (choice.parts.some((part) => part.kind === 'refusal')) return 'refusal';
  const words = {
    stop: 'end_turn',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    'content-filter': 'refusal',
    'stop-sequence': 'stop_sequence',
  };
  return words[choice.finish];
};

/** Anthropic counts cache reads and writes beside the input, not in it. */
const usageJson = (usage: AnswerUsage, outputTokens: number): JsonObject => {
  const read = usage.cacheReadTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  return {
    input_tokens: usage.inputTokens - read - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens: outputTokens,
    service_tier: 'standard',
  };
};

const citationJson = (citation: AnswerCitation, context: WriteContext): JsonObject => ({
  type: 'web_search_result_location',
  cited_text: citation.citedText,
  url: citation.url,
  title: citation.title,
  encrypted_index: identifier(`citation ${context.serial} ${citation.url}`, 32),
});

/** The dialect shows no pictures; the rest of the parts stay in order. */
const shown = (choice: AnswerChoice): readonly AnswerPart[] => choice.parts.filter((part) => part.kind !== 'image');

const toolUseId = (part: AnswerPart & { kind: 'tool-call' }, context: WriteContext, index: number): string =>
  part.id ?? `toolu_01${identifier(`tool ${context.serial} ${index}`, 22)}`;

const signatureOf = (part: AnswerPart & { kind: 'thinking' }): string => part.signature ?? btoa('simulated-signature');

const blockJson = (part: AnswerPart, context: WriteContext, index: number): Json => {
  switch (part.kind) {
    case 'text':
    case 'refusal': {
      const citations = part.kind === 'text' ? part.citations : undefined;
      const cited =
        citations === undefined ? {} : { citations: citations.map((citation) => citationJson(citation, context)) };
      return { type: 'text', text: part.pieces.join(''), ...cited };
    }
    case 'thinking':
      return { type: 'thinking', thinking: part.pieces.join(''), signature: signatureOf(part) };
    case 'tool-call':
      return {
        type: 'tool_use',
        id: toolUseId(part, context, index),
        name: part.name,
        input: parseJson(part.pieces.join('')) ?? {},
      };
    case 'image':
      return null;
  }
};

const firstChoice = (answer: SimulatedAnswer): AnswerChoice => answer.choices[0] ?? { parts: [], finish: 'stop' };

const head = (answer: SimulatedAnswer, context: WriteContext) => ({
  id: `msg_01${identifier(`message ${context.serial}`, 22)}`,
  type: 'message',
  role: 'assistant',
  model: answer.model ?? context.model,
});

/** A whole message. The dialect has one choice. */
export const writeAnthropicMessages = (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
  const choice = firstChoice(answer);
  return {
    ...head(answer, context),
    content: shown(choice).map((part, index) => blockJson(part, context, index)),
    stop_reason: stopReason(choice),
    stop_sequence: choice.stopSequence ?? null,
    usage: usageJson(answer.usage, answer.usage.outputTokens),
  };
};

const frame = (value: JsonObject & { readonly type: string }): SseFrame => ({
  event: value.type,
  data: JSON.stringify(value),
});

/** A message as a stream: a ping after the first block opens, usage whole at the start and counted up at the end. */
export const streamAnthropicMessages = (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
  const choice = firstChoice(answer);
  const start = {
    ...head(answer, context),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: usageJson(answer.usage, 1),
  };
  const body = answerSteps(shown(choice), answer.interleaved ?? false).flatMap((step) => stepFrames(step, context));
  const delta = { stop_reason: stopReason(choice), stop_sequence: choice.stopSequence ?? null };
  const {
    cache_creation: _creation,
    service_tier: _tier,
    ...counted
  } = usageJson(answer.usage, answer.usage.outputTokens);
  return [
    frame({ type: 'message_start', message: start }),
    ...body.slice(0, 1),
    frame({ type: 'ping' }),
    ...body.slice(1),
    frame({ type: 'message_delta', delta, usage: counted }),
    frame({ type: 'message_stop' }),
  ];
};

const stepFrames = (step: AnswerStep, context: WriteContext): readonly SseFrame[] => {
  if (step.kind === 'open')
    return [
      frame({ type: 'content_block_start', index: step.index, content_block: opened(step.part, context, step.index) }),
    ];
  if (step.kind === 'piece') return [blockDelta(step.index, pieceDelta(step.part, step.text))];
  return [...closingDeltas(step, context), frame({ type: 'content_block_stop', index: step.index })];
};

const blockDelta = (index: number, delta: JsonObject): SseFrame => frame({ type: 'content_block_delta', index, delta });

const opened = (part: AnswerPart, context: WriteContext, index: number): JsonObject => {
  if (part.kind === 'tool-call')
    return { type: 'tool_use', id: toolUseId(part, context, index), name: part.name, input: {} };
  if (part.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return part.kind === 'text' && part.citations !== undefined
    ? { citations: [], type: 'text', text: '' }
    : { type: 'text', text: '' };
};

const pieceDelta = (part: AnswerPart, text: string): JsonObject => {
  if (part.kind === 'tool-call') return { type: 'input_json_delta', partial_json: text };
  if (part.kind === 'thinking') return { type: 'thinking_delta', thinking: text };
  return { type: 'text_delta', text };
};

const closingDeltas = (step: AnswerStep, context: WriteContext): readonly SseFrame[] => {
  const { part, index } = step;
  if (part.kind === 'thinking') return [blockDelta(index, { type: 'signature_delta', signature: signatureOf(part) })];
  if (part.kind !== 'text') return [];
  return (part.citations ?? []).map((citation) =>
    blockDelta(index, { type: 'citations_delta', citation: citationJson(citation, context) }),
  );
};
