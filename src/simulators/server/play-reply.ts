import { gzipSync } from 'bun';
import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { printAwsMessage } from '../write/aws-message.ts';
import type { Reply } from './reply.ts';
import type { Scenario } from './scenario.ts';
import { type RawExchange, responseHead } from './start-raw-upstream.ts';

const encoder = new TextEncoder();

/** One object a line. */
const lineDialects: ReadonlySet<DialectId> = new Set(['ollama', 'ollama-generate', 'cohere-v1']);

/** A frame as it goes over the wire. Gemini ends lines with CRLF of its own accord. */
const printFrame = (frame: SseFrame, dialect: DialectId, scenario: Scenario): string => {
  if (lineDialects.has(dialect)) return `${frame.data}\n`;
  const space = scenario.tight === true ? '' : ' ';
  const event = frame.event === undefined ? '' : `event:${space}${frame.event}\n`;
  const comment = scenario.comments === true ? ': still here\n\n' : '';
  const text = `${comment}${event}data:${space}${frame.data}\n\n`;
  return scenario.lineEnds === 'crlf' || dialect === 'gemini' ? text.replaceAll('\n', '\r\n') : text;
};

/** Waits, unless the client goes first. */
const pause = (exchange: RawExchange, milliseconds: number | undefined): Promise<unknown> =>
  milliseconds === undefined ? Promise.resolve() : Promise.race([Bun.sleep(milliseconds), exchange.whenClosed]);

/** Sends an answer over a bare connection, with what the scenario does to the wire. True when it was sent whole. */
export const playReply = async (
  exchange: RawExchange,
  reply: Reply,
  at: { readonly dialect: DialectId; readonly scenario: Scenario },
): Promise<boolean> => {
  const { scenario } = at;
  if (scenario.reset === 'always' || (scenario.reset === 'reused' && exchange.requestOnConnection > 1)) {
    exchange.reset();
    return false;
  }
  await pause(exchange, scenario.delayHeadMs);
  if (scenario.hang === true) {
    await exchange.whenClosed;
    return false;
  }
  const chunks = bodyChunks(reply, at);
  const streamed = typeof reply.body !== 'string' && !(reply.body instanceof Uint8Array);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const framing: readonly [string, string] = streamed
    ? ['transfer-encoding', 'chunked']
    : ['content-length', String(length)];
  const coding: readonly (readonly [string, string])[] =
    scenario.gzip === undefined ? [] : [['content-encoding', 'gzip']];
  const head = responseHead(reply.status, [...Object.entries(reply.headers), ...coding, framing]);
  if (!(await sendHead(exchange, head, scenario))) return false;
  await pause(exchange, scenario.delayBodyMs);
  return exchange.request.method === 'HEAD' ? true : sendBody(exchange, { chunks, streamed }, scenario);
};

const bombs = new Map<number, Uint8Array>();

/** Packing takes longer than some tests wait for an answer, so each size is packed once. */
const packedBomb = (bytes: number): Uint8Array => {
  const known = bombs.get(bytes);
  if (known !== undefined) return known;
  const packed = new Uint8Array(gzipSync(new Uint8Array(bytes)));
  bombs.set(bytes, packed);
  return packed;
};

const bodyChunks = (
  reply: Reply,
  at: { readonly dialect: DialectId; readonly scenario: Scenario },
): readonly Uint8Array[] => {
  const { scenario } = at;
  const { body } = reply;
  const bomb = scenario.gzip?.bombBytes;
  if (bomb !== undefined) return [packedBomb(bomb)];
  const texts =
    typeof body === 'string' || body instanceof Uint8Array
      ? [body]
      : body.map((frame) =>
          at.dialect === 'bedrock-converse' ? printAwsMessage(frame) : printFrame(frame, at.dialect, scenario),
        );
  const chunks = texts.map((text) => (typeof text === 'string' ? encoder.encode(text) : text));
  const last = chunks.at(-1);
  if (scenario.halfFrame === true && last !== undefined)
    chunks[chunks.length - 1] = last.subarray(0, Math.ceil(last.length / 2));
  if (scenario.gzip !== undefined) return [gzipSync(new Uint8Array(Buffer.concat(chunks)))];
  return chunks;
};

const sendHead = async (exchange: RawExchange, head: string, scenario: Scenario): Promise<boolean> => {
  if (scenario.halfHead === true) {
    await exchange.write(head.slice(0, Math.floor(head.length / 2)));
    await exchange.end();
    return false;
  }
  if (scenario.dripHeadMs === undefined) return exchange.write(head);
  for (const character of head) {
    if (!(await exchange.write(character))) return false;
    await pause(exchange, scenario.dripHeadMs);
  }
  return !exchange.closed;
};

interface Body {
  readonly chunks: readonly Uint8Array[];
  readonly streamed: boolean;
}

const sendBody = async (exchange: RawExchange, body: Body, scenario: Scenario): Promise<boolean> => {
  const { cut } = scenario;
  const wire = (chunk: Uint8Array): Uint8Array => (body.streamed ? chunkOf(chunk) : chunk);
  let sentBytes = 0;
  for (const [index, chunk] of body.chunks.entries()) {
    if (index > 0) await pause(exchange, scenario.delayFrameMs);
    if (cut?.unit === 'frames' && index >= cut.after) return stopHere(exchange, cut.how);
    const left = cut?.unit === 'bytes' ? cut.after - sentBytes : chunk.length;
    if (left < chunk.length) {
      await exchange.write(wire(chunk.subarray(0, left)));
      return stopHere(exchange, cut?.how ?? 'end');
    }
    for (const piece of scenario.byteChunks === true && body.streamed ? bytesOf(chunk) : [chunk]) {
      if (piece.length > 0 && !(await exchange.write(wire(piece)))) return false;
    }
    sentBytes += chunk.length;
  }
  return body.streamed ? exchange.write('0\r\n\r\n') : !exchange.closed;
};

const bytesOf = (chunk: Uint8Array): readonly Uint8Array[] =>
  Array.from(chunk, (_, index) => chunk.subarray(index, index + 1));

const chunkOf = (chunk: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([encoder.encode(`${chunk.length.toString(16)}\r\n`), chunk, encoder.encode('\r\n')]));

/** Gives the bytes sent so far time to arrive before a reset, which would throw them away. */
const settleMs = 20;

const stopHere = async (exchange: RawExchange, how: 'end' | 'reset' | 'hang'): Promise<false> => {
  if (how === 'end') await exchange.end();
  if (how === 'reset') {
    await pause(exchange, settleMs);
    exchange.reset();
  }
  if (how === 'hang') await exchange.whenClosed;
  return false;
};
