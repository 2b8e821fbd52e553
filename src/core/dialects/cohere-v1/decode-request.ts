import type { ChatRequest } from '../../ir/index.ts';
import type { Json } from '../../json/json.ts';
import { readStops } from '../cohere/door/decode-request.ts';
import { readOutput } from '../cohere/door/read-tools.ts';
import { restOf } from '../cohere/wire/own.ts';
import type { DoorHints } from '../dialect.ts';
import { present, readModel } from '../openai-chat/door/read-settings.ts';
import { readBody, readBoolean, readNumber } from '../openai-chat/wire/read-member.ts';
import { own } from './own.ts';
import { readTurns } from './read-turns.ts';
import { readTools } from './tool-definitions.ts';

/** Reads a body of POST /v1/chat: one message and the history before it. */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const model = readModel(body, hints);
  const extras = restOf(body, known);
  return {
    model,
    stream: readBoolean(body, 'stream') ?? hints.stream ?? false,
    turns: readTurns(body),
    ...present({
      tools: readTools(body),
      output: readOutput(body),
      maxOutputTokens: readNumber(body, 'max_tokens'),
      temperature: readNumber(body, 'temperature'),
      topP: readNumber(body, 'p'),
      topK: readNumber(body, 'k'),
      presencePenalty: readNumber(body, 'presence_penalty'),
      frequencyPenalty: readNumber(body, 'frequency_penalty'),
      seed: readNumber(body, 'seed'),
      stop: readStops(body),
    }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const known = new Set([
  'model',
  'stream',
  'message',
  'chat_history',
  'preamble',
  'tool_results',
  'documents',
  'tools',
  'response_format',
  'max_tokens',
  'temperature',
  'p',
  'k',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'stop_sequences',
]);
