import type { ExchangeMetrics } from '../adapters/telemetry/exchange-metrics.ts';
import type { CompiledConfig } from '../gateway/compiled-config.ts';
import { frontPage } from '../gateway/doors/pages.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { WireReply } from '../gateway/incoming.ts';
import { BunIncoming } from './bun-incoming.ts';

/** A connection that sends nothing is closed after this; once a request's body is in, its answer may take as long as the limits allow. */
const idleSeconds = 75;
const utf8 = new TextEncoder();

export interface Served {
  readonly gateway: Gateway;
  readonly metrics: ExchangeMetrics;
  readonly version: string;
  config(): CompiledConfig;
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
      const incoming = new BunIncoming(request, (allowed) =>
        server.timeout(request, allowed ? 0 : stallSeconds(served.config().stallMs)),
      );
      const page = sidePage(served, incoming);
      if (page !== undefined) return toResponse(page, incoming);
      return served.gateway.handle(incoming).then((reply) => toResponse(reply, incoming));
    },
    error: () => new Response('{"error":{"message":"Sluice failed on this request."}}', { status: 500 }),
  });

/** The server counts in whole seconds and looks every few, so that a cut may come some seconds late. */
const stallSeconds = (stallMs: number): number => Math.min(idleSeconds, Math.ceil(stallMs / 1000));

const toResponse = ({ status, headers, body }: WireReply, incoming: BunIncoming): Response => {
  if (incoming.method === 'HEAD') return headOf(status, headers, body);
  // An upload that nobody will read is not waited for.
  const shown = status >= 400 && incoming.leavesBody ? { ...headers, connection: 'close' } : headers;
  return new Response(body as string | Uint8Array<ArrayBuffer> | ReadableStream | null, {
    status,
    headers: shown as Record<string, string>,
  });
};

const headOf = (status: number, headers: WireReply['headers'], body: WireReply['body']): Response => {
  const length = typeof body === 'string' ? utf8.encode(body).length : body instanceof Uint8Array ? body.length : 0;
  return new Response(null, { status, headers: { ...headers, 'content-length': String(length) } });
};

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
        { version: served.version, address: addressOf(incoming), config: served.config() },
        incoming.header('accept'),
      );
    default:
      return undefined;
  }
};

const addressOf = (incoming: BunIncoming): string => `http://${incoming.header('host') ?? '127.0.0.1'}`;
