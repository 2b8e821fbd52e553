import { isObject, parseJson } from '../../../core/json/json.ts';
import type { Incoming } from '../../incoming.ts';

/** Headers that only clients of Portkey's send. */
const marks = ['x-portkey-api-key', 'x-portkey-config', 'x-portkey-provider', 'x-portkey-virtual-key'] as const;

/** What an answer tells such a client of the way its request took. Filled in as it goes. */
export interface PortkeyAnswer {
  readonly traceId: string;
  /** What the client says of the call, for conditions and for its record; absent when it says nothing. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
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
  const metadata = metadataIn(incoming.header('x-portkey-metadata'));
  return { traceId: trace?.slice(0, longestTrace) ?? requestId, metadata, path: 'config', retries: 0 };
};

const longestValue = 128;
const mostMembers = 64;

/** Texts, numbers and truths, each as text. What is no JSON object says nothing, as such clients expect. */
const metadataIn = (header: string | undefined): PortkeyAnswer['metadata'] => {
  if (header === undefined) return undefined;
  const read = parseJson(header);
  if (!isObject(read)) return undefined;
  const plain = Object.entries(read).filter(([, value]) => value !== null && typeof value !== 'object');
  return Object.fromEntries(
    plain
      .slice(0, mostMembers)
      .map(([name, value]) => [name.slice(0, longestValue), String(value).slice(0, longestValue)]),
  );
};

/** The trace of W3C's header. */
const traceOfParent = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(header)?.[1];
