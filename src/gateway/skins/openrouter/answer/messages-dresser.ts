import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isString, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import type { SseFrame } from '../../../../core/stream/sse-frame.ts';
import { messagesType } from '../errors/error-envelope.ts';
import { toldAs } from '../errors/error-type.ts';
import type { Dressing } from './dressing.ts';
import { type FrameDresser, type ReadFrame, written } from './frame-dresser.ts';
import { messagesUsage } from './usage-members.ts';

/** Events of the Messages format. `message_delta` has the usage with what it cost, `message_stop` the router's metadata. */
export class MessagesDresser implements FrameDresser {
  readonly #dressing: Dressing;
  /** The provider has told an error in its stream. */
  #broken = false;
  #stop: string | undefined;

  constructor(dressing: Dressing) {
    this.#dressing = dressing;
  }

  get stop(): string | undefined {
    return this.#stop;
  }

  begins({ data }: ReadFrame): boolean {
    if (data?.['type'] !== 'message_delta') return false;
    const stop = objectAt(data, 'delta')?.['stop_reason'];
    if (isString(stop)) this.#stop = stop;
    return isString(stop);
  }

  dress({ frame, data }: ReadFrame): SseFrame {
    const message = objectAt(data, 'message');
    if (data?.['type'] === 'error') {
      this.#broken = true;
      return written({ ...data, error: withType(objectAt(data, 'error')) }, frame.event);
    }
    if (data === undefined || message === undefined) return frame;
    const { id, model, provider } = this.#dressing;
    return written({ ...data, message: { ...message, id, model, provider } }, frame.event);
  }

  end(held: readonly ReadFrame[]): readonly SseFrame[] {
    return held.map(({ frame, data }) => {
      if (data?.['type'] === 'message_delta')
        return written({ ...data, usage: messagesUsage(objectAt(data, 'usage'), this.#dressing.money()) }, frame.event);
      return data?.['type'] === 'message_stop'
        ? written({ ...data, ...this.#dressing.metadata() }, frame.event)
        : frame;
    });
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#broken) return [];
    const { type, status } = toldAs(error);
    const message = error.code === 'internal' ? 'Internal Server Error' : error.message;
    const told = { type: messagesType(status), message, error_type: type };
    return [written({ type: 'error', error: told, request_id: this.#dressing.id }, 'error')];
  }
}

const typesOfErrors: Readonly<Record<string, string>> = {
  invalid_request_error: 'invalid_request',
  rate_limit_error: 'rate_limit_exceeded',
  overloaded_error: 'provider_overloaded',
  timeout_error: 'timeout',
};

const withType = (error: JsonObject = {}): JsonObject => ({
  error_type: typesOfErrors[String(error['type'])] ?? 'provider_unavailable',
  ...error,
});
