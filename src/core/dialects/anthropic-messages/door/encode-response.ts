import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse, Choice } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeStop } from '../wire/stop-reason.ts';
import { encodeUsage } from '../wire/usage.ts';
import { encodeBlock } from './encode-block.ts';

/** Writes a whole answer as a message. This wire shows one choice; an answer the provider says it broke off is an error. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: LossLog['list'] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const log = new LossLog();
  const choice = response.choices[0];
  const content = (choice?.blocks ?? []).flatMap((block, index) =>
    encodeBlock(block, { path: `choices[0].blocks[${index}]`, log, spareId: `toolu_${context.replyId}_${index}` }),
  );
  const usage = encodeUsage(response.usage);
  const tier = response.serviceTier;
  log.dropUnshown(response, own);
  const body: JsonObject = {
    id: messageId(response.id, context),
    type: 'message',
    role: 'assistant',
    model: response.model === '' ? context.request.model : response.model,
    content,
    stop_reason: choice === undefined ? 'end_turn' : encodeStop(choice, hasCalls(choice)),
    stop_sequence: choice?.stopSequence ?? null,
    ...response.extras?.[own],
    usage: tier === undefined ? usage : { ...usage, service_tier: tier },
  };
  return { body, losses: log.list };
};

/** The provider's id when it is a message's, else one made from ours. */
export const messageId = (id: string, context: ReplyContext): string =>
  id.startsWith('msg_') ? id : `msg_${context.replyId}`;

const hasCalls = (choice: Choice): boolean => choice.blocks.some((block) => block.kind === 'tool-call');
