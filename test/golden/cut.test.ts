import { expect, test } from 'bun:test';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { ChatResponse } from '../../src/core/ir/index.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import { SseDecoder } from '../../src/core/stream/sse-decoder.ts';
import { type SseFrame, writeSseFrame } from '../../src/core/stream/sse-frame.ts';
import { type Codec, codecs } from './codecs.ts';
import { conversations } from './conversations/index.ts';

/** The answer of a stream that may be cut; undefined when the decoder says that it is. */
const answerOf = (codec: Codec, frames: readonly SseFrame[]): ChatResponse | undefined => {
  const decoder = codec.upstream.streamDecoder();
  const collector = new Collector();
  try {
    for (const frame of frames) for (const event of decoder.push(frame)) collector.push(event);
    for (const event of decoder.end()) collector.push(event);
    return collector.response();
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return undefined;
  }
};

const framesOf = (bytes: Uint8Array): readonly SseFrame[] => {
  const decoder = new SseDecoder();
  return [...decoder.push(bytes), ...decoder.end()];
};

for (const conversation of conversations) {
  for (const codec of codecs) {
    test(`${conversation.name}: a ${codec.id} stream cut after any byte is the whole answer or none`, () => {
      const golden = conversation.wires[codec.id].frames;
      const bytes = new TextEncoder().encode(golden.map(writeSseFrame).join(''));
      const whole = answerOf(codec, golden);
      expect(whole).toBeDefined();
      let told = '';
      for (let length = 0; length < bytes.length; length += 1) {
        const frames = framesOf(bytes.subarray(0, length));
        const telling = JSON.stringify(frames.at(-1)) + frames.length;
        if (telling === told) continue;
        told = telling;
        // Usage may come after the last word of the answer, and be cut off without harm to it.
        const cut = answerOf(codec, frames);
        if (cut !== undefined) expect(cut.choices).toEqual(whole?.choices ?? []);
      }
    });
  }
}
