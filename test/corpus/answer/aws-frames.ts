import { crc32 } from 'node:zlib';
import type { Frame } from './read-answer.ts';

/** The messages of an AWS event stream, read without the gateway's own decoder. Throws where a length or a checksum is wrong. */
export const awsFramesOf = (bytes: Uint8Array): readonly Frame[] => {
  const buffer = Buffer.from(bytes);
  const frames: Frame[] = [];
  for (let at = 0; at < buffer.length; ) {
    const total = buffer.readUInt32BE(at);
    const headersEnd = at + 12 + buffer.readUInt32BE(at + 4);
    const end = at + total - 4;
    if (crc32(buffer.subarray(at, at + 8)) !== buffer.readUInt32BE(at + 8)) throw new Error('prelude checksum');
    if (crc32(buffer.subarray(at, end)) !== buffer.readUInt32BE(end)) throw new Error('message checksum');
    const headers = headersIn(buffer.subarray(at + 12, headersEnd));
    const data = buffer.subarray(headersEnd, end).toString('utf8');
    frames.push({ event: headers.get(':event-type') ?? headers.get(':exception-type'), data });
    at += total;
  }
  return frames;
};

/** All headers of the recordings are texts. */
const headersIn = (bytes: Buffer): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const length = bytes.readUInt16BE(nameEnd + 1);
    const end = nameEnd + 3 + length;
    found.set(bytes.subarray(at + 1, nameEnd).toString('utf8'), bytes.subarray(nameEnd + 3, end).toString('utf8'));
    at = end;
  }
  return found;
};
