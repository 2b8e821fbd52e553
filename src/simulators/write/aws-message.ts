import { crc32 } from 'node:zlib';
import type { SseFrame } from '../../core/stream/sse-frame.ts';

/** One message of an AWS event stream, written from its description alone; a frame whose name ends so tells a failure. */
export const printAwsMessage = ({ event = 'chunk', data }: SseFrame): Uint8Array => {
  const failed = event.endsWith('Exception');
  const headers = Buffer.concat([
    textHeader(failed ? ':exception-type' : ':event-type', event),
    textHeader(':content-type', 'application/json'),
    textHeader(':message-type', failed ? 'exception' : 'event'),
  ]);
  const payload = Buffer.from(data, 'utf8');
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const checked = Buffer.concat([prelude, checksum(prelude), headers, payload]);
  return new Uint8Array(Buffer.concat([checked, checksum(checked)]));
};

const textHeader = (name: string, value: string): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
};

const checksum = (bytes: Uint8Array): Buffer => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
};
