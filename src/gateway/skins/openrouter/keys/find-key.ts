import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import type { FaceCall, FaceTools } from '../api/face-route.ts';
import { keptTools } from '../api/kept-tools.ts';

/** A key by the SHA-256 of it, or by its id where nobody knows that. Rejects with `not_found`. */
export const keyByHash = async (call: FaceCall, hash: string, tools: FaceTools): Promise<StoredObject<'key'>> => {
  const { administration } = await keptTools(tools);
  const acting = { identity: call.identity };
  if (/^[0-9a-f]{64}$/i.test(hash)) return administration.findKey(acting, { sha256: hash.toLowerCase() });
  if (!/^[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,127}$/.test(hash)) throw new GatewayError('not_found', 'API key not found');
  return administration.get(acting, 'key', hash);
};
