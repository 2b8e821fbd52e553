import type { WireReply } from '../../incoming.ts';

/** A list with a tag of its content (`etag`); without its body for a client that has it already (`if-none-match`). */
export const taggedReply = (reply: WireReply, body: string, known: string | undefined): WireReply => {
  const etag = `"${Bun.hash(body).toString(16)}"`;
  const headers = { ...reply.headers, etag };
  const has = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) === true;
  return has ? { status: 304, headers, body: '' } : { ...reply, headers };
};
