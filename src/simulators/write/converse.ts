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
  if (choice.parts.some((part) => part.kind === 'refusal')) return 'content_filtered';
  const words = {
    stop: 'end_turn',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    'content-filter': 'guardrail_intervened',
    'stop-sequence': 'stop_sequence',
  };
  return words[choice.finish];
};

/** Bedrock counts cache reads and writes beside the input, not in it; the total holds all. */
const usageJson = (usage: AnswerUsage): JsonObject => {
  const read = usage.cacheReadTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const cached = read + written === 0 ? {} : { cacheReadInputTokens: read, cacheWriteInputTokens: written };
  return {
    inputTokens: usage.inputTokens - read - written,
    outputTokens: usage.outputTokens,
    totalTokens: usage.inputTokens + usage.outputTokens,
    ...cached,
  };
};

const citationJson = (citation: AnswerCitation): JsonObject => ({
  title: citation.title,
  sourceContent: [{ text: citation.citedText }],
  location: { web: { url: citation.url, domain: citation.url.split('/')[2] ?? '' } },
});

const toolUseId = (part: AnswerPart & { kind: 'tool-call' }, context: WriteContext, index: number): string =>
  part.id ?? `tooluse_${identifier(`tool ${context.serial} ${index}`, 22)}`;

const signatureOf = (part: AnswerPart & { kind: 'thinking' }): string => part.signature ?? btoa('simulated-signature');

const blockJson = (part: AnswerPart, context: WriteContext, index: number): Json => {
  switch (part.kind) {
    case 'text':
    case 'refusal': {
      const text = part.pieces.join('');
      const citations = part.kind === 'text' ? part.citations : undefined;
      if (citations === undefined) return { text };
      return { citationsContent: { content: [{ text }], citations: citations.map(citationJson) } };
    }
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: part.pieces.join(''), signature: signatureOf(part) } } };
    case 'tool-call':
      return {
        toolUse: {
          toolUseId: toolUseId(part, context, index),
          name: part.name,
          input: parseJson(part.pieces.join('')) ?? {},
        },
      };
    case 'image':
      return { image: { format: part.mimeType.replace('image/', ''), source: { bytes: part.data } } };
  }
};

const firstChoice = (answer: SimulatedAnswer): AnswerChoice => answer.choices[0] ?? { parts: [], finish: 'stop' };

const metrics = { latencyMs: 421 };

/** A whole answer. It names neither itself nor the model. */
export const writeConverse = (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
  const choice = firstChoice(answer);
  const content = choice.parts.map((part, index) => blockJson(part, context, index));
  return {
    metrics,
    output: { message: { content, role: 'assistant' } },
    stopReason: stopReason(choice),
    usage: usageJson(answer.usage),
  };
};

/** The provider pads its events so that their length does not tell what is in them. */
const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const frame = (event: string, value: JsonObject): SseFrame => {
  const data = JSON.stringify(value);
  return { event, data: JSON.stringify({ ...value, p: padding.slice(0, 4 + (data.length % 58)) }) };
};

/** An answer as a stream: only calls and pictures announce themselves; why it ended and what it cost come last. */
export const streamConverse = (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
  const choice = firstChoice(answer);
  // Two blocks are never open together here.
  const body = answerSteps(choice.parts, false).flatMap((step) => stepFrames(step, context));
  return [
    frame('messageStart', { role: 'assistant' }),
    ...body,
    frame('messageStop', { stopReason: stopReason(choice) }),
    frame('metadata', { metrics, usage: usageJson(answer.usage) }),
  ];
};

const stepFrames = (step: AnswerStep, context: WriteContext): readonly SseFrame[] => {
  const { part, index } = step;
  const delta = (value: JsonObject): SseFrame => frame('contentBlockDelta', { contentBlockIndex: index, delta: value });
  if (step.kind === 'piece') return [delta(pieceDelta(part, step.text))];
  if (step.kind === 'close')
    return [...closingDeltas(part).map(delta), frame('contentBlockStop', { contentBlockIndex: index })];
  const start = startOf(part, context, index);
  return start === undefined ? [] : [frame('contentBlockStart', { contentBlockIndex: index, start })];
};

const startOf = (part: AnswerPart, context: WriteContext, index: number): JsonObject | undefined => {
  if (part.kind === 'tool-call') return { toolUse: { name: part.name, toolUseId: toolUseId(part, context, index) } };
  return part.kind === 'image' ? { image: { format: part.mimeType.replace('image/', '') } } : undefined;
};

const pieceDelta = (part: AnswerPart, text: string): JsonObject => {
  if (part.kind === 'tool-call') return { toolUse: { input: text } };
  return part.kind === 'thinking' ? { reasoningContent: { text } } : { text };
};

const closingDeltas = (part: AnswerPart): readonly JsonObject[] => {
  if (part.kind === 'thinking') return [{ reasoningContent: { signature: signatureOf(part) } }];
  if (part.kind === 'image') return [{ image: { source: { bytes: part.data } } }];
  return part.kind === 'text' ? (part.citations ?? []).map((citation) => ({ citation: citationJson(citation) })) : [];
};
