import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent } from '../../../ir/index.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { AnswerWriter } from './answer-writer.ts';
import { failureCode, failureMessage } from './failure-code.ts';

export const streamEncoder = (context: ReplyContext): StreamEncoder => new ResponsesStreamEncoder(context);

class ResponsesStreamEncoder implements StreamEncoder {
  readonly #writer: AnswerWriter;
  #frames: SseFrame[] = [];
  #sequence = 0;
  #failed = false;

  constructor(context: ReplyContext) {
    this.#writer = new AnswerWriter(context, (type, members) => {
      this.#frames.push({
        event: type,
        data: JSON.stringify({ type, sequence_number: this.#sequence++, ...members }),
      });
    });
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#failed) return [];
    this.#writer.push(event);
    return this.#take();
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#failed) return [];
    this.#failed = true;
    this.#writer.fail({ code: failureCode(error), message: failureMessage(error) });
    return this.#take();
  }

  #take(): readonly SseFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}
