import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { FrameSource } from '../../doors/frame-source.ts';
import type { PreparedChat } from '../prepared-chat.ts';
import type { OpenedStream } from '../run-stream.ts';

/** A source that is not open yet, for a stream that had to begin without it. */
export class LateSource implements FrameSource {
  readonly #opening: Promise<OpenedStream>;
  readonly #before: { readonly fail: FrameSource['fail']; readonly cancel: () => void };
  #opened: OpenedStream | undefined;

  constructor(opening: Promise<OpenedStream>, before: Pick<FrameSource, 'fail' | 'cancel'>) {
    this.#opening = opening;
    this.#before = before;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#opened !== undefined) return this.#opened.source.next();
    this.#opened = await this.#opening;
    return this.#opened.first ?? this.#opened.source.next();
  }

  /** What answers; undefined until it has begun. */
  get exchange(): PreparedChat | undefined {
    return this.#opened?.exchange;
  }

  get failure(): GatewayError | undefined {
    return this.#opened?.source.failure;
  }

  usage(): ReturnType<FrameSource['usage']> {
    return this.#opened?.source.usage();
  }

  produced(): ReturnType<FrameSource['produced']> {
    return this.#opened?.source.produced();
  }

  get whole(): boolean {
    return this.#opened?.source.whole ?? false;
  }

  content(): ReturnType<FrameSource['content']> {
    return this.#opened?.source.content();
  }

  fail(error: GatewayError): Uint8Array | undefined {
    return this.#opened === undefined ? this.#before.fail(error) : this.#opened.source.fail(error);
  }

  cancel(): void {
    if (this.#opened === undefined) this.#before.cancel();
    else this.#opened.source.cancel();
  }
}
