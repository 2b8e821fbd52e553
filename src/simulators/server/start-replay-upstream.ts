import type { RawRequest } from './http-request-parser.ts';
import { playReply } from './play-reply.ts';
import type { Reply } from './reply.ts';
import { startRawUpstream } from './start-raw-upstream.ts';

export interface ReplayedCall extends RawRequest {
  /** The body as text. */
  readonly text: string;
}

export interface ReplayUpstream {
  readonly url: string;
  readonly port: number;
  /** What was received, in order. */
  readonly requests: readonly ReplayedCall[];
  stop(): void;
}

/**
 * An upstream that answers what the handler says, word for word, and keeps what it received: for recorded traffic. Nothing is checked.
 * A body of bytes or text is sent whole with its length; headers that would contradict it are left out.
 */
export const startReplayUpstream = (
  handler: (call: ReplayedCall) => Omit<Reply, 'body'> & { readonly body: string | Uint8Array },
): ReplayUpstream => {
  const requests: ReplayedCall[] = [];
  const decoder = new TextDecoder();
  const server = startRawUpstream(async (exchange) => {
    const call = { ...exchange.request, text: decoder.decode(exchange.request.body) };
    requests.push(call);
    const reply = handler(call);
    const kept = Object.entries(reply.headers).filter(([name]) => !framingHeaders.has(name.toLowerCase()));
    await playReply(
      exchange,
      { ...reply, headers: Object.fromEntries(kept) },
      { dialect: 'openai-chat', scenario: {} },
    );
  });
  return { url: server.url, port: server.port, requests, stop: () => server.stop() };
};

const framingHeaders = new Set(['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive']);
