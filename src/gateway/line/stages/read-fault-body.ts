import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { concatBytes } from '../../../core/json/span-patch.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';

/** No error says more than this. */
const maxFaultBytes = 1024 * 1024;

/**
 * The body of a failed answer, as far as it comes: the status says what happened, so a body that is too long or breaks off is read no further.
 * Throws only when the exchange itself has ended.
 */
export const readFaultBody = async (reply: UpstreamReply): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let total = 0;
  try {
    for (let piece = await reply.read(); piece !== undefined; piece = await reply.read()) {
      pieces.push(piece.slice(0, maxFaultBytes - total));
      total += piece.length;
      if (total < maxFaultBytes) continue;
      reply.cancel();
      break;
    }
  } catch (error) {
    if (endsExchange(error)) throw error;
  }
  return concatBytes(pieces);
};

const endsExchange = (error: unknown): boolean =>
  !(error instanceof GatewayError) || error.code === 'client_gone' || error.code === 'draining';
