import { GatewayError } from '../errors/gateway-error.ts';
import type { ChatRequest, DialectId } from '../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, numberAt } from '../json/json.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import * as converse from './bedrock-converse/count-tokens.ts';
import type { ChatDoor, ChatUpstream, DoorHints, EncodeContext, EncodedRequest } from './dialect.ts';
import {
  decodeCountTokens,
  decodeCountTokensRequest,
  encodeCountTokens,
  encodeCountTokensRequest,
} from './gemini/count-tokens.ts';
import { openaiResponses } from './openai-responses/index.ts';

/** Both halves of "how many input tokens is this", in a dialect that has the question. */
export interface TokenCounter {
  decodeRequest(body: JsonObject, hints: DoorHints): ChatRequest;
  encodeRequest(request: ChatRequest, context: EncodeContext): EncodedRequest;
  /** Throws `upstream_invalid` when the answer holds no count. */
  decodeAnswer(body: Json): number;
  encodeAnswer(tokens: number): JsonObject;
}

interface ChatHalves {
  readonly door: ChatDoor;
  readonly upstream: ChatUpstream;
}

/** A counter whose body is a chat request without the members that only an answer needs. */
const likeChat = (
  chat: ChatHalves | undefined,
  form: { readonly without: readonly string[]; readonly object?: string },
): TokenCounter => {
  if (chat === undefined) throw new Error('A token counter needs a chat dialect.');
  return {
    decodeRequest: (body, hints) => chat.door.decodeRequest({ ...fillers(form.without), ...body }, hints),
    encodeRequest: (request, context) => {
      const { body, losses } = chat.upstream.encodeRequest(request, context);
      const draft: JsonDraft = { ...body };
      for (const name of form.without) delete draft[name];
      return { body: draft, losses };
    },
    decodeAnswer: inputTokens,
    encodeAnswer: (tokens) => ({ ...(form.object === undefined ? {} : { object: form.object }), input_tokens: tokens }),
  };
};

/** `max_tokens` is demanded of a chat and unknown here. */
const fillers = (without: readonly string[]): JsonObject => (without.includes('max_tokens') ? { max_tokens: 1 } : {});

const inputTokens = (body: Json): number => {
  const tokens = numberAt(body, 'input_tokens');
  if (tokens !== undefined) return tokens;
  throw new GatewayError('upstream_invalid', 'The provider answered a token count without "input_tokens".');
};

export const tokenCounters: Readonly<Partial<Record<DialectId, TokenCounter>>> = {
  'anthropic-messages': likeChat(anthropicMessages.chat, {
    without: ['max_tokens', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'metadata', 'service_tier'],
  }),
  'openai-responses': likeChat(openaiResponses.chat, {
    without: [
      'stream',
      'store',
      'include',
      'max_output_tokens',
      'temperature',
      'top_p',
      'top_logprobs',
      'metadata',
      'user',
      'service_tier',
    ],
    object: 'response.input_tokens',
  }),
  gemini: {
    decodeRequest: decodeCountTokensRequest,
    encodeRequest: encodeCountTokensRequest,
    decodeAnswer: decodeCountTokens,
    encodeAnswer: encodeCountTokens,
  },
  'bedrock-converse': {
    decodeRequest: converse.decodeCountTokensRequest,
    encodeRequest: converse.encodeCountTokensRequest,
    decodeAnswer: converse.decodeCountTokens,
    encodeAnswer: converse.encodeCountTokens,
  },
};
