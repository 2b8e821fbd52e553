import type { ServedBy } from '../../core/catalog/provider.ts';
import type { Dialect, ReplyContext } from '../../core/dialects/dialect.ts';
import { dialects } from '../../core/dialects/index.ts';
import type { ChatResponse, DialectId } from '../../core/ir/index.ts';
import type { Framing } from '../../core/stream/framing.ts';
import type { UpstreamReply, WireCall } from '../../ports/upstream.ts';
import type { Route } from '../doors/reply-headers.ts';
import type { Decoded, LineTools, Planned, Target } from './records.ts';
import { parseAnswer } from './stages/attempt.ts';
import { wholeFromFrames } from './streams/whole-from-stream.ts';
import { keysOf } from './telling/secrets-of.ts';
import { withoutKeys } from './telling/without-keys.ts';

/** A chat's halves; every dialect has them. */
export const chatOf = (id: DialectId): NonNullable<Dialect['chat']> => {
  const { chat } = dialects[id];
  if (chat === undefined) throw new Error(`The dialect ${id} has no chat.`);
  return chat;
};

/** Whether the client's own bytes can go to a target. A conversation that began at a provider of another dialect carries seals only that one can read. */
export const isNative = ({ door, carriesSeals }: Decoded, { served }: Target): boolean =>
  served.dialect === door.request && served.dialect === door.reply && !carriesSeals;

/** How a target writes its streams: as its dialect does, unless its entry says otherwise. */
export const framingOf = ({ framing, dialect }: ServedBy): Framing =>
  framing === undefined || framing === 'aws-chunks' ? dialects[dialect].framing : framing;

/** A chat that is ready to be sent. */
export interface PreparedChat {
  readonly planned: Planned;
  readonly call: WireCall;
  readonly route: Route;
  readonly tools: LineTools;
}

/** Runs a chat at its target, or at those of its route until one has answered. */
export type Attempts = <Answer>(run: (exchange: PreparedChat) => Promise<Answer>) => Promise<Answer>;

export const replyContext = (
  { request, requestId, door, settlement }: Decoded,
  { clock }: LineTools,
): ReplyContext => ({
  request,
  replyId: requestId,
  nowSeconds: Math.floor(clock.wallMs() / 1000),
  ...(door.reply === 'bedrock-converse' ? { elapsedMs: () => clock.monotonicMs() - settlement.startedMs } : {}),
});

/** The whole of an answer's bytes, without our own keys. */
export const readBytes = async ({ planned, tools }: PreparedChat, reply: UpstreamReply): Promise<Uint8Array> =>
  withoutKeys(await reply.readAll(), keysOf(planned.target.provider, tools.credentials));

/** A reply whose body turned out to be whole although a stream was asked for. */
export const readWhole = async (exchange: PreparedChat, reply: UpstreamReply): Promise<ChatResponse> => {
  const bytes = await readBytes(exchange, reply);
  const { dialect } = exchange.planned.target.served;
  const answer = parseAnswer(bytes, reply.header('content-type'), { dialect });
  if (Array.isArray(answer))
    return wholeFromFrames(
      chatOf(dialect).upstream,
      answer.map((data) => ({ data: JSON.stringify(data) })),
    );
  return chatOf(dialect).upstream.decodeResponse(answer);
};
