import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Decoder, StreamEvent } from '../../../ir/index.ts';
import { isObject, parseJson } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { AnswerReader } from '../answer/answer-reader.ts';
import { errorObject, inBandError } from '../answer/fault.ts';

/** Reads the frames of `streamGenerateContent?alt=sse`. The stream has no last word of its own: it is whole when every candidate has finished. */
export class GeminiStreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #answer = new AnswerReader(false);

  push(frame: SseFrame): readonly StreamEvent[] {
    // Some hosts of this format close like OpenAI does.
    if (frame.data === '' || frame.data === '[DONE]') return [];
    const chunk = parseJson(frame.data);
    const error = errorObject(chunk);
    if (error !== undefined) throw inBandError(error);
    if (isObject(chunk)) return this.#answer.push(chunk);
    throw new GatewayError('upstream_invalid', 'The provider sent a stream frame that is not a JSON object.');
  }

  end(): readonly StreamEvent[] {
    if (this.#answer.finished) return this.#answer.end();
    throw new GatewayError('upstream_cut', 'The stream ended before the provider said that the answer was complete.');
  }
}
