import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { Json } from '../../core/json/json.ts';
import type { RequestHints, SimulatedRequest } from '../simulated-request.ts';
import { decodeAnthropicMessages } from './anthropic-messages.ts';
import { decodeCohereChat } from './cohere/cohere-chat.ts';
import { decodeCohereV1Chat } from './cohere/cohere-v1-chat.ts';
import { decodeConverse } from './converse/converse.ts';
import { decodeGemini } from './gemini.ts';
import { noChat } from './no-chat.ts';
import { decodeOllama } from './ollama/ollama.ts';
import { decodeOllamaGenerate } from './ollama/ollama-generate.ts';
import { decodeOpenaiChat } from './openai/openai-chat.ts';
import { decodeOpenaiCompletions } from './openai/openai-completions.ts';
import { decodeOpenaiResponses } from './openai/openai-responses.ts';

const decoders: Readonly<Record<DialectId, (body: Json, hints: RequestHints) => SimulatedRequest>> = {
  'openai-chat': decodeOpenaiChat,
  'openai-completions': decodeOpenaiCompletions,
  'openai-responses': decodeOpenaiResponses,
  'anthropic-messages': decodeAnthropicMessages,
  gemini: decodeGemini,
  cohere: decodeCohereChat,
  'cohere-v1': decodeCohereV1Chat,
  voyage: noChat('voyage'),
  jina: noChat('jina'),
  'amazon-titan': noChat('amazon-titan'),
  'vertex-predict': noChat('vertex-predict'),
  ollama: decodeOllama,
  'ollama-generate': decodeOllamaGenerate,
  'bedrock-converse': decodeConverse,
};

/** What a provider's request means. Throws `SimulatorRefusal` for what the real provider would refuse, in its words. */
export const decodeRequest = (dialect: DialectId, body: Json, hints: RequestHints = {}): SimulatedRequest =>
  decoders[dialect](body, hints);
