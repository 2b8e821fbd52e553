import type { ChatResponse } from '../../core/ir/index.ts';
import { replay } from '../../core/stream/replay.ts';
import { frameWriter } from '../doors/frame-writer.ts';
import { type Route, replyHeaders } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import { chatOf } from './prepared-chat.ts';
import type { LineTools, Planned } from './records.ts';

/** The answer to a request that asks for nothing but a model to be loaded, when its target has no such thing; undefined for any other. */
export const greetingOf = ({ lane, request, door }: Planned): ChatResponse | undefined =>
  lane === 'translated' && request.turns.length === 0 ? chatOf(door.reply).door.greeting?.(request) : undefined;

/** Answers at the door: no provider is asked. */
export const greetingReply = (planned: Planned, response: ChatResponse, { clock }: LineTools): WireReply => {
  const { door, request, requestId, settlement, target } = planned;
  const context = { request, replyId: requestId, nowSeconds: Math.floor(clock.wallMs() / 1000) };
  const { streamEncoder, encodeResponse } = chatOf(door.reply).door;
  const writer = frameWriter(door.framing);
  const encoder = streamEncoder(context);
  for (const event of replay(response)) writer.write(encoder.push(event));
  writer.end();
  const body = request.stream ? (writer.take() ?? '') : JSON.stringify(encodeResponse(response, context).body);
  const route: Route = { provider: target.provider.entry.id, model: target.model, lane: 'translated', warnings: [] };
  const headers = replyHeaders(settlement, request.stream ? writer.contentType : 'application/json', route);
  settlement.facts.bytesOut = body.length;
  settlement.settle('done', 200);
  return { status: 200, headers, body };
};
