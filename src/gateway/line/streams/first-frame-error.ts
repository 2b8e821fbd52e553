import type { ServedBy } from '../../../core/catalog/provider.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { frameDecoder } from '../../../core/stream/framing.ts';

/** The error a stream begins with, when its first piece is one; undefined otherwise. */
export const firstFrameError = (piece: Uint8Array, { dialect, framing }: ServedBy): GatewayError | undefined => {
  const head = new TextDecoder().decode(piece.subarray(0, 400));
  if (!head.includes('error') && !head.includes(':exception-type')) return undefined;
  const [frame] = frameDecoder(framing ?? dialects[dialect].framing).push(piece);
  const decoder = dialects[dialect].chat?.upstream.streamDecoder();
  if (frame === undefined || decoder === undefined) return undefined;
  try {
    decoder.push(frame);
    return undefined;
  } catch (error) {
    return error instanceof GatewayError && error.detail.upstream !== undefined ? error : undefined;
  }
};
