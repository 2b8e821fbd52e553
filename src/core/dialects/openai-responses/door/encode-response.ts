import type { ChatResponse, Loss } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { replay } from '../../../stream/replay.ts';
import type { ReplyContext } from '../../dialect.ts';
import { encodeStop } from '../wire/stop-reason.ts';
import { AnswerWriter } from './answer-writer.ts';

/** Writes a whole answer. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  let final: JsonObject = {};
  const writer = new AnswerWriter(context, (_type, members) => {
    final = members;
  });
  for (const event of replay(response)) writer.push(event);
  const body = final['response'] as JsonObject;
  return { body: withFailure(body, response), losses: writer.losses.list };
};

const withFailure = (body: JsonObject, { failure, choices }: ChatResponse): JsonObject => {
  if (failure === undefined) return body;
  const stop = choices[0];
  const status = stop === undefined ? 'failed' : encodeStop(stop).status;
  return { ...body, status, error: failure.wire ?? { code: failure.code ?? 'server_error', message: failure.message } };
};
