import { GatewayError } from '../../core/errors/gateway-error.ts';
import { concatBytes } from '../../core/json/span-patch.ts';
import type { UpstreamReply } from '../../ports/upstream.ts';
import { inflate } from './inflate.ts';

/** The longest whole answer taken; larger ones have to be streamed. */
const maxAnswerBytes = 256 * 1024 * 1024;
/** Up to here a body is read in one go when its length is announced. */
const wholeReadBytes = 8 * 1024 * 1024;

/** What the reply needs of the call it belongs to. */
export interface CallHooks {
  /** The body is being waited for (`piece`) or not (`nothing`). */
  waitFor(what: 'piece' | 'nothing'): void;
  /** The call is over, well or not. Called once or more. */
  finished(complete: boolean): void;
  /** Names a failed read: the limit that passed, the client that left, or the cut. */
  explain(error: unknown): GatewayError;
  abort(): void;
}

export class FetchReply implements UpstreamReply {
  readonly status: number;
  readonly #response: Response;
  readonly #hooks: CallHooks;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(response: Response, hooks: CallHooks) {
    this.status = response.status;
    this.#response = response;
    this.#hooks = hooks;
  }

  header(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }

  async readAll(): Promise<Uint8Array> {
    const length = Number(this.header('content-length') ?? Number.NaN);
    if (length <= wholeReadBytes && this.#encoding() === undefined) return this.#readWhole();
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return concatBytes(pieces);
      total += piece.length;
      if (total > maxAnswerBytes) {
        this.cancel();
        throw new GatewayError('upstream_invalid', 'The provider sent an answer of more than 256 MB.');
      }
      pieces.push(piece);
    }
  }

  async #readWhole(): Promise<Uint8Array> {
    this.#hooks.waitFor('piece');
    try {
      const bytes = await this.#response.bytes();
      this.#hooks.finished(true);
      return bytes;
    } catch (error) {
      this.#hooks.finished(false);
      throw this.#hooks.explain(error);
    }
  }

  async read(): Promise<Uint8Array | undefined> {
    this.#hooks.waitFor('piece');
    try {
      const piece = this.#encoding() === undefined ? await this.#readRaw() : await this.#readInflated();
      if (piece === undefined) this.#hooks.finished(true);
      else this.#hooks.waitFor('nothing');
      return piece;
    } catch (error) {
      this.cancel();
      throw this.#hooks.explain(error);
    }
  }

  cancel(): void {
    this.#hooks.finished(false);
    this.#hooks.abort();
  }

  async #readRaw(): Promise<Uint8Array | undefined> {
    const { body } = this.#response;
    if (body === null) return undefined;
    this.#reader ??= body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const { done, value } = await this.#reader.read();
    return done ? undefined : value;
  }

  async #readInflated(): Promise<Uint8Array | undefined> {
    this.#pieces ??= inflate(this.#encoding() ?? '', { [Symbol.asyncIterator]: () => this.#rawPieces() });
    const { done, value } = await this.#pieces.next();
    return done === true ? undefined : value;
  }

  async *#rawPieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.#readRaw(); piece !== undefined; piece = await this.#readRaw()) yield piece;
  }

  #encoding(): string | undefined {
    const encoding = this.header('content-encoding')?.trim().toLowerCase();
    return encoding === undefined || encoding === '' || encoding === 'identity' ? undefined : encoding;
  }
}
