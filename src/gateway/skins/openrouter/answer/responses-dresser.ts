import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isString, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import type { SseFrame } from '../../../../core/stream/sse-frame.ts';
import { toldAs } from '../errors/error-type.ts';
import type { Dressing } from './dressing.ts';
import { doneFrame, type FrameDresser, type ReadFrame, written } from './frame-dresser.ts';
import { wholeResponse } from './responses-shape.ts';
import { responsesUsage } from './usage-members.ts';

const last = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Events of the Responses format. The one that ends the answer has the usage with what it cost, and `[DONE]` follows. */
export class ResponsesDresser implements FrameDresser {
  readonly #dressing: Dressing;
  #stop: string | undefined;

  constructor(dressing: Dressing) {
    this.#dressing = dressing;
  }

  get stop(): string | undefined {
    return this.#stop;
  }

  begins({ data, frame }: ReadFrame): boolean {
    const type = data?.['type'];
    if (!isString(type) || !last.has(type)) return frame.data.startsWith('[DONE]');
    const response = objectAt(data, 'response');
    const reason = objectAt(response, 'incomplete_details')?.['reason'] ?? response?.['status'];
    if (isString(reason)) this.#stop = reason;
    return true;
  }

  dress({ frame, data }: ReadFrame): SseFrame {
    const response = objectAt(data, 'response');
    if (data === undefined || response === undefined) return frame;
    return written({ ...data, response: { ...wholeResponse(response), ...this.#names() } }, frame.event);
  }

  end(held: readonly ReadFrame[]): readonly SseFrame[] {
    const frames = held.filter(({ data }) => data !== undefined).map((frame) => this.#paid(frame));
    return [...frames, doneFrame];
  }

  fail(error: GatewayError, own: readonly ReadFrame[]): readonly SseFrame[] {
    const { type, status } = toldAs(error);
    const frames = own.map((read) => {
      const { data = {} } = read;
      const response = objectAt(data, 'response');
      if (response === undefined || data['type'] !== 'response.failed') return this.dress(read);
      const told = {
        ...wholeResponse(response),
        ...this.#names(),
        error_type: type,
        ...this.#dressing.metadata(status),
      };
      return written({ ...data, error_type: type, response: told }, read.frame.event);
    });
    return [...frames, doneFrame];
  }

  #paid({ frame, data }: ReadFrame): SseFrame {
    const response = objectAt(data, 'response') ?? {};
    const usage = responsesUsage(this.#dressing.usage, objectAt(response, 'usage'), this.#dressing.money());
    const whole = { ...wholeResponse(response), ...this.#names(), usage, ...this.#dressing.metadata() };
    return written({ ...data, response: whole }, frame.event);
  }

  #names(): JsonObject {
    const { id, model, provider } = this.#dressing;
    return { id, model, provider };
  }
}
