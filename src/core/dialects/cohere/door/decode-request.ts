import { invalidField } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { present, readModel } from '../../openai-chat/door/read-settings.ts';
import { readArray, readBody, readBoolean, readNumber } from '../../openai-chat/wire/read-member.ts';
import { readDocument } from '../wire/documents.ts';
import { own, restOf } from '../wire/own.ts';
import { readMessages } from './read-messages.ts';
import { readOutput, readThinking, readToolChoice, readTools } from './read-tools.ts';

/** Reads a body of POST /v2/chat. */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const model = readModel(body, hints);
  refuseLegacy(body);
  const extras = restOf(body, known);
  return {
    model,
    stream: readBoolean(body, 'stream') ?? hints.stream ?? false,
    turns: readMessages(body, readDocuments(body)),
    ...present({
      tools: readTools(body),
      toolChoice: readToolChoice(body),
      output: readOutput(body),
      reasoning: readThinking(body),
      maxOutputTokens: readNumber(body, 'max_tokens'),
      temperature: readNumber(body, 'temperature'),
      topP: readNumber(body, 'p'),
      topK: readNumber(body, 'k'),
      presencePenalty: readNumber(body, 'presence_penalty'),
      frequencyPenalty: readNumber(body, 'frequency_penalty'),
      seed: readNumber(body, 'seed'),
      stop: readStops(body),
      logprobs: readBoolean(body, 'logprobs'),
    }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

/** The older interface has one `message` and a `chat_history`; a client of it reads other answers too. */
const refuseLegacy = (body: JsonObject): void => {
  if (body['messages'] === undefined && typeof body['message'] === 'string')
    throw invalidField('message', 'belongs to the v1 interface. Send "messages", as POST /v2/chat takes them.');
};

const readDocuments = (body: JsonObject) =>
  (readArray(body, 'documents') ?? []).map((document, place) => {
    if (typeof document === 'string' || isObject(document)) return readDocument(document);
    throw wrongType(`documents[${place}]`, 'a string or an object with "data"', document);
  });

export const readStops = (body: JsonObject): readonly string[] | undefined => {
  const stops = readArray(body, 'stop_sequences');
  const wrong = stops?.findIndex((stop) => typeof stop !== 'string') ?? -1;
  if (wrong >= 0) throw wrongType(`stop_sequences[${wrong}]`, 'a string', stops?.[wrong]);
  return stops as readonly string[] | undefined;
};

const known = new Set([
  'model',
  'stream',
  'messages',
  'documents',
  'tools',
  'strict_tools',
  'tool_choice',
  'response_format',
  'thinking',
  'max_tokens',
  'temperature',
  'p',
  'k',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'stop_sequences',
  'logprobs',
]);
