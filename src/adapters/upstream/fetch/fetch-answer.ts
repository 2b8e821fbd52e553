import type { RawAnswer } from '../limited-reply.ts';

/** The answer as the runtime's client gives it. */
export class FetchAnswer implements RawAnswer {
  readonly status: number;
  readonly #response: Response;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(response: Response) {
    this.status = response.status;
    this.#response = response;
  }

  header(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }

  read(): Promise<Uint8Array | undefined> {
    this.#reader ??= this.#response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
    return this.#reader === undefined ? Promise.resolve(undefined) : this.#reader.read().then(pieceOf);
  }

  readWhole(): Promise<Uint8Array> {
    return this.#response.bytes();
  }
}

const pieceOf = (read: { readonly done: boolean; readonly value?: Uint8Array | undefined }): Uint8Array | undefined =>
  read.value;
