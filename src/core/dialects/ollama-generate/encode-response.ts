import { GatewayError } from '../../errors/gateway-error.ts';
import type { ChatResponse, Loss } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import type { ReplyContext } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { answerMessage } from '../ollama/door/answer-message.ts';
import { answerHead, answerTail, nameUnshown } from '../ollama/door/encode-response.ts';
import type { PieceForm } from '../ollama/door/encode-stream.ts';
import { writeStop } from '../ollama/wire/stop-reason.ts';
import { own } from './own.ts';

/** Writes a whole answer of POST /api/generate: text and thoughts stand at the top. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const losses = new LossLog();
  const choice = response.choices[0];
  const { role: _, content, ...pieces } = answerMessage(choice?.blocks ?? [], 'choices[0]', losses);
  nameUnshown(response, losses);
  const body: JsonObject = {
    ...answerHead(response, context),
    response: content,
    ...pieces,
    done: true,
    done_reason: choice === undefined ? 'stop' : writeStop(choice.stop, choice.rawStop),
    ...answerTail(response),
    ...response.extras?.[own],
  };
  return { body, losses: losses.list };
};

export const generateForm: PieceForm = {
  text: (text) => `"response":${JSON.stringify(text)}`,
  thinking: (text) => `"response":"","thinking":${JSON.stringify(text)}`,
  whole: (members) => ({ response: '', ...members }),
};
