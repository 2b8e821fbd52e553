import { expect, test } from 'bun:test';
import { concatBytes } from '../json/span-patch.ts';
import { readAwsMessage, writeAwsMessage } from './aws-message.ts';
import { crc32 } from './crc32.ts';
import { type Framing, frameDecoder, framingOfContentType } from './framing.ts';
import type { SseFrame } from './sse-frame.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const decode = (framing: Framing, pieces: readonly Uint8Array[]): readonly SseFrame[] => {
  const decoder = frameDecoder(framing);
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
};

const events: readonly SseFrame[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"delta":{"text":"ü€😀"}}' },
  { event: 'throttlingException', data: '{"message":"slow"}' },
];

const streams: Readonly<Record<Framing, { readonly bytes: Uint8Array; readonly frames: readonly SseFrame[] }>> = {
  sse: {
    bytes: bytes('event: a\ndata: {"x":"ü"}\n\ndata: [DONE]\n\n'),
    frames: [{ event: 'a', data: '{"x":"ü"}' }, { data: '[DONE]' }],
  },
  ndjson: {
    bytes: bytes('{"a":"ü€😀"}\r\n\n{"b":1}\n{"c":2}'),
    frames: [{ data: '{"a":"ü€😀"}' }, { data: '{"b":1}' }, { data: '{"c":2}' }],
  },
  'aws-event-stream': { bytes: concatBytes(events.map(writeAwsMessage)), frames: events },
  'aws-chunks': {
    bytes: concatBytes([
      writeAwsMessage({ event: 'chunk', data: JSON.stringify({ bytes: btoa('{"type":"ping"}'), p: 'abcd' }) }),
      writeAwsMessage({ event: 'modelTimeoutException', data: '{"message":"late"}' }),
    ]),
    frames: [{ data: '{"type":"ping"}' }, { event: 'modelTimeoutException', data: '{"message":"late"}' }],
  },
};

test.each(Object.entries(streams))('%s gives the same frames however the bytes are cut', (framing, stream) => {
  for (let cut = 0; cut <= stream.bytes.length; cut += 1)
    expect(decode(framing as Framing, [stream.bytes.subarray(0, cut), stream.bytes.subarray(cut)])).toEqual([
      ...stream.frames,
    ]);
  expect(
    decode(
      framing as Framing,
      Array.from(stream.bytes, (value) => Uint8Array.of(value)),
    ),
  ).toEqual([...stream.frames]);
});

test.each(Object.entries(streams))('%s that ends early gives the frames that were whole', (framing, stream) => {
  for (let cut = 0; cut < stream.bytes.length; cut += 1) {
    const seen = decode(framing as Framing, [stream.bytes.subarray(0, cut)]);
    expect(seen).toEqual([...stream.frames.slice(0, seen.length)]);
    expect(seen.length).toBeLessThanOrEqual(stream.frames.length);
  }
});

test('checksums are those of everybody else', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytes('xx123456789x'), 2, 11)).toBe(0xcbf43926);
});

// The example message in the event stream's published description: one text header and a JSON payload.
const published =
  '0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1';
const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test('a message of another writer is read', () => {
  expect(readAwsMessage(fromHex(published))).toEqual({ data: "{'foo':'bar'}" });
});

test('a message whose bytes were changed is refused wherever the change is', () => {
  const message = writeAwsMessage({ event: 'messageStop', data: '{"stopReason":"end_turn"}' });
  for (let at = 0; at < message.length; at += 1) {
    const changed = message.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => readAwsMessage(changed)).toThrow('AWS event stream');
  }
});

/** A message with headers of the given bytes. */
const withHeaders = (headers: readonly number[], payload = ''): Uint8Array => {
  const body = bytes(payload);
  const message = new Uint8Array(16 + headers.length + body.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(message.subarray(0, 8)));
  message.set(headers, 12);
  message.set(body, 12 + headers.length);
  view.setUint32(message.length - 4, crc32(message.subarray(0, message.length - 4)));
  return message;
};

const header = (name: string, type: number, value: readonly number[]): readonly number[] => [
  name.length,
  ...bytes(name),
  type,
  ...value,
];
const textHeader = (name: string, value: string): readonly number[] =>
  header(name, 7, [0, value.length, ...bytes(value)]);

test('headers of every type are passed over', () => {
  const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0);
  const headers = [
    ...header('t', 0, []),
    ...header('f', 1, []),
    ...header('b', 2, zeros(1)),
    ...header('s', 3, zeros(2)),
    ...header('i', 4, zeros(4)),
    ...header('l', 5, zeros(8)),
    ...header('y', 6, [0, 2, 9, 9]),
    ...header('d', 8, zeros(8)),
    ...header('u', 9, zeros(16)),
    ...textHeader(':event-type', 'ping'),
  ];
  expect(readAwsMessage(withHeaders(headers, '{}'))).toEqual({ event: 'ping', data: '{}' });
});

test('an error, which has no payload, is a frame with its code and message', () => {
  const headers = [
    ...textHeader(':message-type', 'error'),
    ...textHeader(':error-code', 'InternalError'),
    ...textHeader(':error-message', 'An internal server error occurred'),
  ];
  expect(readAwsMessage(withHeaders(headers))).toEqual({
    event: 'InternalError',
    data: '{"message":"An internal server error occurred"}',
  });
});

test.each([
  ['a header of an unknown type', header('x', 10, [])],
  ['a header that is cut', header('x', 4, [0])],
  ['a text longer than its header', header('x', 7, [0, 9, 1])],
  ['a name without a type', [3, 97, 98]],
])('%s is refused', (_name, headers) => {
  expect(() => readAwsMessage(withHeaders(headers))).toThrow('a header');
});

test('a message that would be longer than 16 MB is refused before it is gathered', () => {
  const prelude = new Uint8Array(12);
  const view = new DataView(prelude.buffer);
  view.setUint32(0, 20_000_000);
  view.setUint32(8, crc32(prelude.subarray(0, 8)));
  expect(() => frameDecoder('aws-event-stream').push(prelude)).toThrow('is longer than');
});

test('a message of 16 MB in pieces of 4 KB is taken in linear time', () => {
  const message = writeAwsMessage({ event: 'big', data: `"${'x'.repeat(16 * 1024 * 1024 - 2)}"` });
  const decoder = frameDecoder('aws-event-stream');
  let frames: readonly SseFrame[] = [];
  for (let at = 0; at < message.length; at += 4096) frames = decoder.push(message.subarray(at, at + 4096));
  expect(frames[0]?.data.length).toBe(16 * 1024 * 1024);
});

test('a chunk that holds no base64 is refused', () => {
  const chunk = (data: string) => frameDecoder('aws-chunks').push(writeAwsMessage({ event: 'chunk', data }));
  expect(() => chunk('{}')).toThrow('without base64');
  expect(() => chunk('{"bytes":"*"}')).toThrow('without base64');
});

test.each<readonly [string, Framing | undefined]>([
  ['text/event-stream; charset=utf-8', 'sse'],
  ['application/vnd.amazon.eventstream', 'aws-event-stream'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/json', undefined],
])('%s is %p', (contentType, framing) => {
  expect(framingOfContentType(contentType)).toBe(framing);
});
