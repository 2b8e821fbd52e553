import { GatewayError } from '../../core/errors/gateway-error.ts';
import { concatBytes } from '../../core/json/span-patch.ts';
import type { UpstreamReply } from '../../ports/upstream.ts';
import { inflate } from './inflate.ts';

/** The longest whole answer taken when the call does not say; larger ones have to be streamed. */
const usualAnswerBytes = 256 * 1024 * 1024;
/**
 * Up to here a body is read in one go when its length is announced, which costs less than reading pieces. The pieces of such a read cannot be
 * seen, so the idle limit holds for the whole of it; larger bodies are read piece by piece, and may take as long as pieces keep coming.
 */
const wholeReadBytes = 64 * 1024;

/** Larger pieces are given out in parts of this size, a turn of the event loop for each: nobody else waits for a burst to be worked off. */
const maxPieceBytes = 64 * 1024;

/** An answer as a client hands it over: bytes as they came, no limits, failures of any kind. */
export interface RawAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  /** The next piece, of any size; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** All of it, instead of `read`. */
  readWhole(): Promise<Uint8Array>;
}

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

/** An answer with the limits of its call: its time, its size, the size of its pieces, and what its compression may open to. */
export class LimitedReply implements UpstreamReply {
  readonly status: number;
  readonly #answer: RawAnswer;
  readonly #hooks: CallHooks;
  readonly #answerBytes: number;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  /** What is left of a large piece. */
  #rest: Uint8Array | undefined;
  #encodingName: string | undefined;
  #knowsEncoding = false;

  constructor(answer: RawAnswer, hooks: CallHooks, answerBytes: number = usualAnswerBytes) {
    this.#answerBytes = answerBytes;
    this.status = answer.status;
    this.#answer = answer;
    this.#hooks = hooks;
  }

  header(name: string): string | undefined {
    return this.#answer.header(name);
  }

  readAll(): Promise<Uint8Array> {
    const length = Number(this.header('content-length') ?? Number.NaN);
    if (length > this.#answerBytes) return Promise.reject(this.#tooLarge());
    return length <= wholeReadBytes && this.#encoding() === undefined ? this.#readWhole() : this.#readPieces();
  }

  async #readPieces(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return concatBytes(pieces);
      total += piece.length;
      if (total > this.#answerBytes) throw this.#tooLarge();
      pieces.push(piece);
    }
  }

  #tooLarge(): GatewayError {
    this.cancel();
    return new GatewayError(
      'upstream_invalid',
      `The provider sent an answer of more than ${this.#answerBytes} bytes (limits.answer_bytes). Stream it, or raise the limit.`,
    );
  }

  async #readWhole(): Promise<Uint8Array> {
    this.#hooks.waitFor('piece');
    try {
      const bytes = await this.#answer.readWhole();
      this.#hooks.finished(true);
      return bytes;
    } catch (error) {
      this.#hooks.finished(false);
      throw this.#hooks.explain(error);
    }
  }

  // Streams read thousands of pieces, so this is a chain of two promises rather than a nest of async functions.
  read(): Promise<Uint8Array | undefined> {
    this.#hooks.waitFor('piece');
    const piece = this.#encoding() === undefined ? this.#readRaw() : this.#readInflated();
    return piece.then(this.#took, this.#broke);
  }

  readonly #took = (piece: Uint8Array | undefined): Uint8Array | undefined => {
    if (piece === undefined) this.#hooks.finished(true);
    else this.#hooks.waitFor('nothing');
    return piece;
  };

  readonly #broke = (error: unknown): never => {
    this.cancel();
    throw this.#hooks.explain(error);
  };

  cancel(): void {
    this.#hooks.finished(false);
    this.#hooks.abort();
  }

  #readRaw(): Promise<Uint8Array | undefined> {
    if (this.#rest !== undefined) return nextTurn().then(this.#cutRest);
    return this.#answer.read().then(this.#cut);
  }

  readonly #cut = (piece: Uint8Array | undefined): Uint8Array | undefined => {
    if (piece === undefined || piece.length <= maxPieceBytes) return piece;
    this.#rest = piece;
    return this.#cutRest();
  };

  readonly #cutRest = (): Uint8Array | undefined => {
    const rest = this.#rest;
    if (rest === undefined) return undefined;
    this.#rest = rest.length > maxPieceBytes ? rest.subarray(maxPieceBytes) : undefined;
    return rest.subarray(0, maxPieceBytes);
  };

  async #readInflated(): Promise<Uint8Array | undefined> {
    this.#pieces ??= inflate(this.#encoding() ?? '', { [Symbol.asyncIterator]: () => this.#rawPieces() });
    const { done, value } = await this.#pieces.next();
    return done === true ? undefined : value;
  }

  async *#rawPieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.#readRaw(); piece !== undefined; piece = await this.#readRaw()) yield piece;
  }

  #encoding(): string | undefined {
    if (this.#knowsEncoding) return this.#encodingName;
    const encoding = this.header('content-encoding')?.trim().toLowerCase();
    this.#encodingName = encoding === '' || encoding === 'identity' ? undefined : encoding;
    this.#knowsEncoding = true;
    return this.#encodingName;
  }
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
