import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { CallsOnce, FirstCall, RepeatedCall } from '../../../ports/calls-once.ts';
import { replyHeaders } from '../../doors/reply-headers.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import type { Identified } from '../records.ts';
import { RecordedStream } from './recorded-stream.ts';

const header = 'idempotency-key';
const longestKey = 255;

/** The name a client gave its call; undefined when it gave none. Throws `invalid_request` for one that cannot be used. */
export const onceKeyOf = (incoming: Incoming): string | undefined => {
  const key = incoming.header(header);
  if (key === undefined || key === '') return undefined;
  if (key.length <= longestKey && /^[\x20-\x7e]+$/.test(key)) return key;
  throw new GatewayError(
    'invalid_request',
    `Idempotency-Key: must be at most ${longestKey} characters of printable ASCII, such as a UUID.`,
    { param: 'Idempotency-Key' },
  );
};

/**
 * Runs a call that its client named: the first time it is made, and its answer is kept when it came whole; from then on that answer is given again and no
 * provider is asked. A call that failed leaves the name free. A client that leaves does not end the call: it may come back for the answer.
 */
export const runOnce = async (
  identified: Identified,
  { once, key }: { readonly once: CallsOnce; readonly key: string },
  run: () => Promise<WireReply>,
): Promise<WireReply> => {
  const { identity, incoming, bytes, requestId } = identified;
  const begun = await once.begin({
    orgId: identity.orgId,
    callerId: identity.keyId ?? '',
    key,
    request: `${incoming.method} ${incoming.path}?${incoming.query}`,
    body: bytes,
    requestId,
  });
  if (begun.kind === 'repeated') return repeatedReply(identified, begun);
  let reply: WireReply;
  try {
    reply = await run();
  } catch (error) {
    await begun.release();
    throw error;
  }
  return keeping(identified, begun, reply);
};

const keeping = async (identified: Identified, first: FirstCall, reply: WireReply): Promise<WireReply> => {
  const { status, headers, body } = reply;
  const keep = (bytes: Uint8Array): Promise<void> =>
    identified.identity.private === true
      ? first.keepStatus(status)
      : first.keep({ status, headers: keptHeaders(headers), body: bytes });
  if (!(body instanceof ReadableStream)) {
    await keep(typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array()));
    return reply;
  }
  const { facts } = identified.settlement;
  const recorded = new RecordedStream(body, (recording) => {
    if (recording.kind === 'broken' || facts.end !== 'done') return first.release();
    return recording.kind === 'whole' ? keep(recording.bytes) : first.keepStatus(status);
  });
  identified.incoming.signal.addEventListener('abort', () => recorded.readOn());
  return { status, headers, body: recorded.stream };
};

/** What belongs to one exchange only is not told again. */
const ownHeaders = /^(?:x-request-id|request-id|server-timing|retry-after|retry-after-ms|x-ratelimit-.*)$/;

const keptHeaders = (headers: WireReply['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.test(name)));

const repeatedReply = ({ settlement }: Identified, { answer, requestId }: RepeatedCall): WireReply => {
  const { status, headers, body } = answer;
  const own = replyHeaders(settlement, headers['content-type'] ?? 'application/json', undefined);
  settlement.facts.bytesOut = body.length;
  settlement.settle('done', status);
  return {
    status,
    headers: { ...own, ...headers, 'idempotent-replayed': 'true', 'x-sluice-first-request-id': requestId },
    body,
  };
};
