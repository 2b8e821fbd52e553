import { type Route, replyHeaders } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import type { Settlement } from './settlement.ts';

/** A whole answer, with which the exchange is done. */
export const wholeReply = (settlement: Settlement, route: Route | undefined, body: Uint8Array | string): WireReply => {
  const headers = replyHeaders(settlement, 'application/json', route);
  settlement.facts.bytesOut = body.length;
  settlement.settle('done', 200);
  return { status: 200, headers, body };
};
