import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { concatBytes } from '../../src/core/json/span-patch.ts';
import { writeAwsMessage } from '../../src/core/stream/aws-message.ts';
import { type Framing, frameDecoder } from '../../src/core/stream/framing.ts';
import { type SseFrame, writeSseFrame } from '../../src/core/stream/sse-frame.ts';
import { json } from './generators.ts';
import { runs } from './runs.ts';

const frame = fc
  .record({ event: fc.constantFrom(undefined, 'ping', 'message_delta', 'ä'), data: json, gap: fc.nat({ max: 4 }) })
  .map(({ event, data, gap }) => ({
    frame: { ...(event === undefined ? {} : { event }), data: JSON.stringify(data) } satisfies SseFrame,
    gap,
  }));

/** Comments, retry hints and blank lines that a stream may have between frames. */
const gaps = ['', ': keep-alive\n\n', 'retry: 100\n\n', '\n', ':\n'];

const stream = fc.record({ frames: fc.array(frame, { maxLength: 6 }), lineEnd: fc.constantFrom('\n', '\r\n', '\r') });

const write = (value: {
  readonly frames: readonly { readonly frame: SseFrame; readonly gap: number }[];
  readonly lineEnd: string;
}) =>
  new TextEncoder().encode(
    value.frames
      .map((one) => (gaps[one.gap] ?? '') + writeSseFrame(one.frame))
      .join('')
      .replaceAll('\n', value.lineEnd),
  );

const split = (bytes: Uint8Array, places: readonly number[], framing: Framing = 'sse'): readonly SseFrame[] => {
  const decoder = frameDecoder(framing);
  const points = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  const frames: SseFrame[] = [];
  for (const point of points) {
    frames.push(...decoder.push(bytes.subarray(from, point)));
    from = point;
  }
  return [...frames, ...decoder.end()];
};

test('a stream gives the frames that were written, whatever the pieces, line ends and comments', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(5000), { maxLength: 12 }), (value, places) => {
      const bytes = write(value);
      expect(split(bytes, places)).toEqual(value.frames.map((one) => one.frame));
    }),
    runs(),
  );
});

test('one byte at a time is no different', () => {
  fc.assert(
    fc.property(stream, (value) => {
      const bytes = write(value);
      expect(split(bytes, [...bytes.keys()])).toEqual(value.frames.map((one) => one.frame));
    }),
    runs(),
  );
});

test('any bytes at all give the same frames in one piece and in many', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(10, 13, 58, 32, 0xf0, 0x9f, 0xef, 0xbb, 0xbf, 100, 97, 116), fc.nat(255)), {
        maxLength: 80,
      }),
      fc.array(fc.nat(100), { maxLength: 10 }),
      (values, places) => {
        const bytes = Uint8Array.from([...new TextEncoder().encode('data: 1\n\n'), ...values]);
        expect(split(bytes, places)).toEqual(split(bytes, []));
      },
    ),
    runs(),
  );
});

const places = fc.array(fc.nat(5000), { maxLength: 12 });

test('AWS messages give the frames that were written, whatever the pieces', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), places, (values, cuts) => {
      const written = values.map((one) => ({ event: 'chunk', ...one.frame }));
      expect(split(concatBytes(written.map(writeAwsMessage)), cuts, 'aws-event-stream')).toEqual(written);
    }),
    runs(),
  );
});

test('lines give the values that were written, whatever the pieces, line ends and blank lines', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      places,
      (values, lineEnd, cuts) => {
        const bytes = new TextEncoder().encode(values.map((one) => one.frame.data + lineEnd).join(''));
        expect(split(bytes, cuts, 'ndjson')).toEqual(values.map((one) => ({ data: one.frame.data })));
      },
    ),
    runs(),
  );
});
