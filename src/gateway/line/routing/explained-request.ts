import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { ChatRequest, DialectId } from '../../../core/ir/index.ts';
import { type JsonObject, stringAt } from '../../../core/json/json.ts';
import { chatOf } from '../prepared-chat.ts';

/** The members that hold a conversation, and whose they are. The first format that can read a body has it. */
const conversations: readonly (readonly [member: string, dialects: readonly DialectId[]])[] = [
  ['messages', ['openai-chat', 'anthropic-messages', 'cohere', 'ollama', 'bedrock-converse']],
  ['input', ['openai-responses']],
  ['contents', ['gemini']],
  ['prompt', ['openai-completions', 'ollama-generate']],
  ['message', ['cohere-v1']],
];

export interface ExplainedRequest {
  readonly dialect: DialectId;
  readonly request: ChatRequest;
}

/**
 * A request that is not to be answered but explained: in the format of any door, with its model in the body, or a model alone. Throws what the
 * likeliest format's door throws.
 */
export const explainedRequest = (body: JsonObject): ExplainedRequest => {
  const model = stringAt(body, 'model') ?? stringAt(body, 'modelId');
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'model: name the model or the route whose way is asked for.', {
      param: 'model',
    });
  const [, dialects = []] = conversations.find(([member]) => body[member] !== undefined) ?? [];
  if (dialects.length === 0) return { dialect: 'openai-chat', request: { model, stream: false, turns: [] } };
  let first: unknown;
  for (const dialect of dialects) {
    try {
      return { dialect, request: chatOf(dialect).door.decodeRequest(body, { model, stream: false }) };
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
};
