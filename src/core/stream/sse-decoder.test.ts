import { expect, test } from 'bun:test';
import { SseDecoder } from './sse-decoder.ts';
import type { SseFrame } from './sse-frame.ts';

const decodeAll = (pieces: readonly Uint8Array[]): readonly SseFrame[] => {
  const decoder = new SseDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const stream =
  ': hello\r\n\r\nevent: ping\ndata: {"a":"ü€😀"}\n\ndata:no space\rdata: second\r\rdata: \n\n\n\nid: 7\ndata: [DONE]\r\n\r\n';

const frames: readonly SseFrame[] = [
  { event: 'ping', data: '{"a":"ü€😀"}' },
  { data: 'no space\nsecond' },
  { data: '' },
  { data: '[DONE]' },
];

test('frames are read with any line ends, comments passed over and data lines joined', () => {
  expect(decodeAll([bytes(stream)])).toEqual([...frames]);
});

test('the same frames come out however the bytes are cut', () => {
  const whole = bytes(stream);
  for (let cut = 0; cut <= whole.length; cut += 1)
    expect(decodeAll([whole.subarray(0, cut), whole.subarray(cut)])).toEqual([...frames]);
  expect(decodeAll(Array.from(whole, (value) => Uint8Array.of(value)))).toEqual([...frames]);
});

test('half a frame at the end is dropped, a whole one without its blank line is not', () => {
  expect(decodeAll([bytes('data: {"a":1}\n\ndata: {"b":')])).toEqual([{ data: '{"a":1}' }]);
  expect(decodeAll([bytes('data: {"a":1}\n\ndata: [DONE]')])).toEqual([{ data: '{"a":1}' }, { data: '[DONE]' }]);
});

test('a frame of a million characters in single bytes is taken in linear time', () => {
  const decoder = new SseDecoder();
  const piece = bytes('x'.repeat(100));
  decoder.push(bytes('data: '));
  for (let count = 0; count < 10_000; count += 1) decoder.push(piece);
  expect(decoder.push(bytes('\n\n'))[0]?.data.length).toBe(1_000_000);
});

test('a frame of very many lines is refused, a long one of few is read', () => {
  expect(() => decodeAll([bytes(`${'event: x\n'.repeat(50_000)}data: 1\n\n`)])).toThrow('more than 10000 lines');
  const long = 'x'.repeat(1_000_000);
  expect(decodeAll([bytes(`event: a\ndata: ${long}\n\n`)])).toEqual([{ event: 'a', data: long }]);
});
