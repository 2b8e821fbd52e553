import type { Socket } from 'bun';
import { HttpRequestParser, type RawRequest } from './http-request-parser.ts';

/** One request and the bare connection it came by. */
export interface RawExchange {
  readonly request: RawRequest;
  /** Connections are numbered from 1, requests on one connection too. */
  readonly connection: number;
  readonly requestOnConnection: number;
  /** Whether the connection is gone, by whichever side. */
  readonly closed: boolean;
  readonly whenClosed: Promise<void>;
  /** Sends bytes; settles when the kernel has them. False when the connection is gone. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** Ends the connection in order (FIN) once everything is sent. */
  end(): Promise<void>;
  /** Breaks the connection (RST). */
  reset(): void;
}

export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  /** Connections opened so far, and those open now. */
  readonly connections: { readonly opened: number; readonly open: number };
  stop(): void;
}

const encoder = new TextEncoder();

/** Everything about one connection: what came in, what waits to go out, and the requests in line. */
class Connection {
  readonly number: number;
  readonly parser = new HttpRequestParser();
  readonly whenClosed: Promise<void>;
  requests = 0;
  closed = false;
  #socket: Socket<Connection> | undefined;
  #waiting: Uint8Array[] = [];
  #drained: (() => void)[] = [];
  #line: Promise<void> = Promise.resolve();
  #markClosed: () => void = () => undefined;

  constructor(number: number) {
    this.number = number;
    this.whenClosed = new Promise((resolve) => {
      this.#markClosed = resolve;
    });
  }

  open(socket: Socket<Connection>): void {
    this.#socket = socket;
    socket.setNoDelay(true);
  }

  /** Requests of one connection are answered one after the other. */
  enqueue(work: () => Promise<void>): void {
    this.#line = this.#line.then(() => (this.closed ? undefined : work())).catch(() => this.reset());
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    if (this.closed) return false;
    this.#waiting.push(typeof data === 'string' ? encoder.encode(data) : data);
    this.drain();
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
    return !this.closed;
  }

  drain(): void {
    while (this.#waiting.length > 0 && !this.closed) {
      const next = this.#waiting[0] ?? new Uint8Array();
      const sent = Math.max(0, this.#socket?.write(next) ?? 0);
      if (sent < next.length) {
        this.#waiting[0] = next.subarray(sent);
        return;
      }
      this.#waiting.shift();
    }
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  end(): void {
    this.#socket?.flush();
    this.#socket?.end();
    this.markClosed();
  }

  reset(): void {
    this.#socket?.terminate();
    this.markClosed();
  }

  markClosed(): void {
    this.closed = true;
    this.#markClosed();
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

const exchangeOf = (connection: Connection, request: RawRequest): RawExchange => {
  connection.requests++;
  return {
    request,
    connection: connection.number,
    requestOnConnection: connection.requests,
    get closed() {
      return connection.closed;
    },
    whenClosed: connection.whenClosed,
    write: (data) => connection.write(data),
    end: async () => connection.end(),
    reset: () => connection.reset(),
  };
};

/**
 * A small HTTP/1.1 server on bare sockets, loopback only: the handler writes every byte of the answer itself, so it can drip a head, stop in
 * the middle of it, or break a connection that sat idle. A connection stays open after a handler that did not end it.
 */
export const startRawUpstream = (
  handler: (exchange: RawExchange) => Promise<void>,
  options: { readonly port?: number } = {},
): RawUpstream => {
  const open = new Set<Connection>();
  let opened = 0;
  const forget = (connection: Connection): void => {
    open.delete(connection);
    connection.markClosed();
  };
  const listener = Bun.listen<Connection>({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    socket: {
      open(socket) {
        opened++;
        socket.data = new Connection(opened);
        socket.data.open(socket);
        open.add(socket.data);
      },
      data(socket, bytes) {
        const connection = socket.data;
        for (const request of connection.parser.push(bytes)) {
          connection.enqueue(async () => {
            await handler(exchangeOf(connection, request));
            if (request.headers['connection']?.toLowerCase() === 'close') connection.end();
          });
        }
      },
      drain: (socket) => socket.data.drain(),
      close: (socket) => forget(socket.data),
      error: (socket) => forget(socket.data),
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    get connections() {
      return { opened, open: open.size };
    },
    stop: () => {
      for (const connection of open) connection.reset();
      listener.stop(true);
    },
  };
};

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** A response head as it goes over the wire. */
export const responseHead = (status: number, headers: readonly (readonly [string, string])[]): string =>
  `HTTP/1.1 ${status} ${reasons[status] ?? 'Simulated'}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
