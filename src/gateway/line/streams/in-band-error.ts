import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../core/ir/index.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import { isDearFrame } from '../stages/answer-limits.ts';

/** The error of the provider's that a frame tells, read as the translated lane reads it; undefined when it tells none. */
export const inBandError = (frame: SseFrame, dialect: DialectId): GatewayError | undefined => {
  if (isDearFrame(frame.data)) return undefined;
  try {
    dialects[dialect].chat?.upstream.streamDecoder().push(frame);
    return undefined;
  } catch (error) {
    // A frame out of the middle may make no sense alone; only what the provider said counts.
    return error instanceof GatewayError && error.detail.upstream !== undefined ? error : undefined;
  }
};
