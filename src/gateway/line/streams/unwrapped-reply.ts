import { chunkEvent } from '../../../core/stream/chunk-event.ts';
import { frameDecoder } from '../../../core/stream/framing.ts';
import { writeSseFrame } from '../../../core/stream/sse-frame.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';

const encoder = new TextEncoder();

/**
 * A stream that came wrapped (`aws-chunks`), as the server-sent events that were in it. From here on it is like any other stream of its
 * format, and passes natively.
 */
export class UnwrappedReply implements UpstreamReply {
  readonly status: number;
  readonly #reply: UpstreamReply;
  readonly #decoder = frameDecoder('aws-chunks');

  constructor(reply: UpstreamReply) {
    this.status = reply.status;
    this.#reply = reply;
  }

  header(name: string): string | undefined {
    return name === 'content-type' ? 'text/event-stream' : this.#reply.header(name);
  }

  /** The next piece that holds a whole event. */
  async read(): Promise<Uint8Array | undefined> {
    for (let piece = await this.#reply.read(); piece !== undefined; piece = await this.#reply.read()) {
      const frames = this.#decoder.push(piece);
      if (frames.length > 0) return encoder.encode(frames.map((frame) => writeSseFrame(chunkEvent(frame))).join(''));
    }
    return undefined;
  }

  async readAll(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  cancel(): void {
    this.#reply.cancel();
  }
}
