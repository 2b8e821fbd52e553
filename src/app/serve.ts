import type { TlsPair } from '../contract/settings.ts';
import { clientAddress } from '../core/access/client-address.ts';
import type { Incoming, WireReply } from '../gateway/incoming.ts';
import { type AddressSource, BunIncoming } from './bun-incoming.ts';
import { lingeringAnswer } from './lingering-answer.ts';
import { adminReply, openrouterReply, operatorPage, publicPage, routerReply, type Served } from './side-pages.ts';

/** A connection that sends nothing is closed after this; once a request's body is in, its answer may take as long as the limits allow. */
const idleSeconds = 75;
const utf8 = new TextEncoder();

type Server = Bun.Server<undefined>;

interface At {
  readonly host: string;
  readonly port: number;
}

/** The port that clients call. */
export class PublicPort {
  readonly #served: Served;
  readonly #at: At;
  readonly #pages: boolean;
  #tls: TlsPair | undefined;
  #server: Server;
  /** Servers of former certificates whose last answers are still on their way. */
  readonly #retired = new Set<Server>();

  /** Opens the port. `operatorPages` is false when they have a port of their own. Throws what the system says when it cannot be had (`EADDRINUSE`, …). */
  constructor(served: Served, at: At, how: { readonly tls?: TlsPair | undefined; readonly operatorPages: boolean }) {
    this.#served = served;
    this.#pages = how.operatorPages;
    this.#tls = how.tls;
    // Two servers share the port while a certificate is changed, so the system no longer says when another program has it: it is asked before.
    const probe =
      how.tls === undefined ? undefined : Bun.listen({ hostname: at.host, port: at.port, socket: { data() {} } });
    const port = probe?.port ?? at.port;
    probe?.stop(true);
    this.#at = { host: at.host, port };
    this.#server = this.#open();
  }

  get url(): string {
    return this.#server.url.href.replace(/\/$/, '');
  }

  /** Requests whose answers are not out yet. */
  get pendingRequests(): number {
    return [this.#server, ...this.#retired].reduce((sum, server) => sum + server.pendingRequests, 0);
  }

  /** Takes another certificate for new connections; answers under way go out over the old ones. */
  renew(tls: TlsPair | undefined): void {
    if (tls === undefined || this.#tls === undefined) return;
    if (tls.cert === this.#tls.cert && tls.key === this.#tls.key) return;
    this.#tls = tls;
    const former = this.#server;
    this.#server = this.#open();
    this.#retired.add(former);
    void former.stop().finally(() => this.#retired.delete(former));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#server, ...this.#retired].map((server) => server.stop(true)));
  }

  #open(): Server {
    const served = this.#served;
    const tls = this.#tls;
    const pages = this.#pages;
    const scheme = tls === undefined ? 'http' : 'https';
    const others = (incoming: Incoming): Promise<WireReply> => {
      const asked = (pages ? adminReply(served, incoming) : undefined) ?? openrouterReply(served, incoming, pages);
      return asked === undefined ? served.gateway.handle(incoming) : orGateway(asked, served, incoming);
    };
    let addresses: AddressSource | undefined;
    return Bun.serve({
      hostname: this.#at.host,
      port: this.#at.port,
      idleTimeout: idleSeconds,
      ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key }, reusePort: true }),
      // Refused by the line with an answer in the client's dialect, before the body is read.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch(request, server) {
        addresses ??= addressesAt(server, served);
        const incoming = new BunIncoming(request, addresses, (allowed) =>
          server.timeout(request, allowed ? 0 : stallSeconds(served.config().stallMs)),
        );
        const page = (pages ? operatorPage(served, incoming) : undefined) ?? publicPage(served, incoming, scheme);
        if (page !== undefined) return toResponse(page, incoming);
        const answer = routerReply(served, incoming, others) ?? others(incoming);
        return answer.then((reply) => toResponse(reply, incoming));
      },
      error: failed,
    });
  }
}

/** The port of `admin` in the config file: only what operators ask. */
export const serveAdmin = (served: Served, at: At): Server =>
  Bun.serve({
    hostname: at.host,
    port: at.port,
    idleTimeout: idleSeconds,
    fetch(request, server) {
      const incoming = new BunIncoming(request, addressesAt(server, served), () => undefined);
      const page =
        operatorPage(served, incoming) ?? adminReply(served, incoming) ?? openrouterReply(served, incoming, true);
      if (page === undefined) return nothingHere();
      return page instanceof Promise
        ? page.then((reply) => (reply === undefined ? nothingHere() : toResponse(reply, incoming)))
        : toResponse(page, incoming);
    },
    error: failed,
  });

const nothingHere = (): Response =>
  new Response('Only /admin/v1, /metrics, /livez and /readyz are here.\n', { status: 404 });

const orGateway = async (
  asked: Promise<WireReply | undefined>,
  { gateway }: Served,
  incoming: Incoming,
): Promise<WireReply> => (await asked) ?? gateway.handle(incoming);

/** The address of the connection, or of the client behind a proxy that is trusted. */
const addressesAt = (server: Pick<Server, 'requestIP'>, served: Served): AddressSource => ({
  addressOf: (request) => {
    const peer = server.requestIP(request)?.address;
    return peer === undefined
      ? undefined
      : clientAddress(
          peer,
          request.headers.get('x-forwarded-for') ?? undefined,
          served.settings().server.trustedProxies ?? [],
        );
  },
});

const failed = (): Response => new Response('{"error":{"message":"Sluice failed on this request."}}', { status: 500 });

/** The server counts in whole seconds, up to these, and looks every few, so that a cut may come some seconds late. */
const longestSeconds = 255;

const stallSeconds = (stallMs: number): number => Math.min(longestSeconds, Math.ceil(stallMs / 1000));

const toResponse = ({ status, headers, body }: WireReply, incoming: BunIncoming): Response => {
  if (incoming.method === 'HEAD') return headOf(status, headers, body);
  if (status >= 400 && incoming.leavesBody)
    return responseOf(status, { ...headers, connection: 'close' }, untilRead(body, incoming.unreadBody));
  return responseOf(status, headers, body);
};

const responseOf = (status: number, headers: WireReply['headers'], body: WireReply['body']): Response =>
  new Response(body as string | Uint8Array<ArrayBuffer> | ReadableStream | null, {
    status,
    headers: headers as Record<string, string>,
  });

/** An upload that nobody will read is not waited for, only as long as it takes to be heard. */
const untilRead = (body: WireReply['body'], upload: ReadableStream<Uint8Array> | undefined): WireReply['body'] => {
  if (upload === undefined || body === null || body instanceof ReadableStream) return body;
  return lingeringAnswer(typeof body === 'string' ? utf8.encode(body) : body, upload);
};

const headOf = (status: number, headers: WireReply['headers'], body: WireReply['body']): Response => {
  const length = typeof body === 'string' ? utf8.encode(body).length : body instanceof Uint8Array ? body.length : 0;
  return new Response(null, { status, headers: { ...headers, 'content-length': String(length) } });
};
