import { expect, test } from 'bun:test';
import { type Framing, frameDecoder } from '../../core/stream/framing.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { frameWriter } from './frame-writer.ts';

const frames = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'internalServerException', data: '{"message":"ü"}' },
] as const;

test.each([
  ['sse', [...frames]],
  ['ndjson', frames.map(({ data }) => ({ data }))],
  ['aws-event-stream', [...frames]],
] as const satisfies readonly (readonly [Framing, readonly SseFrame[]])[])(
  '%s: what is written is what is read',
  (framing, expected) => {
    const writer = frameWriter(framing);
    writer.write(frames.slice(0, 1));
    writer.write(frames.slice(1));
    writer.end();
    const decoder = frameDecoder(framing);
    expect([...decoder.push(writer.take() ?? new Uint8Array(0)), ...decoder.end()]).toEqual([...expected]);
    expect(writer.take()).toBeUndefined();
  },
);

test('only events can have comments between them', () => {
  const taking = (['sse', 'ndjson', 'aws-event-stream', 'json-array'] as const).filter(
    (framing) => frameWriter(framing).takesComments,
  );
  expect(taking).toEqual(['sse']);
});

test('an array that never had an item is closed all the same', () => {
  const writer = frameWriter('json-array');
  writer.end();
  expect(new TextDecoder().decode(writer.take())).toBe('[]');
});
