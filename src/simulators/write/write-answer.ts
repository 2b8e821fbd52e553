import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import type { SimulatedAnswer, WriteContext } from '../answer/simulated-answer.ts';
import type { SimulatedRequest } from '../simulated-request.ts';
import { streamAnthropicMessages, writeAnthropicMessages } from './anthropic-messages.ts';
import { streamCohere, writeCohere } from './cohere.ts';
import { streamCohereV1, writeCohereV1 } from './cohere-v1.ts';
import { streamConverse, writeConverse } from './converse.ts';
import { streamGemini, writeGemini } from './gemini.ts';
import { streamOllama, streamOllamaGenerate, writeOllama, writeOllamaGenerate } from './ollama.ts';
import { streamOpenaiChat, writeOpenaiChat } from './openai-chat.ts';
import { streamOpenaiCompletions, writeOpenaiCompletions } from './openai-completions.ts';
import { writeOpenaiResponses } from './openai-responses.ts';
import { streamOpenaiResponses } from './openai-responses-stream.ts';

interface Writer {
  plain(answer: SimulatedAnswer, context: WriteContext, request: SimulatedRequest): JsonObject;
  stream(answer: SimulatedAnswer, context: WriteContext, request: SimulatedRequest): readonly SseFrame[];
}

const writers: Readonly<Record<DialectId, Writer>> = {
  'openai-chat': {
    plain: writeOpenaiChat,
    stream: (answer, context, request) => streamOpenaiChat(answer, context, request.streamUsage ?? false),
  },
  'openai-completions': {
    plain: writeOpenaiCompletions,
    stream: (answer, context, request) => streamOpenaiCompletions(answer, context, request.streamUsage ?? false),
  },
  'openai-responses': { plain: writeOpenaiResponses, stream: streamOpenaiResponses },
  'anthropic-messages': { plain: writeAnthropicMessages, stream: streamAnthropicMessages },
  gemini: { plain: writeGemini, stream: streamGemini },
  cohere: { plain: writeCohere, stream: streamCohere },
  'cohere-v1': { plain: writeCohereV1, stream: streamCohereV1 },
  // These are never asked to chat: their decoders refuse it.
  voyage: { plain: () => ({}), stream: () => [] },
  'amazon-titan': { plain: () => ({}), stream: () => [] },
  'vertex-predict': { plain: () => ({}), stream: () => [] },
  jina: { plain: () => ({}), stream: () => [] },
  ollama: { plain: writeOllama, stream: streamOllama },
  'ollama-generate': { plain: writeOllamaGenerate, stream: streamOllamaGenerate },
  'bedrock-converse': { plain: writeConverse, stream: streamConverse },
};

/** A whole answer's body, as the dialect's provider writes it. */
export const writeAnswer = (
  dialect: DialectId,
  answer: SimulatedAnswer,
  at: { readonly request: SimulatedRequest; readonly context: WriteContext },
): JsonObject => writers[dialect].plain(answer, at.context, at.request);

/** The frames of a streamed answer, as the dialect's provider writes them. */
export const writeStream = (
  dialect: DialectId,
  answer: SimulatedAnswer,
  at: { readonly request: SimulatedRequest; readonly context: WriteContext },
): readonly SseFrame[] => writers[dialect].stream(answer, at.context, at.request);

const compact: ReadonlySet<DialectId> = new Set([
  'anthropic-messages',
  'cohere',
  'cohere-v1',
  'ollama',
  'ollama-generate',
  'bedrock-converse',
]);

/** OpenAI and Gemini print plain bodies with indentation, the others without. */
export const printBody = (dialect: DialectId, body: JsonObject): string =>
  compact.has(dialect) ? JSON.stringify(body) : `${JSON.stringify(body, null, 2)}\n`;
