import type { DialectId } from '../ir/index.ts';
import { amazonTitan } from './amazon-titan/index.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohere } from './cohere/index.ts';
import { cohereV1 } from './cohere-v1/index.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { jina } from './jina/index.ts';
import { ollama } from './ollama/index.ts';
import { ollamaGenerate } from './ollama-generate/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import { withoutOrphanResults } from './orphan-results.ts';
import { vertexPredict } from './vertex-predict/index.ts';
import { voyage } from './voyage/index.ts';

const codecs: Readonly<Record<DialectId, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
  cohere,
  'cohere-v1': cohereV1,
  voyage,
  jina,
  ollama,
  'ollama-generate': ollamaGenerate,
  'bedrock-converse': bedrockConverse,
  'amazon-titan': amazonTitan,
  'vertex-predict': vertexPredict,
};

const finished = ({ chat, ...dialect }: Dialect): Dialect =>
  chat === undefined
    ? dialect
    : { ...dialect, chat: { ...chat, upstream: withoutOrphanResults(dialect.id, chat.upstream) } };

/** Every wire format by its id, with what all of them do alike. */
export const dialects = Object.fromEntries(
  Object.entries(codecs).map(([id, dialect]) => [id, finished(dialect)]),
) as Readonly<Record<DialectId, Dialect>>;
