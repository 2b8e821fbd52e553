import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse, Loss } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { writeLogprobs } from '../wire/logprobs.ts';
import { own } from '../wire/own.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeTimestamp } from '../wire/timestamp.ts';
import { writeUsage } from '../wire/usage.ts';
import { answerMessage } from './answer-message.ts';

/** Writes a whole answer of POST /api/chat. The format shows one choice; an answer the provider says it broke off is an error. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const losses = new LossLog();
  const choice = response.choices[0];
  const message = answerMessage(choice?.blocks ?? [], 'choices[0]', losses);
  nameUnshown(response, losses);
  const body: JsonObject = {
    ...answerHead(response, context),
    message,
    done: true,
    done_reason: choice === undefined ? 'stop' : writeStop(choice.stop, choice.rawStop),
    ...answerTail(response),
  };
  return { body, losses: losses.list };
};

/** The members every object of an answer begins with. */
export const answerHead = (
  answer: { readonly model: string; readonly createdSeconds?: number },
  context: ReplyContext,
): JsonObject => ({
  model: answer.model === '' ? context.request.model : answer.model,
  created_at: writeTimestamp(answer.createdSeconds ?? context.nowSeconds),
});

/** What stands behind `done_reason`. */
export const answerTail = (response: ChatResponse): JsonObject => {
  const logprobs = response.choices[0]?.logprobs;
  return {
    ...(response.usage === undefined ? {} : writeUsage(response.usage)),
    ...(logprobs === undefined ? {} : { logprobs: writeLogprobs(logprobs) }),
    ...response.extras?.[own],
  };
};

export const nameUnshown = (response: ChatResponse, losses: LossLog): void => {
  for (const index of response.choices.keys())
    if (index > 0) losses.dropped(`choices[${index}]`, 'this format shows one choice');
  const choice = response.choices[0];
  if (choice?.refusalLogprobs !== undefined) losses.dropped('choices[0].refusalLogprobs');
  if (choice?.stopSequence !== undefined) losses.dropped('choices[0].stopSequence');
  for (const [dialect, members] of Object.entries(response.extras ?? {}))
    if (dialect !== own) for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
};
