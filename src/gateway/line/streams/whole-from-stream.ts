import type { ChatUpstream } from '../../../core/dialects/dialect.ts';
import type { ChatResponse } from '../../../core/ir/index.ts';
import { Collector } from '../../../core/stream/collect.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';

/** The whole answer out of a stream a provider sent although none was asked for. */
export const wholeFromStream = (upstream: ChatUpstream, bytes: Uint8Array, framing: Framing): ChatResponse => {
  const splitter = frameDecoder(framing);
  return wholeFromFrames(upstream, [...splitter.push(bytes), ...splitter.end()]);
};

/** The whole answer out of its frames. Gemini writes them as one JSON array when it is not asked for events. */
export const wholeFromFrames = (upstream: ChatUpstream, frames: readonly SseFrame[]): ChatResponse => {
  const decoder = upstream.streamDecoder();
  const collector = new Collector();
  for (const frame of frames) for (const event of decoder.push(frame)) collector.push(event);
  for (const event of decoder.end()) collector.push(event);
  return collector.response();
};
