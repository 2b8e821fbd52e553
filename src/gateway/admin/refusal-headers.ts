import type { GatewayError } from '../../core/errors/gateway-error.ts';

/** What the headers of a refusal say: how to be known, and when to ask again. `status`: of the answer, where a face tells another than the gateway's own. */
export const refusalHeaders = (
  { status: own, detail: { retryAfterMs } }: GatewayError,
  status = own,
): Readonly<Record<string, string>> => ({
  ...(status === 401 ? { 'www-authenticate': 'Bearer realm="sluice"' } : {}),
  ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
});
