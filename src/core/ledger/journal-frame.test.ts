import { expect, test } from 'bun:test';
import { readFrames, writeFrame } from './journal-frame.ts';

const texts = [
  '{"kind":"sent","attemptId":"a","atMs":1}',
  '{"kind":"fact","fact":{"text":"ü"}}',
  '{"kind":"sent","attemptId":"b","atMs":2}',
];
const parts = texts.map((text, sequence) => writeFrame(text, { sequence, epoch: 7 }));
const segment = Uint8Array.from(parts.flatMap((part) => [...part]));

test('what is written is read back, in order', () => {
  const { frames, end } = readFrames(segment);
  expect(frames.map(({ text }) => text)).toEqual(texts);
  expect(frames[2]).toMatchObject({ sequence: 2, epoch: 7 });
  expect(end).toEqual({ kind: 'whole' });
});

test('a file cut at any byte loses only its last record, and is called torn', () => {
  const borders = [
    0,
    ...parts.map((_, index) => parts.slice(0, index + 1).reduce((sum, part) => sum + part.length, 0)),
  ];
  for (let length = 0; length < segment.length; length++) {
    const { frames, end } = readFrames(segment.subarray(0, length));
    const whole = borders.filter((border) => border <= length).length - 1;
    expect(frames).toHaveLength(whole);
    expect(end.kind).toBe(borders.includes(length) ? 'whole' : 'torn');
  }
});

test('a changed byte is never read: in the middle it is damage with its place, at the end a torn tail', () => {
  const lastBegins = segment.length - (parts[2]?.length ?? 0);
  for (let place = 0; place < segment.length; place++) {
    const bytes = segment.slice();
    bytes[place] = (bytes[place] ?? 0) ^ 0x41;
    const { frames, end } = readFrames(bytes);
    expect(frames.every(({ text }) => texts.includes(text))).toBe(true);
    expect(frames.length).toBeLessThan(texts.length);
    expect(end.kind).toBe(place >= lastBegins ? 'torn' : 'damaged');
  }
});

test('a tail of zeros, as a power cut leaves one, is torn', () => {
  const bytes = new Uint8Array(segment.length + 500);
  bytes.set(segment);
  const { frames, end } = readFrames(bytes);
  expect(frames).toHaveLength(3);
  expect(end).toEqual({ kind: 'torn', atByte: segment.length });
});
