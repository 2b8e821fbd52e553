import { headerLines, requestHead } from '../../../core/http/request-head.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import type { Destination } from './destination.ts';

/** A request as it is written: in one go, except that a large body is not copied behind its head. */
export interface RequestPayload {
  readonly data: string | Uint8Array;
  /** Of `data` as it is written. */
  readonly bytes: number;
  readonly tail: Uint8Array | undefined;
}

const maxCopiedBytes = 256 * 1024;

interface ReadyLines {
  readonly text: string;
  readonly ascii: boolean;
}

// A provider's own headers are the same record for every call.
const readyLines = new WeakMap<WireCall['headers'], ReadyLines>();

/** Throws `upstream_unreachable` for a header that cannot be written. */
export const requestPayload = ({ method, headers, body }: WireCall, to: Destination): RequestPayload => {
  const lines = linesOf(headers);
  const own =
    to.authorization === undefined || headers['authorization'] !== undefined
      ? lines.text
      : `authorization: ${to.authorization}\r\n${lines.text}`;
  const bodyBytes = body === undefined ? undefined : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const head = requestHead(
    { method, target: to.target, host: to.host },
    own,
    bodyBytes ?? (method === 'POST' ? 0 : undefined),
  );
  if (body === undefined || (typeof body === 'string' && lines.ascii))
    return lines.ascii
      ? { data: body === undefined ? head : head + body, bytes: head.length + (bodyBytes ?? 0), tail: undefined }
      : { data: Buffer.from(head, 'latin1'), bytes: head.length, tail: undefined };
  return withBytes(head, typeof body === 'string' ? Buffer.from(body) : body);
};

const withBytes = (head: string, body: Uint8Array): RequestPayload => {
  const copied = body.length <= maxCopiedBytes;
  const data = Buffer.allocUnsafe(head.length + (copied ? body.length : 0));
  data.write(head, 'latin1');
  if (copied) data.set(body, head.length);
  return { data, bytes: data.length, tail: copied ? undefined : body };
};

const linesOf = (headers: WireCall['headers']): ReadyLines => {
  const known = readyLines.get(headers);
  if (known !== undefined) return known;
  const text = headerLines(headers);
  const ready = { text, ascii: /^[\0-\x7f]*$/.test(text) };
  readyLines.set(headers, ready);
  return ready;
};
