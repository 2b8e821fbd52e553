import { GatewayError } from '../errors/gateway-error.ts';
import type { Decoder } from '../ir/index.ts';
import { parseJson, stringAt } from '../json/json.ts';
import { messageLength, readAwsMessage } from './aws-message.ts';
import { AwsSplitter } from './aws-splitter.ts';
import type { SseFrame } from './sse-frame.ts';

/**
 * Reads the messages of an AWS event stream, whatever the pieces they come in. Half a message at the end is dropped: whether the answer was
 * complete is for the dialect's decoder to judge. With `chunks`, payloads are `{"bytes": base64}`, as a model called by its own format sends them
 * (InvokeModelWithResponseStream), and a frame's data is what was in the base64.
 */
export class AwsDecoder implements Decoder<Uint8Array, SseFrame> {
  readonly #splitter = new AwsSplitter();
  readonly #chunks: boolean;

  constructor(options: { readonly chunks?: boolean } = {}) {
    this.#chunks = options.chunks ?? false;
  }

  push(bytes: Uint8Array): readonly SseFrame[] {
    const whole = this.#splitter.push(bytes);
    if (whole === undefined) return [];
    const frames: SseFrame[] = [];
    for (let start = 0; start < whole.length; ) {
      const end = start + messageLength(whole.subarray(start));
      const frame = readAwsMessage(whole.subarray(start, end));
      frames.push(this.#chunks && frame.event === 'chunk' ? unwrapped(frame) : frame);
      start = end;
    }
    return frames;
  }

  end(): readonly SseFrame[] {
    return [];
  }
}

const text = new TextDecoder();

const unwrapped = (frame: SseFrame): SseFrame => {
  const bytes = stringAt(parseJson(frame.data), 'bytes');
  try {
    if (bytes !== undefined) return { data: text.decode(Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))) };
  } catch {
    // Told below.
  }
  throw new GatewayError('upstream_invalid', 'The provider sent a chunk of an AWS event stream without base64 in it.');
};
