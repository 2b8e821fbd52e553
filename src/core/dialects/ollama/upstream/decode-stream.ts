import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Decoder, StreamEvent } from '../../../ir/index.ts';
import { isObject, parseJson } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { inBandError } from '../wire/fault.ts';
import { type AnswerForm, AnswerReader, chatAnswer } from './answer-reader.ts';

/** Reads a stream of one object a line. The last one says `done`; a line with `error` ends it at any time. */
export class OllamaStreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #answer: AnswerReader;

  constructor(form: AnswerForm = chatAnswer) {
    this.#answer = new AnswerReader(form);
  }

  push(frame: SseFrame): readonly StreamEvent[] {
    if (frame.data === '') return [];
    const wire = parseJson(frame.data);
    const error = wire === undefined ? undefined : inBandError(wire);
    if (error !== undefined) throw error;
    if (isObject(wire)) return this.#answer.push(wire);
    throw new GatewayError('upstream_invalid', 'The provider sent a line that is not a JSON object.');
  }

  end(): readonly StreamEvent[] {
    if (this.#answer.done) return [];
    throw new GatewayError('upstream_cut', 'The stream ended before the provider said that the answer was complete.');
  }
}
