import type { Socket, SocketHandler } from 'bun';
import { lateModules } from '../late-modules.ts';
import type { Destination } from './destination.ts';
import { setReceiveBuffer } from './receive-buffer.ts';
import type { RequestPayload } from './request-payload.ts';

/** A reader that lets the provider wait this long is slower than the provider: the system shall not read far ahead for it. */
const slowMs = 100;

/** Who has a connection: one exchange at a time. */
export interface ConnectionUser {
  /** Some of the request has left, after the connection was there. */
  wrote(): void;
  /** Bytes of the answer, which the user takes over. */
  received(piece: Uint8Array): void;
  /** The connection has ended: with the system's error, or because the provider ended it. */
  lost(error: Error | undefined): void;
}

/** Where a connection goes that nobody has. */
export interface ConnectionHome {
  /** A connection that was not there in time for the call that asked for it. */
  put(connection: Connection): void;
  remove(connection: Connection): void;
}

/** One connection to a provider, from before it is there until it is closed. */
export class Connection {
  readonly key: string;
  /** Requests it was given. */
  requests = 0;
  /** Kept by the home: until when it may be used again. */
  idleUntilMs = 0;
  #socket: Socket<Connection> | undefined;
  #ready = false;
  #closed = false;
  /** Since when; 0 while it is read. */
  #pausedMs = 0;
  #narrow = false;
  #user: ConnectionUser | undefined;
  #waiting: RequestPayload | undefined;
  #rest: Uint8Array | undefined;
  #tail: Uint8Array | undefined;
  readonly #home: ConnectionHome;
  readonly #destination: Destination;

  constructor(destination: Destination, home: ConnectionHome) {
    this.key = destination.key;
    this.#destination = destination;
    this.#home = home;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The whole request has been handed to the system. */
  get written(): boolean {
    return this.#waiting === undefined && this.#rest === undefined && this.#tail === undefined;
  }

  open(): void {
    const { address: hostname, port, tls } = this.#destination;
    const failed = (error: unknown): void => this.lost(error instanceof Error ? error : new Error('connect'));
    const common = { hostname, port, data: this };
    try {
      const opening =
        tls === undefined
          ? Bun.connect<Connection>({ ...common, socket: plainHandlers })
          : Bun.connect<Connection>({ ...common, tls, socket: secureHandlers });
      opening.then(ignore, failed);
    } catch (error) {
      // Never within the call that opens it: its user is not set up yet.
      queueMicrotask(() => failed(error));
    }
  }

  /** Gives the connection to a user and writes the request as soon as it is there. */
  use(user: ConnectionUser, payload: RequestPayload): void {
    this.#user = user;
    this.requests += 1;
    if (this.#ready) this.#begin(payload);
    else this.#waiting = payload;
  }

  /** Takes it back from its user. One that is not there yet waits for another. */
  leave(): void {
    this.#user = undefined;
    this.#waiting = undefined;
    this.resume();
    if (!this.#narrow) return;
    this.#narrow = false;
    this.#setBuffer('wide');
  }

  pause(): void {
    if (this.#pausedMs > 0 || this.#closed) return;
    this.#pausedMs = performance.now();
    this.#socket?.pause();
  }

  resume(): void {
    if (this.#pausedMs === 0 || this.#closed) return;
    if (!this.#narrow && performance.now() - this.#pausedMs > slowMs) this.#narrow = this.#setBuffer('narrow');
    this.#pausedMs = 0;
    this.#socket?.resume();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#user = undefined;
    this.#home.remove(this);
    this.#socket?.terminate();
  }

  opened(socket: Socket<Connection>): void {
    this.#socket = socket;
    if (this.#closed) socket.terminate();
    else socket.unref();
  }

  /** Ready for requests: connected, and the certificate is good. */
  made(): void {
    if (this.#closed || this.#ready) return;
    this.#ready = true;
    const payload = this.#waiting;
    this.#waiting = undefined;
    if (payload !== undefined) this.#begin(payload);
    else this.#home.put(this);
  }

  shaken(socket: Socket<Connection>, success: boolean, error: Error | null): void {
    const refused = error ?? (success ? identityProblem(socket, this.#destination.hostname) : new Error('handshake'));
    if (refused === undefined) {
      this.made();
      return;
    }
    this.lost(refused);
    socket.terminate();
  }

  received(piece: Uint8Array): void {
    // What nobody asked for: the next answer would begin at the wrong byte.
    if (this.#user === undefined) this.destroy();
    else this.#user.received(piece);
  }

  drained(): void {
    const rest = this.#rest;
    if (rest === undefined || this.#closed) return;
    this.#rest = undefined;
    this.#write(rest, rest.length);
  }

  lost(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    const user = this.#user;
    this.#user = undefined;
    this.#home.remove(this);
    user?.lost(error);
  }

  #setBuffer(size: 'narrow' | 'wide'): boolean {
    // Not in the runtime's types.
    const { fd } = this.#socket as unknown as { readonly fd?: unknown };
    return typeof fd === 'number' && setReceiveBuffer(fd, size);
  }

  #begin({ data, bytes, tail }: RequestPayload): void {
    this.#tail = tail;
    this.#write(data, bytes);
  }

  #write(data: string | Uint8Array, bytes: number): void {
    const written = this.#socket?.write(data as string) ?? -1;
    if (written < 0) {
      this.lost(undefined);
      return;
    }
    this.#user?.wrote();
    if (written < bytes) {
      this.#rest = (typeof data === 'string' ? Buffer.from(data) : data).subarray(written);
      return;
    }
    const tail = this.#tail;
    if (tail === undefined) return;
    this.#tail = undefined;
    this.#write(tail, tail.length);
  }
}

const ignore = (): void => undefined;

/** The runtime compares the certificate with a server name; an address by number has none. */
const identityProblem = (socket: Socket<Connection>, hostname: string): Error | undefined =>
  lateModules.tls().checkServerIdentity(hostname, socket.getPeerCertificate());

const plainHandlers: SocketHandler<Connection> = {
  binaryType: 'uint8array',
  open: (socket) => {
    socket.data.opened(socket);
    socket.data.made();
  },
  data: (socket, piece) => socket.data.received(piece),
  drain: (socket) => socket.data.drained(),
  error: (socket, error) => socket.data.lost(error),
  close: (socket, error) => socket.data.lost(error),
};

const secureHandlers: SocketHandler<Connection> = {
  ...plainHandlers,
  open: (socket) => socket.data.opened(socket),
  handshake: (socket, success, error) => socket.data.shaken(socket, success, error),
};
