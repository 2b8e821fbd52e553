import { billsAbandoned } from '../../core/catalog/cancel-billing.ts';
import type { ServedBy } from '../../core/catalog/provider.ts';
import type { StreamEncoder } from '../../core/dialects/dialect.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { ChatRequest } from '../../core/ir/index.ts';
import { framingOfContentType } from '../../core/stream/framing.ts';
import { replay } from '../../core/stream/replay.ts';
import type { ExchangeEnd } from '../../ports/exchange-sink.ts';
import type { UpstreamReply } from '../../ports/upstream.ts';
import { asGatewayError } from '../doors/error-reply.ts';
import type { FrameSource } from '../doors/frame-source.ts';
import { type FrameWriter, frameWriter } from '../doors/frame-writer.ts';
import { replyHeaders } from '../doors/reply-headers.ts';
import { SsePump } from '../doors/sse-pump.ts';
import type { WireReply } from '../incoming.ts';
import { DressedSource, frameDresserOf, processingComment } from '../skins/openrouter/answer/dressed-source.ts';
import { heldIdsOf } from './held/held-ids.ts';
import type { Drain } from './money/drains.ts';
import type { OutputBounds } from './money/open-hold.ts';
import { EventGathering, producedOf } from './money/produced.ts';
import { type Attempts, chatOf, framingOf, type PreparedChat, readWhole, replyContext } from './prepared-chat.ts';
import type { Decoded, LineTools } from './records.ts';
import type { Settlement } from './settlement.ts';
import { attempt } from './stages/attempt.ts';
import { asksForUsage } from './stages/prepare-body.ts';
import { ContentTally, ContentTap } from './streams/content-tap.ts';
import { DrainedSource } from './streams/drained-source.ts';
import { LateSource } from './streams/late-source.ts';
import { NativeGathering } from './streams/native-gathering.ts';
import { NativeStream } from './streams/native-stream.ts';
import { sniffReply } from './streams/sniff-reply.ts';
import { TranslatedStream } from './streams/translated-stream.ts';
import { UnwrappedReply } from './streams/unwrapped-reply.ts';
import { toldError } from './telling/masked-error.ts';
import { keysOf, secretsOf } from './telling/secrets-of.ts';

/** A stream whose first bytes are here. */
export interface OpenedStream {
  readonly exchange: PreparedChat;
  readonly source: FrameSource;
  readonly first: Uint8Array | undefined;
}

interface ReplyShape {
  readonly encoder: StreamEncoder;
  readonly writer: FrameWriter;
}

/**
 * One streamed answer. Until the first bytes are here a failure is an ordinary error answer, and another target may be tried; if they take longer
 * than the heartbeat, the stream is opened without them and failures are told inside it from then on.
 */
export const runStream = async (decoded: Decoded, attempts: Attempts, tools: LineTools): Promise<WireReply> => {
  const { config, cancellation } = decoded;
  const shape = shapeOf(decoded, tools);
  let used = false;
  /** Of the attempt under way. */
  let drain: Drain | undefined;
  const opening = attempts((exchange) => {
    // What a failed attempt has put into its encoder must not come before the next one's answer.
    const own = used ? shapeOf(decoded, tools) : shape;
    used = true;
    const draining = drainOf(exchange);
    drain = draining;
    return openDrained(exchange, own, draining).catch((error: unknown) => {
      draining?.provider.cancel();
      throw toldOf(exchange)(error);
    });
  });
  const heartbeatMs = shape.writer.takesComments ? config.heartbeatMs : 0;
  const opened =
    heartbeatMs === 0 ? await opening : await Promise.race([opening, silence(opening, heartbeatMs, tools)]);
  const begun: BegunStream = { decoded, tools, writer: shape.writer, heartbeatMs, drain: () => drain };
  if (opened !== undefined) return streamReply(begun, { ...opened, told: toldOf(opened.exchange) });
  const late = new LateSource(opening, {
    fail: (error) => failure(shapeOf(decoded, tools), error),
    cancel: () => (drain?.provider ?? cancellation).cancel(),
  });
  return streamReply(begun, { source: late, first: commentOf(decoded), told: (error) => toldOf(late.exchange)(error) });
};

/** Said in a silence. */
const commentOf = ({ door }: Decoded): Uint8Array => (door.skin === 'openrouter' ? openrouterComment : plainComment);

const plainComment = new TextEncoder().encode(': heartbeat\n\n');
const openrouterComment = new TextEncoder().encode(processingComment);

