import type { FrameSource } from '../../doors/frame-source.ts';
import type { Drain } from '../money/drains.ts';

/** A source that goes on when its client has left: its provider bills the answer to the end, so its counts are worth waiting for. */
export class DrainedSource implements FrameSource {
  readonly #source: FrameSource;
  readonly #drain: () => Drain | undefined;
  #next: Promise<Uint8Array | undefined> | undefined;

  /** `drain` answers for the attempt under way. */
  constructor(source: FrameSource, drain: () => Drain | undefined) {
    this.#source = source;
    this.#drain = drain;
  }

  next(): Promise<Uint8Array | undefined> {
    this.#next = this.#source.next();
    return this.#next;
  }

  /** Reads what is left of the answer, for its counts. Resolves when it has ended in any way. */
  async readOn(): Promise<void> {
    try {
      let piece = await (this.#next ?? this.#source.next());
      while (piece !== undefined) piece = await this.#source.next();
    } catch {
      // It broke, or took too long: what passed is charged.
    }
    this.#source.cancel();
  }

  fail: FrameSource['fail'] = (error) => this.#source.fail(error);

  get failure(): FrameSource['failure'] {
    return this.#source.failure;
  }

  usage: FrameSource['usage'] = () => this.#source.usage();
  content: FrameSource['content'] = () => this.#source.content();
  produced: FrameSource['produced'] = () => this.#source.produced();

  get whole(): boolean {
    return this.#source.whole;
  }

  /** A pump that is cut cancels; here the drain decides. */
  cancel(): void {
    if (this.#drain()?.begin() !== true) this.#source.cancel();
  }
}
