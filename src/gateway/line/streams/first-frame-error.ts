import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../core/ir/index.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';

/** The error a stream begins with, when its first piece is one; undefined otherwise. */
export const firstFrameError = (piece: Uint8Array, dialect: DialectId): GatewayError | undefined => {
  const head = new TextDecoder().decode(piece.subarray(0, 400));
  if (!head.includes('error')) return undefined;
  const [frame] = new SseDecoder().push(piece);
  const decoder = dialects[dialect].chat?.upstream.streamDecoder();
  if (frame === undefined || decoder === undefined) return undefined;
  try {
    decoder.push(frame);
    return undefined;
  } catch (error) {
    return error instanceof GatewayError && error.detail.upstream !== undefined ? error : undefined;
  }
};