/** For a provider that bills abandoned answers to their end: its part goes on when the client leaves, as long as there is room. */
const drainOf = ({ planned, tools }: PreparedChat): Drain | undefined => {
  const drain = billsAbandoned(planned.target.provider.entry.id) ? tools.money?.drains?.drain() : undefined;
  if (drain === undefined) return undefined;
  planned.cancellation.listen(() => {
    const { code } = planned.cancellation.failure();
    if (code === 'draining') drain.provider.cancel('stopping');
    else drain.begin();
  });
  planned.settlement.whenSettled(() => drain.end());
  return drain;
};

const openDrained = async (
  exchange: PreparedChat,
  shape: ReplyShape,
  drain: Drain | undefined,
): Promise<OpenedStream> => {
  if (drain === undefined) return open(exchange, shape);
  return open({ ...exchange, planned: { ...exchange.planned, cancellation: drain.provider } }, shape);
};

const shapeOf = (decoded: Decoded, tools: LineTools): ReplyShape => ({
  encoder: chatOf(decoded.door.reply).door.streamEncoder(replyContext(decoded, tools)),
  writer: frameWriter(decoded.door.framing),
});

/** The dialect's in-band error as bytes, with whatever ends the stream. */
const failure = ({ encoder, writer }: ReplyShape, error: GatewayError): Uint8Array | undefined => {
  writer.write(encoder.fail(error));
  writer.end();
  return writer.take();
};

/** Undefined after the heartbeat's time, unless the stream opens or fails first. */
const silence = (
  opening: Promise<OpenedStream>,
  heartbeatMs: number,
  tools: PreparedChat['tools'],
): Promise<undefined> =>
  new Promise((resolve) => {
    const cancel = tools.clock.after(heartbeatMs, () => resolve(undefined));
    opening.then(cancel, cancel);
  });

const open = async (exchange: PreparedChat, shape: ReplyShape): Promise<OpenedStream> => {
  const { planned, call, tools } = exchange;
  const { target } = planned;
  const reply = unwrapped(
    await attempt(planned, { call, target, bounds: streamBounds(planned.request) }, tools),
    target.served,
  );
  const form = await sniffReply(reply, framingOf(target.served));
  if (form.kind === 'whole') return wholeAsStream(exchange, shape, form.reply);
  const source = sourceOf(exchange, shape, form.reply);
  const first = await source.next().catch((error: unknown) => {
    source.cancel();
    throw error;
  });
  planned.settlement.answered();
  if (first === undefined)
    throw new GatewayError('upstream_invalid', 'The provider answered 200 with an empty stream.');
  return { exchange, source, first };
};

const streamBounds = ({ maxOutputTokens, choices }: ChatRequest): OutputBounds => ({
  maxOutputTokens,
  choices,
  streams: true,
});

/** A host may answer a stream request with a whole answer, which is not wrapped. */
const unwrapped = (reply: UpstreamReply, { framing }: ServedBy): UpstreamReply =>
  framing === 'aws-chunks' && framingOfContentType(reply.header('content-type') ?? '') === 'aws-event-stream'
    ? new UnwrappedReply(reply)
    : reply;

const sourceOf = (exchange: PreparedChat, shape: ReplyShape, reply: UpstreamReply): FrameSource => {
  const { planned, tools } = exchange;
  const { dialect } = planned.target.served;
  const { upstream } = chatOf(dialect);
  const tally =
    planned.config.observe === 'full'
      ? new ContentTally(() => tools.clock.monotonicMs() - planned.settlement.startedMs)
      : undefined;
  const framing = framingOf(planned.target.served);
  const charged = tools.money !== undefined;
  const keys = (): readonly string[] => keysOf(planned.target.provider, tools.credentials);
  const spend = planned.settlement.spending();
  const choices = planned.request.choices ?? 1;
  const reframes = planned.door.framing === 'json-array' && framing === 'sse';
  if (planned.lane === 'translated' || (planned.door.framing !== framing && !reframes)) {
    return new TranslatedStream(reply, {
      upstream,
      framing,
      choices,
      ...shape,
      keys,
      gathering: charged ? new EventGathering() : undefined,
      stopped: stopNote(planned.settlement),
      spend,
      ...(tally === undefined ? {} : { tally }),
    });
  }
  const held = heldIdsOf(planned, tools);
  if (held !== undefined) planned.settlement.whenSettled(() => held.end());
  return new NativeStream(reply, {
    held,
    dialect,
    framing,
    ...shape,
    reframes,
    choices,
    gathering: charged ? new NativeGathering(dialect) : undefined,
    spend,
    stripUsage: planned.door.skin === 'plain' && asksForUsage(planned),
    secrets: () => secretsOf(planned.target.provider, tools.credentials),
    keys,
    ...(tally === undefined ? {} : { tap: new ContentTap(upstream, framing, tally) }),
  });
};

