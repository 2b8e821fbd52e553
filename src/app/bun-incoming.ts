import { concatBytes } from '../core/json/span-patch.ts';
import type { Incoming } from '../gateway/incoming.ts';
import { tooLarge } from '../gateway/line/stages/read-body.ts';

/** A request of Bun's server, as the line reads it. */
export class BunIncoming implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #request: Request;
  readonly #bodyRead: () => void;

  /** `bodyRead` is called when the body is in, and the connection may be silent from then on. */
  constructor(request: Request, bodyRead: () => void) {
    this.method = request.method;
    this.#request = request;
    this.#bodyRead = bodyRead;
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

  readBody(limitBytes: number, announcedBytes: number): Promise<Uint8Array> {
    const body = announcedBytes <= limitBytes ? this.#request.bytes() : this.#readWithin(limitBytes);
    return body.then(this.#take);
  }

  readonly #take = (bytes: Uint8Array): Uint8Array => {
    this.#bodyRead();
    return bytes;
  };

  /** For bodies that do not say how long they are. */
  async #readWithin(limitBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let total = 0;
    for await (const piece of this.#request.body ?? []) {
      total += piece.length;
      if (total > limitBytes) throw tooLarge(limitBytes);
      pieces.push(piece);
    }
    return concatBytes(pieces);
  }
}
