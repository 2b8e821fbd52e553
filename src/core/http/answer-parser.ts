import { type Framing, framingOf, keepsConnection, keptSeconds, type RequestMethod } from './answer-framing.ts';
import { type AnswerHead, notHttp, parseAnswerHead } from './answer-head.ts';
import { ChunkedBody } from './chunked-body.ts';
import { HeldHead } from './held-head.ts';

/**
 * Reads one answer of HTTP/1.1 out of the bytes of a connection, in whatever pieces they come. Refuses what can be read in two ways, since the next
 * answer on the connection would begin at the wrong byte. Everything thrown is `upstream_invalid`.
 */
export class AnswerParser {
  /** There as soon as it has come whole; provisional ones (1xx) are skipped. */
  head: AnswerHead | undefined;
  ended = false;
  readonly #method: RequestMethod;
  readonly #heldHead = new HeldHead();
  #framing: Framing | undefined;
  #chunks: ChunkedBody | undefined;
  #left = 0;
  #surplus = false;

  constructor(method: RequestMethod) {
    this.#method = method;
  }

  /** The next bytes, which it takes over and may change. Gives back those of them that are the body's. */
  push(piece: Uint8Array): Uint8Array | undefined {
    const at = this.head === undefined ? this.#readHeads(piece) : 0;
    if (this.#framing === undefined) return undefined;
    const body = this.#body(piece, at, this.#framing);
    return body.length === 0 ? undefined : body;
  }

  /** The connection has ended. Whether the answer is complete with that. */
  close(): boolean {
    if (this.#framing?.kind === 'until-close') this.ended = true;
    return this.ended;
  }

  /** Whether another request may go over the connection: the answer has ended, nothing came behind it, and the provider keeps it open. */
  get reusable(): boolean {
    return (
      this.ended &&
      !this.#surplus &&
      this.#framing?.kind !== 'until-close' &&
      this.head !== undefined &&
      keepsConnection(this.head)
    );
  }

  /** How long the provider keeps the idle connection, if it says so. */
  get keptSeconds(): number | undefined {
    return this.head === undefined ? undefined : keptSeconds(this.head);
  }

  /** Reads until the final head has come; the place behind it. */
  #readHeads(piece: Uint8Array): number {
    let at = 0;
    while (at < piece.length) {
      const found = this.#heldHead.push(piece, at);
      if (found === undefined) return piece.length;
      at = found.next;
      const head = parseAnswerHead(found.head);
      if (head.status === 101 || head.status < 100) throw notHttp(`its status is ${head.status}`);
      if (head.status >= 200) {
        this.#begin(head);
        return at;
      }
    }
    return at;
  }

  #begin(head: AnswerHead): void {
    const framing = framingOf(head, this.#method);
    this.head = head;
    this.#framing = framing;
    if (framing.kind === 'chunked') this.#chunks = new ChunkedBody();
    if (framing.kind !== 'length') return;
    this.#left = framing.bytes;
    this.ended = framing.bytes === 0;
  }

  #body(piece: Uint8Array, at: number, { kind }: Framing): Uint8Array {
    switch (kind) {
      case 'until-close':
        return at === 0 ? piece : piece.subarray(at);
      case 'length':
        return this.#measured(piece, at);
      case 'chunked':
        return this.#chunked(piece, at);
    }
  }

  #measured(piece: Uint8Array, at: number): Uint8Array {
    const end = Math.min(piece.length, at + this.#left);
    this.#left -= end - at;
    this.ended = this.#left === 0;
    if (end < piece.length) this.#surplus = true;
    return at === 0 && end === piece.length ? piece : piece.subarray(at, end);
  }

  #chunked(piece: Uint8Array, at: number): Uint8Array {
    const chunks = this.#chunks;
    if (chunks === undefined) return piece.subarray(0, 0);
    chunks.push(piece, at);
    this.ended = chunks.ended;
    if (chunks.rest < piece.length) this.#surplus = true;
    return piece.subarray(chunks.from, chunks.to);
  }
}
