import type { ExchangeMetrics } from '../adapters/telemetry/exchange-metrics.ts';
import type { ActiveProvider } from '../core/catalog/active-provider.ts';
import { frontPage } from '../gateway/doors/pages.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { WireReply } from '../gateway/incoming.ts';
import { BunIncoming } from './bun-incoming.ts';

/** A connection that sends nothing is closed after this; once a request's body is in, its answer may take as long as the limits allow. */
const idleSeconds = 75;

export interface Served {
  readonly gateway: Gateway;
  readonly metrics: ExchangeMetrics;
  readonly version: string;
  providers(): readonly ActiveProvider[];
}

/** Opens the port. Throws what the system says when it cannot be had (`EADDRINUSE`, …). */
export const serve = (served: Served, at: { readonly host: string; readonly port: number }) =>
  Bun.serve({
    hostname: at.host,
    port: at.port,
    idleTimeout: idleSeconds,
    // Refused by the line with an answer in the client's dialect, before the body is read.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch(request, server) {
      const incoming = new BunIncoming(request, () => server.timeout(request, 0));
      const page = sidePage(served, incoming);
      if (page !== undefined) return toResponse(page, request.method);
      return served.gateway.handle(incoming).then((reply) => toResponse(reply, request.method));
    },
    error: () => new Response('{"error":{"message":"Sluice failed on this request."}}', { status: 500 }),
  });

const toResponse = (reply: WireReply, method: string): Response =>
  new Response(method === 'HEAD' ? null : (reply.body as string | Uint8Array<ArrayBuffer> | ReadableStream | null), {
    status: reply.status,
    headers: reply.headers as Record<string, string>,
  });

const plain = { 'content-type': 'text/plain; charset=utf-8' };
const pageMethods = new Set(['GET', 'HEAD']);

/** Health, metrics and the front page: nothing that passes the line. */
const sidePage = (served: Served, incoming: BunIncoming): WireReply | undefined => {
  if (!pageMethods.has(incoming.method)) return undefined;
  switch (incoming.path) {
    case '/livez':
    case '/healthz':
      return { status: 200, headers: plain, body: 'ok\n' };
    case '/readyz':
      return served.gateway.draining
        ? { status: 503, headers: plain, body: 'draining\n' }
        : { status: 200, headers: plain, body: 'ok\n' };
    case '/metrics':
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: served.metrics.write(served.gateway.openExchanges),
      };
    // Claude Code asks for it before its first call, to warm the connection up.
    case '/api/hello':
      return { status: 200, headers: plain, body: 'hello\n' };
    case '/':
      return frontPage(
        { version: served.version, address: addressOf(incoming), providers: served.providers() },
        incoming.header('accept'),
      );
    default:
      return undefined;
  }
};

const addressOf = (incoming: BunIncoming): string => `http://${incoming.header('host') ?? '127.0.0.1'}`;
