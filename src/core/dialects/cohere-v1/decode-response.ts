import { GatewayError } from '../../errors/gateway-error.ts';
import type { ChatResponse } from '../../ir/index.ts';
import { isObject, type Json, stringAt } from '../../json/json.ts';
import { inBandFailure } from '../cohere/upstream/decode-fault.ts';
import { restOf } from '../cohere/wire/own.ts';
import { idOf, knownAnswer, readCalls, readDocuments, readStop, readUsage, textBlock } from './answer.ts';
import { own } from './own.ts';

/** Reads a whole answer of POST /v1/chat. It names no model. */
export const decodeResponse = (body: Json): ChatResponse => {
  const message = stringAt(body, 'message');
  if (message !== undefined && stringAt(body, 'text') === undefined) throw inBandFailure(message, body);
  if (!isObject(body) || (stringAt(body, 'text') === undefined && body['tool_calls'] === undefined))
    throw new GatewayError('upstream_invalid', 'The provider answered without a "text".');
  const calls = readCalls(body, idOf(body));
  const rawStop = stringAt(body, 'finish_reason') ?? '';
  const usage = readUsage(body['meta']);
  const extras = restOf(body, knownAnswer);
  return {
    id: idOf(body),
    model: '',
    choices: [
      {
        index: 0,
        blocks: [...textBlock(body, readDocuments(body)), ...calls],
        stop: readStop(rawStop, calls.length > 0),
        rawStop,
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};
