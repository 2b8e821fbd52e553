import type { Incoming } from '../../incoming.ts';

/** Headers that only clients of Portkey's send. */
const marks = ['x-portkey-api-key', 'x-portkey-config', 'x-portkey-provider', 'x-portkey-virtual-key'] as const;

/** What an answer tells such a client of the way its request took. Filled in as it goes. */
export interface PortkeyAnswer {
  readonly traceId: string;
  /** Where in its tree the target stands that is asked now. */
  path: string;
  /** How often that target was asked again; -1 when it failed all the same. */
  retries: number;
}

const longestTrace = 256;

/** Undefined for every other client. */
export const portkeyAnswer = (incoming: Incoming, requestId: string): PortkeyAnswer | undefined => {
  if (!marks.some((name) => incoming.header(name) !== undefined)) return undefined;
  const trace = incoming.header('x-portkey-trace-id') ?? traceOfParent(incoming.header('traceparent'));
  return { traceId: trace?.slice(0, longestTrace) ?? requestId, path: 'config', retries: 0 };
};

/** The trace of W3C's header. */
const traceOfParent = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(header)?.[1];