/** Takes the provider's own last word where the client is told it. */
const stopNote = ({ face }: Settlement): ((rawStop: string) => void) | undefined =>
  face === undefined
    ? undefined
    : (rawStop) => {
        face.nativeStop = rawStop;
      };

/** A provider that answers a stream request with a whole answer: the client gets its stream all the same. */
const wholeAsStream = async (
  exchange: PreparedChat,
  shape: ReplyShape,
  reply: UpstreamReply,
): Promise<OpenedStream> => {
  const response = await readWhole(exchange, reply);
  exchange.planned.settlement.answered();
  const frames = replay(response).flatMap((event) => shape.encoder.push(event));
  shape.writer.write(frames);
  shape.writer.end();
  return {
    exchange,
    first: shape.writer.take(),
    source: {
      next: () => Promise.resolve(undefined),
      // The answer is complete in the first bytes.
      fail: () => undefined,
      failure: undefined,
      usage: () => response.usage,
      content: () => undefined,
      produced: () => producedOf(response),
      whole: true,
      cancel: () => undefined,
    },
  };
};

interface BegunStream {
  readonly decoded: Decoded;
  readonly tools: LineTools;
  readonly writer: FrameWriter;
  readonly heartbeatMs: number;
  readonly drain: () => Drain | undefined;
}

interface Shown extends Pick<OpenedStream, 'source' | 'first'> {
  /** Absent while it is not known which target will answer. */
  readonly exchange?: PreparedChat;
  readonly told: (error: unknown) => GatewayError;
}

/** A failure that no target is behind has nothing in it to be hidden. */
const toldOf = (exchange: PreparedChat | undefined): Shown['told'] =>
  exchange === undefined ? asGatewayError : toldError(exchange.planned.target.provider, exchange.tools.credentials);

const streamReply = (
  { decoded, tools, writer, heartbeatMs, drain }: BegunStream,
  { source: opened, first: undressed, exchange, told }: Shown,
): WireReply => {
  const { settlement, config, cancellation } = decoded;
  const drained = exchange !== undefined && drain() === undefined ? undefined : new DrainedSource(opened, drain);
  const inner = drained ?? opened;
  const dressed = dressedSource(decoded, inner, { tools, told });
  const source = dressed ?? inner;
  const first = dressed === undefined || exchange === undefined ? undressed : dressed.begin(undressed);
  const headers = replyHeaders(settlement, writer.contentType, exchange?.route);
  headers['cache-control'] = 'no-cache';
  headers['x-accel-buffering'] = 'no';
  const pump = new SsePump(source, first, {
    wheel: tools.wheel,
    heartbeatMs,
    comment: commentOf(decoded),
    stallMs: config.stallMs,
    told,
    ended: (end, { bytes, error }) => {
      settlement.facts.bytesOut = bytes;
      const readOn = isAbandoned(end) && drain()?.begin() === true ? drained?.readOn() : undefined;
      if (readOn === undefined) settleStream(settlement, source, { end, error });
      else void readOn.then(() => settleStream(settlement, source, { end, error }));
    },
  });
  cancellation.listen(() => pump.stop(cancellation.failure()));
  return { status: 200, headers, body: pump.stream };
};

/** A stream in OpenRouter's manners: it is settled before its last frames leave. Undefined at plain doors. */
const dressedSource = (
  decoded: Decoded,
  source: FrameSource,
  { tools, told }: { readonly tools: LineTools; readonly told: Shown['told'] },
): DressedSource | undefined => {
  const { door, settlement } = decoded;
  const dresser = door.skin === 'openrouter' && door.framing === 'sse' ? frameDresserOf(decoded, tools) : undefined;
  if (dresser === undefined) return undefined;
  return new DressedSource(source, dresser, (bytes, stop) => {
    const { facts } = settlement;
    facts.bytesOut = bytes;
    facts.stop = stop;
    const error = source.failure === undefined ? undefined : told(source.failure);
    settleStream(settlement, source, { end: error === undefined ? 'done' : 'failed', error });
    return new Promise((resolve) => settlement.whenSettled(resolve));
  });
};

const isAbandoned = (end: ExchangeEnd): boolean => end === 'client-gone' || end === 'client-stalled';

const settleStream = (
  settlement: Settlement,
  source: FrameSource,
  { end, error }: { readonly end: ExchangeEnd; readonly error: GatewayError | undefined },
): void => {
  const { facts } = settlement;
  facts.usage = source.usage();
  facts.content = source.content();
  settlement.produced = () => source.produced();
  settlement.whole = source.whole;
  if (error === undefined) settlement.settle(end, 200);
  else settlement.fail(error, end);
};
