import { dialects } from '../../src/core/dialects/index.ts';
import type { DialectId, Operation } from '../../src/core/ir/index.ts';
import { isArray, isObject } from '../../src/core/json/json.ts';
import { isPathNamed } from './door-request.ts';
import { type Exchange, requestObject } from './exchange.ts';

const chatDialects: Readonly<Record<string, DialectId>> = {
  chat: 'openai-chat',
  writer_chat: 'openai-chat',
  completions: 'openai-completions',
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  generateContent: 'gemini',
  ollama_chat: 'ollama',
  ollama_generate: 'ollama-generate',
  cohere_chat: 'cohere',
  converse: 'bedrock-converse',
};

/** Hosts that have shapes of their own for embeddings and reranking. */
const ownDialects: Readonly<Record<string, DialectId>> = { cohere: 'cohere', voyage: 'voyage' };

/** Why an exchange of an applicable api is left out; each cause stands in docs/corpus.md. */
export type Exclusion = 'held-state' | 'not-a-json-body' | 'no-expectation' | 'refused-by-us';

export interface Applicable {
  readonly dialect: DialectId;
  readonly operation: Operation;
}

/** The dialect and operation of an exchange the gateway is for; undefined for other apis. */
export const applicable = (exchange: Exchange): Applicable | undefined =>
  anotherFormat(exchange) ? undefined : placeOf(exchange);

const placeOf = (exchange: Exchange): Applicable | undefined => {
  if (exchange.api === 'cohere_chat' && /\/v1\/chat$/.test(exchange.url))
    return { dialect: 'cohere-v1', operation: 'chat' };
  const chat = chatDialects[exchange.api];
  if (chat !== undefined) return { dialect: chat, operation: 'chat' };
  const cloud = cloudSearch(exchange);
  if (cloud !== undefined) return cloud;
  if (exchange.api === 'moderations') return { dialect: 'openai-chat', operation: 'moderations' };
  if (exchange.api === 'rerank') return { dialect: ownDialects[exchange.provider] ?? 'jina', operation: 'rerank' };
  if (exchange.api !== 'embeddings') return undefined;
  const own = ownDialects[exchange.provider];
  if (own !== undefined) return { dialect: own, operation: 'embeddings' };
  const body = requestObject(exchange);
  if (/:(?:batchEmbedContents|embedContent)\b/.test(exchange.url))
    return { dialect: 'gemini', operation: 'embeddings' };
  if (/\/api\/embed$/.test(exchange.url)) return { dialect: 'ollama', operation: 'embeddings' };
  // Bedrock's shapes are not OpenAI's.
  const openaiShaped = body === undefined || body['input'] !== undefined;
  return openaiShaped && !/bedrock/.test(exchange.provider)
    ? { dialect: 'openai-chat', operation: 'embeddings' }
    : undefined;
};

/** Models of search at clouds, in formats no client speaks by itself. */
const cloudSearch = ({ api, url, request_body: body }: Exchange): Applicable | undefined => {
  if (api === 'predict' && JSON.stringify(body).includes('"content"'))
    return { dialect: 'vertex-predict', operation: 'embeddings' };
  if (api !== 'invoke') return undefined;
  if (url.includes('amazon.titan-embed')) return { dialect: 'amazon-titan', operation: 'embeddings' };
  if (url.includes('cohere.embed')) return { dialect: 'cohere', operation: 'embeddings' };
  return url.includes('cohere.rerank') ? { dialect: 'cohere', operation: 'rerank' } : undefined;
};

const heldMarks =
  /"(?:previous_response_id|conversation|cached_?[cC]ontent)":\s*"[^"]|"type":\s*"item_reference"|"file_id":\s*"[^"]|"container":\s*"[^"]|"container":\s*\{\s*"id"|"vector_store_ids":\s*\[\s*"|"file_ids":\s*\[\s*"|"(?:fileUri|file_uri)":\s*"https:\/\/generativelanguage[^"]*\/files\/|"audio":\s*\{\s*"id"|"prompt":\s*\{\s*"id"/;

/** Why an applicable exchange cannot be replayed; undefined when it can. */
export const exclusion = (exchange: Exchange): Exclusion | undefined => {
  if (exchange.expect === null) return 'no-expectation';
  if (exchange.request_body_encoding === 'base64') return 'not-a-json-body';
  if (exchange.request_body_encoding === 'json' && !isObject(exchange.request_body)) return 'not-a-json-body';
  const body = requestObject(exchange);
  if (body === undefined) return undefined;
  if (heldMarks.test(JSON.stringify(body))) return 'held-state';
  return exchange.status >= 400 && refusedByUs(exchange) ? 'refused-by-us' : undefined;
};

/** Hosts that answer the path in a form of their own: no choices, no vectors. */
const anotherFormat = (exchange: Exchange): boolean => {
  const { api, status, response_body: answer } = exchange;
  if (status >= 400) return false;
  if (api === 'completions') return !answer.includes('"choices"');
  if (api !== 'embeddings') return false;
  return placeOf(exchange)?.dialect !== 'openai-chat' ? !answer.includes('"embedding') : !answer.includes('"data"');
};

/** A body no client can mean, which the provider refused too: the door refuses it first, in its own words. */
const refusedByUs = (exchange: Exchange): boolean => {
  const place = applicable(exchange);
  const body = requestObject(exchange);
  if (place?.operation === 'rerank') return isArray(body?.['documents']) && body['documents'].length === 0;
  if (place?.operation !== 'chat' || body === undefined) return false;
  try {
    const named = isPathNamed(place.dialect) ? body : { ...body, model: 'm' };
    dialects[place.dialect].chat?.door.decodeRequest(named, { model: 'm', stream: false });
    return false;
  } catch {
    return true;
  }
};
