import { concatBytes } from '../core/json/span-patch.ts';
import type { Incoming } from '../gateway/incoming.ts';
import { tooLarge } from '../gateway/line/stages/read-body.ts';

const smallBytes = 64 * 1024;

/** Knows where a request came from. */
export interface AddressSource {
  addressOf(request: Request): string | undefined;
}

/** A request of Bun's server, as the line reads it. */
export class BunIncoming implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #request: Request;
  readonly #allowSilence: (allowed: boolean) => void;
  readonly #source: AddressSource;
  #body: 'unread' | 'coming' | 'read' = 'unread';

  /** `allowSilence` is called when the body is in, and the connection may be silent from then on, and when the exchange is settled. */
  constructor(request: Request, source: AddressSource, allowSilence: (allowed: boolean) => void) {
    this.method = request.method;
    this.#request = request;
    this.#source = source;
    this.#allowSilence = allowSilence;
    const { url } = request;
    const start = url.indexOf('/', url.indexOf('//') + 2);
    const question = url.indexOf('?', start);
    this.path = start < 0 ? '/' : url.slice(start, question < 0 ? undefined : question);
    this.query = question < 0 ? '' : url.slice(question + 1);
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  headerNames(): Iterable<string> {
    return this.#request.headers.keys();
  }

  readBody(limitBytes: number, announcedBytes: number, came: (bytes: number) => void): Promise<Uint8Array> {
    this.#body = 'coming';
    const body = announcedBytes <= limitBytes ? this.#request.bytes() : this.#readWithin(limitBytes, came);
    return body.then(this.#take);
  }

  address(): string | undefined {
    return this.#source.addressOf(this.#request);
  }

  settled(): void {
    this.#allowSilence(false);
  }

  /** A body is still coming that nobody will read. Small ones have come with the head. */
  get leavesBody(): boolean {
    if (this.#body !== 'unread') return this.#body === 'coming';
    return this.header('transfer-encoding') !== undefined || Number(this.header('content-length') ?? 0) > smallBytes;
  }

  /** What is still coming of a body that nobody has begun to read. */
  get unreadBody(): ReadableStream<Uint8Array> | undefined {
    return this.#body === 'unread' ? (this.#request.body ?? undefined) : undefined;
  }

  readonly #take = (bytes: Uint8Array): Uint8Array => {
    this.#body = 'read';
    this.#allowSilence(true);
    return bytes;
  };

  /** For bodies that do not say how long they are. */
  async #readWithin(limitBytes: number, came: (bytes: number) => void): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let total = 0;
    for await (const piece of this.#request.body ?? []) {
      total += piece.length;
      if (total > limitBytes) throw tooLarge(limitBytes);
      came(piece.length);
      pieces.push(piece);
    }
    return concatBytes(pieces);
  }
}
