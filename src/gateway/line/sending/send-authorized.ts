import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { UpstreamReply, WireCall } from '../../../ports/upstream.ts';
import type { LineTools } from '../records.ts';
import { readFaultBody } from '../stages/read-fault-body.ts';

/**
 * Sends a call that has to be signed or needs a token. A refusal that teaches something (a clock that differs, a token that ended early) is
 * answered with one more try.
 */
export const sendAuthorized = async (
  sent: { readonly call: WireCall; readonly provider: ActiveProvider },
  { credentials, upstream }: LineTools,
  cancellation: Cancellation,
): Promise<UpstreamReply> => {
  const { call, provider } = sent;
  const authorized = await credentials.authorize(call, provider, cancellation);
  const reply = await upstream.send(authorized, cancellation);
  if (reply.status !== 401 && reply.status !== 403) return reply;
  const body = await readFaultBody(reply);
  const refusal = {
    status: reply.status,
    text: new TextDecoder().decode(body),
    header: (name: string) => reply.header(name),
  };
  if (!credentials.refused(authorized, provider, refusal)) return alreadyRead(reply, body);
  return upstream.send(await credentials.authorize(call, provider, cancellation), cancellation);
};

const alreadyRead = (reply: UpstreamReply, body: Uint8Array): UpstreamReply => {
  let left: Uint8Array | undefined = body;
  return {
    status: reply.status,
    header: (name) => reply.header(name),
    readAll: () => Promise.resolve(body),
    read: () => {
      const piece = left;
      left = undefined;
      return Promise.resolve(piece);
    },
    cancel: () => undefined,
  };
};
