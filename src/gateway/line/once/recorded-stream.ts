import { concatBytes } from '../../../core/json/span-patch.ts';
import { mostKeptBytes } from '../../../ports/calls-once.ts';

/** What became of a stream. `large`: it came whole, and is longer than what is kept. */
export type Recording =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'large' }
  | { readonly kind: 'broken' };

/** Passes a stream on as it is read, and keeps what passed. Its reader's leaving does not end it: what is left is read all the same. */
export class RecordedStream {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #read: () => Promise<{ readonly value?: Uint8Array | undefined }>;
  readonly #ended: (recording: Recording) => Promise<void>;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #alone = false;
  #over = false;

  /** `ended` is called once. The reader sees the end when it is done. */
  constructor(source: ReadableStream<Uint8Array>, ended: (recording: Recording) => Promise<void>) {
    const reader = source.getReader();
    this.#read = () => reader.read();
    this.#ended = ended;
    this.stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.#next();
          if (this.#alone) return;
          if (piece === undefined) controller.close();
          else controller.enqueue(piece);
        },
        cancel: () => this.readOn(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Nobody reads it any more. */
  readOn(): void {
    if (this.#alone || this.#over) return;
    this.#alone = true;
    void this.#rest();
  }

  async #rest(): Promise<void> {
    try {
      while ((await this.#next()) !== undefined);
    } catch {
      // Told to `ended` already, and there is no reader to be told.
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { value } = await this.#read();
      if (value === undefined) await this.#finish(this.#whole());
      else this.#add(value);
      return value;
    } catch (error) {
      await this.#finish({ kind: 'broken' });
      throw error;
    }
  }

  #add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > mostKeptBytes) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #whole(): Recording {
    return this.#bytes > mostKeptBytes ? { kind: 'large' } : { kind: 'whole', bytes: concatBytes(this.#pieces) };
  }

  async #finish(recording: Recording): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#ended(recording);
  }
}
