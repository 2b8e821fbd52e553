import type { ChatResponse } from '../../../../core/ir/index.ts';
import { replay } from '../../../../core/stream/replay.ts';
import type { UpstreamReply } from '../../../../ports/upstream.ts';
import { frameWriter } from '../../../doors/frame-writer.ts';
import { chatOf, framingOf, type PreparedChat, replyContext } from '../../prepared-chat.ts';

/** The chat with an answer that stands there already, in the target's own format. Nobody is asked, and nothing is charged. */
export const mockedAnswer = (exchange: PreparedChat, text: string): PreparedChat => {
  const { money: _, limiter: __, ...tools } = exchange.tools;
  const upstream = { send: () => Promise.resolve(replyWith(exchange, text)) };
  return { ...exchange, tools: { ...tools, upstream } };
};

const inputTokens = 10;
const outputTokens = 20;

const replyWith = (exchange: PreparedChat, text: string): UpstreamReply => {
  const { planned } = exchange;
  const { target, request, requestId } = planned;
  const response: ChatResponse = {
    id: requestId,
    model: target.model,
    choices: [{ index: 0, blocks: [{ kind: 'text', text }], stop: 'stop', rawStop: 'stop' }],
    usage: { inputTokens, outputTokens },
  };
  const { door } = chatOf(target.served.dialect);
  const context = replyContext(planned, exchange.tools);
  if (!request.stream)
    return wholeReplyOf(JSON.stringify(door.encodeResponse(response, context).body), 'application/json');
  const writer = frameWriter(framingOf(target.served));
  const encoder = door.streamEncoder(context);
  for (const event of replay(response)) writer.write(encoder.push(event));
  writer.end();
  return wholeReplyOf(writer.take() ?? new Uint8Array(0), writer.contentType);
};

const wholeReplyOf = (body: string | Uint8Array, contentType: string): UpstreamReply => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  let left: Uint8Array | undefined = bytes;
  return {
    status: 200,
    header: (name) => (name === 'content-type' ? contentType : undefined),
    readAll: () => Promise.resolve(bytes),
    read: () => {
      const piece = left;
      left = undefined;
      return Promise.resolve(piece);
    },
    cancel: () => undefined,
  };
};
