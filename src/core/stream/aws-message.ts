import { GatewayError } from '../errors/gateway-error.ts';
import { crc32 } from './crc32.ts';
import type { SseFrame } from './sse-frame.ts';

/**
 * One message of an AWS event stream (application/vnd.amazon.eventstream): total length, length of the headers and a checksum of both, four bytes
 * each, then headers, payload, and a checksum of everything before it.
 */
export const preludeBytes = 12;
const checksumBytes = 4;
const smallestMessage = preludeBytes + checksumBytes;
/** A payload of 16 MB, headers of 128 KB and the frame around them. */
export const largestMessage = 16 * 1024 * 1024 + 128 * 1024 + smallestMessage;

/** The whole message's length in bytes, from its prelude. Throws `upstream_invalid` when the bytes are no prelude. */
export const messageLength = (prelude: Uint8Array): number => {
  const view = viewOf(prelude);
  const total = view.getUint32(0);
  if (view.getUint32(8) !== crc32(prelude.subarray(0, 8))) throw broken('has a prelude whose checksum is wrong');
  if (total < smallestMessage || view.getUint32(4) > total - smallestMessage) throw broken('has impossible lengths');
  if (total > largestMessage) throw broken(`is longer than ${largestMessage / 1024 / 1024} MB`);
  return total;
};

/**
 * Reads one whole message. `event` is its event type; of a message that tells a failure, the exception's type or the error's code. `data` is the
 * payload as text; of an error, which has none, `{"message": …}`. Throws `upstream_invalid` when a checksum or the form is wrong.
 */
export const readAwsMessage = (message: Uint8Array): SseFrame => {
  const view = viewOf(message);
  const end = messageLength(message) - checksumBytes;
  if (view.getUint32(end) !== crc32(message.subarray(0, end))) throw broken('has a wrong checksum');
  const headersEnd = preludeBytes + view.getUint32(4);
  const headers = readHeaders(message.subarray(preludeBytes, headersEnd));
  const payload = text.decode(message.subarray(headersEnd, end));
  const kind = headers.get(':message-type');
  if (kind === 'error') {
    const told = { message: headers.get(':error-message') ?? '' };
    return { event: headers.get(':error-code') ?? 'error', data: payload === '' ? JSON.stringify(told) : payload };
  }
  const event = headers.get(kind === 'exception' ? ':exception-type' : ':event-type');
  if (kind === 'exception') return { event: event ?? 'exception', data: payload };
  return event === undefined || event === '' ? { data: payload } : { event, data: payload };
};

/** What an event's name says of it: failures are told as exceptions. */
export const isException = (event: string | undefined): boolean => event?.endsWith('Exception') === true;

/** Writes a frame as one message, with the headers the services of AWS send. */
export const writeAwsMessage = (frame: SseFrame): Uint8Array => {
  const exception = isException(frame.event);
  const headers = encodeHeaders([
    [exception ? ':exception-type' : ':event-type', frame.event ?? 'chunk'],
    [':content-type', 'application/json'],
    [':message-type', exception ? 'exception' : 'event'],
  ]);
  const payload = utf8.encode(frame.data);
  const message = new Uint8Array(smallestMessage + headers.length + payload.length);
  const view = viewOf(message);
  view.setUint32(0, message.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(message.subarray(0, 8)));
  message.set(headers, preludeBytes);
  message.set(payload, preludeBytes + headers.length);
  const end = message.length - checksumBytes;
  view.setUint32(end, crc32(message.subarray(0, end)));
  return message;
};

const text = new TextDecoder();
const utf8 = new TextEncoder();

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes of a header's value by its type: true, false, byte, short, int, long, byte array, text, time, UUID. -1: two bytes tell the length. */
const valueBytes = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16] as const;
const textType = 7;

/** Headers whose value is text; those of other types are passed over. */
const readHeaders = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd];
    const fixed = type === undefined ? undefined : valueBytes[type];
    if (fixed === undefined || (fixed < 0 && nameEnd + 3 > bytes.length)) throw broken('has a header of unknown form');
    const start = nameEnd + (fixed < 0 ? 3 : 1);
    const end = start + (fixed < 0 ? view.getUint16(nameEnd + 1) : fixed);
    if (end > bytes.length) throw broken('has a header that is cut');
    if (type === textType)
      found.set(text.decode(bytes.subarray(at + 1, nameEnd)), text.decode(bytes.subarray(start, end)));
    at = end;
  }
  return found;
};

const encodeHeaders = (headers: readonly (readonly [string, string])[]): Uint8Array => {
  const encoded = headers.map(([name, value]) => [utf8.encode(name), utf8.encode(value)] as const);
  const bytes = new Uint8Array(encoded.reduce((sum, [name, value]) => sum + 4 + name.length + value.length, 0));
  let at = 0;
  for (const [name, value] of encoded) {
    bytes[at] = name.length;
    bytes.set(name, at + 1);
    at += 1 + name.length;
    bytes[at] = textType;
    viewOf(bytes).setUint16(at + 1, value.length);
    bytes.set(value, at + 3);
    at += 3 + value.length;
  }
  return bytes;
};

const broken = (what: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider sent a message of an AWS event stream that ${what}.`);
