import { writeAwsMessage } from '../../core/stream/aws-message.ts';
import { type SseFrame, writeSseFrame } from '../../core/stream/sse-frame.ts';
import type { Door } from './door.ts';

/** Puts frames on the wire as the door's clients read them: frames are written one after the other, and what has come together is taken as bytes. */
export interface FrameWriter {
  readonly contentType: string;
  /** Whether comments may be sent while nothing else is. */
  readonly takesComments: boolean;
  write(frames: readonly SseFrame[]): void;
  end(): void;
  /** The bytes of what was written since; undefined when nothing was. */
  take(): Uint8Array | undefined;
}

export const frameWriter = (framing: Door['framing']): FrameWriter => {
  switch (framing) {
    case 'sse':
      return new SseWriter();
    case 'json-array':
      return new JsonArrayWriter();
    case 'ndjson':
      return new LineWriter();
    case 'aws-event-stream':
      return new AwsWriter();
    case 'aws-chunks':
      return new ChunkWriter();
  }
};

const utf8 = new TextEncoder();

/** Text is joined first and encoded once. */
abstract class TextWriter implements FrameWriter {
  abstract readonly contentType: string;
  abstract readonly takesComments: boolean;
  protected text = '';

  abstract write(frames: readonly SseFrame[]): void;

  end(): void {}

  take(): Uint8Array | undefined {
    if (this.text === '') return undefined;
    const bytes = utf8.encode(this.text);
    this.text = '';
    return bytes;
  }
}

class SseWriter extends TextWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly takesComments = true;

  write(frames: readonly SseFrame[]): void {
    for (const frame of frames) this.text += writeSseFrame(frame);
  }
}

/** Gemini without `alt=sse`: the same frames as the items of one JSON array. */
class JsonArrayWriter extends TextWriter {
  readonly contentType = 'application/json';
  readonly takesComments = false;
  #open = false;

  write(frames: readonly SseFrame[]): void {
    for (const frame of frames) {
      this.text += this.#open ? `,\r\n${frame.data}` : `[${frame.data}`;
      this.#open = true;
    }
  }

  override end(): void {
    this.text += this.#open ? ']' : '[]';
  }
}

class LineWriter extends TextWriter {
  readonly contentType = 'application/x-ndjson';
  readonly takesComments = false;

  write(frames: readonly SseFrame[]): void {
    for (const frame of frames) this.text += `${frame.data}\n`;
  }
}

class AwsWriter implements FrameWriter {
  readonly contentType = 'application/vnd.amazon.eventstream';
  readonly takesComments = false;
  #messages: Uint8Array[] = [];

  write(frames: readonly SseFrame[]): void {
    for (const frame of frames) this.#messages.push(writeAwsMessage(frame));
  }

  end(): void {}

  take(): Uint8Array | undefined {
    if (this.#messages.length === 0) return undefined;
    const bytes = Buffer.concat(this.#messages);
    this.#messages = [];
    return bytes;
  }
}

/** Each frame's data goes as base64 in a message of AWS. */
class ChunkWriter extends AwsWriter {
  override write(frames: readonly SseFrame[]): void {
    super.write(frames.map(({ data }) => ({ event: 'chunk', data: JSON.stringify({ bytes: base64(data) }) })));
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
