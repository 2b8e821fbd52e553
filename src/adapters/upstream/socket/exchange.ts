import { AnswerParser } from '../../../core/http/answer-parser.ts';
import { concatBytes } from '../../../core/json/span-patch.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import type { RawAnswer } from '../limited-reply.ts';
import { OpenCall } from '../open-call.ts';
import type { Watchdog } from '../watchdog.ts';
import type { Connection, ConnectionUser } from './connection.ts';
import { ConnectionLost, lossCode } from './connection-lost.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { RequestPayload } from './request-payload.ts';

/** What may lie about unread before the connection is told to wait. One more read of the system's buffer may come on top. */
const pauseBytes = 16 * 1024;

/** A closed connection tells at once; an end that comes later may have cost the provider work, and the request is not repeated. */
const closedWithinMs = 50;

interface Waiter<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** One request and its answer on one connection. */
export class Exchange implements ConnectionUser, RawAnswer {
  readonly call: OpenCall;
  /** A byte of an answer has come. */
  answered = false;
  readonly #parser: AnswerParser;
  readonly #pool: ConnectionPool;
  /** Until the answer has ended or the exchange was given up. */
  #connection: Connection | undefined;
  #head: Waiter<this> | undefined;
  #reader: Waiter<Uint8Array | undefined> | undefined;
  #pieces: Uint8Array[] = [];
  /** Bytes received since the body was last asked for. */
  #unasked = 0;
  #reused = false;
  #wroteMs = 0;
  #failure: unknown;

  constructor(
    call: WireCall,
    cancellation: Cancellation,
    tools: { readonly pool: ConnectionPool; readonly watchdog: Watchdog },
  ) {
    this.#parser = new AnswerParser(call.method);
    this.#pool = tools.pool;
    this.call = new OpenCall(call, cancellation, { watchdog: tools.watchdog, abort: () => this.#abort() });
  }

  /** Resolves when the head of the answer is here. */
  begin(connection: Connection, payload: RequestPayload): Promise<this> {
    return new Promise((resolve, reject) => {
      this.#head = { resolve, reject };
      this.#connection = connection;
      this.#reused = connection.requests > 0;
      this.#wroteMs = performance.now();
      if (!connection.ready) this.call.waitFor('connection');
      connection.use(this, payload);
    });
  }

  get status(): number {
    return this.#parser.head?.status ?? 0;
  }

  header(name: string): string | undefined {
    return this.#parser.head?.headers.get(name);
  }

  read(): Promise<Uint8Array | undefined> {
    this.#unasked = 0;
    if (this.#pieces.length > 0) return Promise.resolve(this.#takePieces());
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#parser.ended) return Promise.resolve(undefined);
    this.#connection?.resume();
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  readWhole(): Promise<Uint8Array> {
    return this.#parser.ended && this.#failure === undefined ? Promise.resolve(this.#takePieces()) : this.#readToEnd();
  }

  wrote(): void {
    if (!this.answered) this.call.waitFor('head');
    this.#wroteMs = performance.now();
  }

  received(bytes: Uint8Array): void {
    this.answered = true;
    let piece: Uint8Array | undefined;
    try {
      piece = this.#parser.push(bytes);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#parser.ended) this.#release();
    this.#deliver(piece);
    if (this.#head !== undefined && this.#parser.head !== undefined) this.#giveHead(this.#head);
  }

  lost(error: Error | undefined): void {
    this.#connection = undefined;
    if (error === undefined && this.#parser.close()) {
      this.#deliver(undefined);
      return;
    }
    const soon = performance.now() - this.#wroteMs < closedWithinMs;
    const unserved = this.#reused && !this.answered && soon;
    this.#fail(new ConnectionLost(lossCode(error), unserved, { cause: error }));
  }

  async #readToEnd(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) pieces.push(piece);
    return concatBytes(pieces);
  }

  #giveHead({ resolve }: Waiter<this>): void {
    this.#head = undefined;
    this.call.waitFor('nothing');
    resolve(this);
  }

  #deliver(piece: Uint8Array | undefined): void {
    const reader = this.#reader;
    if (piece !== undefined) this.#unasked += piece.length;
    if (reader === undefined) {
      if (piece !== undefined) this.#pieces.push(piece);
    } else if (piece !== undefined || this.#parser.ended) {
      this.#reader = undefined;
      reader.resolve(piece);
    }
    if (this.#unasked >= pauseBytes) this.#connection?.pause();
  }

  #takePieces(): Uint8Array {
    const pieces = this.#pieces;
    const [first] = pieces;
    if (first !== undefined && pieces.length === 1) {
      this.#pieces = [];
      return first;
    }
    this.#pieces = [];
    return concatBytes(pieces);
  }

  /** The answer has ended: the connection is free, or closed when another request must not go over it. */
  #release(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    if (!this.#parser.reusable || !connection.written) {
      connection.destroy();
      return;
    }
    connection.leave();
    this.#pool.put(connection, this.#parser.keptSeconds);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    const waiter = this.#head ?? this.#reader;
    this.#head = undefined;
    this.#reader = undefined;
    waiter?.reject(this.#failure);
  }

  #abort(): void {
    this.#pieces = [];
    const connection = this.#connection;
    if (connection !== undefined && !connection.ready) {
      // It may still be of use to the next call.
      this.#connection = undefined;
      connection.leave();
    }
    this.#fail(new ConnectionLost('ABORTED', false));
  }
}
