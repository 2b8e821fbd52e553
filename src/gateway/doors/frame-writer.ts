import { type SseFrame, writeSseFrame } from '../../core/stream/sse-frame.ts';

/** Puts frames on the wire as the door's clients read them. */
export interface FrameWriter {
  readonly contentType: string;
  /** Whether comments may be sent while nothing else is. */
  readonly takesComments: boolean;
  write(frames: readonly SseFrame[]): string;
  end(): string;
}

export class SseWriter implements FrameWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly takesComments = true;

  write(frames: readonly SseFrame[]): string {
    let out = '';
    for (const frame of frames) out += writeSseFrame(frame);
    return out;
  }

  end(): string {
    return '';
  }
}

/** Gemini without `alt=sse`: the same frames as the items of one JSON array. */
export class JsonArrayWriter implements FrameWriter {
  readonly contentType = 'application/json';
  readonly takesComments = false;
  #open = false;

  write(frames: readonly SseFrame[]): string {
    let out = '';
    for (const frame of frames) {
      out += this.#open ? `,\r\n${frame.data}` : `[${frame.data}`;
      this.#open = true;
    }
    return out;
  }

  end(): string {
    return this.#open ? ']' : '[]';
  }
}
