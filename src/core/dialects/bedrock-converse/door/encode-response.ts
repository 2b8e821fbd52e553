import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse, Choice } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeStop } from '../wire/stop-reason.ts';
import { encodeUsage } from '../wire/usage.ts';
import { encodeBlock } from './encode-block.ts';

/** Writes a whole answer. This wire shows one choice; an answer the provider says it broke off is an error. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: LossLog['list'] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const log = new LossLog();
  const choice = response.choices[0];
  const content = (choice?.blocks ?? []).flatMap((block, index) =>
    encodeBlock(block, { path: `choices[0].blocks[${index}]`, log, spareId: `tooluse_${context.replyId}_${index}` }),
  );
  log.dropUnshown(response, own);
  const tier = response.serviceTier;
  const body: JsonObject = {
    output: { message: { role: 'assistant', content } },
    stopReason: choice === undefined ? 'end_turn' : encodeStop(choice, hasCalls(choice)),
    usage: encodeUsage(response.usage),
    metrics: metricsOf(context),
    ...(tier === undefined ? {} : { serviceTier: { type: tier } }),
    ...response.extras?.[own],
  };
  return { body, losses: log.list };
};

/** Clients of this wire read how long the answer took from it. */
export const metricsOf = (context: ReplyContext): JsonObject => ({ latencyMs: Math.round(context.elapsedMs?.() ?? 0) });

const hasCalls = (choice: Choice): boolean => choice.blocks.some((block) => block.kind === 'tool-call');
