import type { ChatResponse } from '../../core/ir/index.ts';
import { replay } from '../../core/stream/replay.ts';
import { frameWriter } from '../doors/frame-writer.ts';
import { type Route, replyHeaders } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import { chatOf, isNative } from './prepared-chat.ts';
import type { Decoded, LineTools, Target } from './records.ts';

/** The answer to a request that asks for nothing but a model to be loaded, when its target has no such thing; undefined for any other. */
export const greetingOf = (decoded: Decoded, target: Target): ChatResponse | undefined => {
  const { request, door } = decoded;
  if (request.turns.length > 0 || isNative(decoded, target)) return undefined;
  return chatOf(door.reply).door.greeting?.(request);
};

/** Answers at the door: no provider is asked. */
export const greetingReply = (
  decoded: Decoded,
  response: ChatResponse,
  { target, clock }: Pick<LineTools, 'clock'> & { readonly target: Target },
): WireReply => {
  const { door, request, requestId, settlement } = decoded;
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
