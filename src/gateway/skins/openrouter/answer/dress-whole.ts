import type { DialectId, Operation } from '../../../../core/ir/index.ts';
import {
  arrayAt,
  isArray,
  isObject,
  isString,
  type Json,
  type JsonObject,
  objectAt,
} from '../../../../core/json/json.ts';
import type { WireReply } from '../../../incoming.ts';
import type { Identified } from '../../../line/records.ts';
import { dressedChoice } from './chat-shape.ts';
import { Dressing } from './dressing.ts';
import { wholeResponse } from './responses-shape.ts';
import { chatUsage, embeddingUsage, messagesUsage, rerankUsage, responsesUsage } from './usage-members.ts';

type Dress = (answer: JsonObject, dressing: Dressing) => JsonObject;

const chat: Dress = (answer, dressing) => ({
  ...answer,
  id: dressing.id,
  model: dressing.model,
  provider: dressing.provider,
  system_fingerprint: answer['system_fingerprint'] ?? null,
  choices: arrayAt(answer, 'choices').map((choice) => dressedChoice(choice, dressing.nativeStop)),
  usage: chatUsage(dressing.usage, objectAt(answer, 'usage'), dressing.money()),
  ...dressing.metadata(),
});

const responses: Dress = (answer, dressing) => ({
  ...wholeResponse(answer),
  id: dressing.id,
  model: dressing.model,
  provider: dressing.provider,
  usage: responsesUsage(dressing.usage, objectAt(answer, 'usage'), dressing.money()),
  ...dressing.metadata(),
});

const messages: Dress = (answer, dressing) => ({
  ...answer,
  id: dressing.id,
  model: dressing.model,
  provider: dressing.provider,
  usage: messagesUsage(objectAt(answer, 'usage'), dressing.money()),
  ...dressing.metadata(),
});

const embeddings: Dress = (answer, dressing) => ({
  ...answer,
  id: dressing.id,
  model: dressing.model,
  provider: dressing.provider,
  usage: embeddingUsage(dressing.usage, objectAt(answer, 'usage'), dressing.money()),
});

const rerank: Dress = (answer, dressing) => {
  const documents = arrayAt(dressing.body, 'documents');
  return {
    ...answer,
    id: dressing.id,
    model: dressing.model,
    provider: dressing.provider,
    results: arrayAt(answer, 'results').map((result) => withDocument(result, documents)),
    usage: rerankUsage(dressing.usage, objectAt(answer, 'usage'), dressing.money()),
  };
};

/** A result always has the document it is about. */
const withDocument = (result: Json, documents: readonly Json[]): Json => {
  if (!isObject(result) || isObject(result['document'])) return result;
  const index = result['index'];
  const asked = typeof index === 'number' ? documents[index] : undefined;
  const document = isString(result['document']) ? result['document'] : asked;
  if (isString(document)) return { ...result, document: { text: document } };
  return isObject(document) ? { ...result, document } : result;
};

const chats: Readonly<Partial<Record<DialectId, Dress>>> = {
  'openai-chat': chat,
  'openai-completions': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
};

const others: Readonly<Partial<Record<Operation, Dress>>> = { embeddings, rerank };

/** A whole answer as OpenRouter writes it, when everything about it is settled. Streams are dressed where they are written. */
export const dressedReply = async (reply: WireReply, exchange: Identified): Promise<WireReply> => {
  const { settlement, door } = exchange;
  const dressing = new Dressing(exchange);
  const headers = { ...reply.headers, 'x-generation-id': dressing.id };
  const { body } = reply;
  if (reply.status !== 200 || (typeof body !== 'string' && !(body instanceof Uint8Array)) || door.explains === true)
    return { ...reply, headers };
  const dress = door.operation === 'chat' ? chats[door.reply] : others[door.operation];
  if (dress === undefined) return { ...reply, headers };
  await new Promise<void>((resolve) => settlement.whenSettled(resolve));
  const answer: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  if (!isObject(answer) || isArray(answer)) return { ...reply, headers };
  return { ...reply, headers, body: JSON.stringify(dress(answer, dressing)) };
};
