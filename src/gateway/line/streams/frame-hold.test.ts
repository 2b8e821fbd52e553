import { expect, test } from 'bun:test';
import { writeAwsMessage } from '../../../core/stream/aws-message.ts';
import { frameHold, framesApart } from './frame-hold.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (frames: Uint8Array | undefined): string =>
  frames === undefined ? '' : Buffer.from(frames).toString('utf8');

const streams = [
  'data: a\n\ndata: {"x":1}\n\ndata: [DONE]\n\n',
  'data: a\r\n\r\ndata: b\r\n\r\n',
  'data: a\r\rdata: b\r\r',
];

test.each(streams)('%j keeps its bytes and is cut between frames only, wherever the pieces end', (stream) => {
  const whole = bytes(stream);
  const ends = new Set([...stream.matchAll(/\n\n|\r\n\r\n|\r\r/g)].map((match) => match.index + match[0].length));
  for (let cut = 1; cut < whole.length; cut += 1) {
    const hold = frameHold('sse');
    const first = hold.push(whole.subarray(0, cut));
    const second = hold.push(whole.subarray(cut));
    expect(text(first) + text(second)).toBe(stream);
    expect(first === undefined || ends.has(first.length)).toBe(true);
  }
  const hold = frameHold('sse');
  expect(Array.from(whole, (value) => text(hold.push(Uint8Array.of(value)))).join('')).toBe(stream);
});

test('a last frame without its blank line is given when it is whole, half a frame is dropped', () => {
  const whole = frameHold('sse');
  expect(text(whole.push(bytes('data: a\n\ndata: [DONE]')))).toBe('data: a\n\n');
  expect(text(whole.end())).toBe('data: [DONE]');
  const half = frameHold('sse');
  expect(text(half.push(bytes('data: {"a":1}\n\ndata: {"b":')))).toBe('data: {"a":1}\n\n');
  expect(half.end()).toBeUndefined();
});

test('a frame without end is refused at the limit', () => {
  const hold = frameHold('sse');
  const piece = new Uint8Array(4 * 1024 * 1024).fill(0x78);
  expect(() => {
    for (let count = 0; count < 13; count += 1) hold.push(piece);
  }).toThrow('longer than 48 MB');
});

test('lines keep their bytes and are cut behind newlines only', () => {
  const stream = '{"a":"ü"}\n{"b":2}\r\n{"c":3}\n';
  const whole = bytes(stream);
  for (let cut = 1; cut < whole.length; cut += 1) {
    const hold = frameHold('ndjson');
    const first = hold.push(whole.subarray(0, cut));
    expect(text(first) + text(hold.push(whole.subarray(cut)))).toBe(stream);
    expect(first === undefined || first.at(-1) === 0x0a).toBe(true);
  }
  const hold = frameHold('ndjson');
  hold.push(bytes('{"a":1}'));
  expect(text(hold.end())).toBe('{"a":1}');
});

test('AWS messages keep their bytes and are cut between messages only', () => {
  const messages = ['messageStart', 'contentBlockDelta', 'messageStop'].map((event) =>
    writeAwsMessage({ event, data: '{"x":"ü"}' }),
  );
  const whole = Buffer.concat(messages);
  const ends = new Set(messages.map((_, index) => Buffer.concat(messages.slice(0, index + 1)).length));
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const hold = frameHold('aws-event-stream');
    const first = hold.push(whole.subarray(0, cut));
    const second = hold.push(whole.subarray(cut));
    expect(Buffer.concat([first ?? new Uint8Array(0), second ?? new Uint8Array(0)]).equals(whole)).toBe(true);
    expect(first === undefined || ends.has(first.length)).toBe(true);
  }
  const hold = frameHold('aws-event-stream');
  expect(hold.push(whole.subarray(0, 20))).toBeUndefined();
  expect(hold.end()).toBeUndefined();
});

test.each(['\n\n', '\r\n\r\n', '\r\r', '\n\n\n'])('frames with %j between them come apart, each once', (blank) => {
  const frames = ['event: a\ndata: 1', 'data: 2', ': comment', 'data: [DONE]'].map((frame) => frame + blank);
  const apart = [...framesApart(bytes(frames.join('')), 'sse')].map(text);
  expect(apart).toEqual(frames);
});

test('one frame of many megabytes comes apart in linear time', () => {
  const frame = bytes(`data: [${'{},'.repeat(2_000_000)}{}]\n\n`);
  const [first] = [...framesApart(frame, 'sse')];
  expect(first?.length).toBe(frame.length);
});
