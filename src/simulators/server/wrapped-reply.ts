import { hash } from 'bun';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import type { Reply } from './reply.ts';

/** A stream whose events Amazon wraps in messages of its own; a frame that is named as an exception goes as one. */
export const wrappedReply = (frames: readonly SseFrame[]): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.amazon.eventstream' },
  body: Buffer.concat(frames.map(wrapped)),
});

const wrapped = ({ event, data }: SseFrame): Buffer => {
  if (event?.endsWith('Exception') === true) {
    return message({ ':exception-type': event, ':message-type': 'exception' }, data);
  }
  const bytes = Buffer.from(data).toString('base64');
  return message({ ':event-type': 'chunk', ':message-type': 'event' }, JSON.stringify({ bytes }));
};

const textType = 7;

/** https://smithy.io/2.0/aws/amazon-eventstream.html */
const message = (headers: Readonly<Record<string, string>>, payload: string): Buffer => {
  const head = Buffer.concat(
    Object.entries({ ...headers, ':content-type': 'application/json' }).flatMap(([name, value]) => [
      Buffer.of(Buffer.byteLength(name)),
      Buffer.from(name),
      Buffer.of(textType),
      uint(Buffer.byteLength(value), 2),
      Buffer.from(value),
    ]),
  );
  const body = Buffer.from(payload);
  const prelude = Buffer.concat([uint(16 + head.length + body.length, 4), uint(head.length, 4)]);
  const all = Buffer.concat([prelude, uint(hash.crc32(prelude), 4), head, body]);
  return Buffer.concat([all, uint(hash.crc32(all), 4)]);
};

const uint = (value: number, bytes: 2 | 4): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};
