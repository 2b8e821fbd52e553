import type { PortkeyAnswer } from './portkey-call.ts';

/** The headers that clients of Portkey's read. The cache is always off: there is none. */
export const portkeyHeaders = (
  { traceId, path, retries }: PortkeyAnswer,
  provider: string | undefined,
): Readonly<Record<string, string>> => ({
  'x-portkey-trace-id': traceId,
  'x-portkey-last-used-option-index': path,
  'x-portkey-retry-attempt-count': String(retries),
  'x-portkey-cache-status': 'DISABLED',
  ...(provider === undefined ? {} : { 'x-portkey-provider': provider }),
});
