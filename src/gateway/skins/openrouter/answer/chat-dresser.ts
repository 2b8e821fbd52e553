import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { arrayAt, isObject, isString, type Json, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import type { SseFrame } from '../../../../core/stream/sse-frame.ts';
import { errorMembers } from '../errors/error-envelope.ts';
import { toldAs } from '../errors/error-type.ts';
import { dressedChoice } from './chat-shape.ts';
import type { Dressing } from './dressing.ts';
import { doneFrame, type FrameDresser, type ReadFrame, written } from './frame-dresser.ts';
import { chatUsage } from './usage-members.ts';

/** Chunks of a chat or of a completion. The last one before `[DONE]` has no choices and the usage with what it cost. */
export class ChatDresser implements FrameDresser {
  readonly #dressing: Dressing;
  #opening: JsonObject | undefined;
  #usage: JsonObject | undefined;
  #stop: string | undefined;
  /** The provider has told an error in its stream. */
  #broken = false;
  readonly #object: string;
  readonly #nowSeconds: number;

  constructor(dressing: Dressing, how: { readonly object: string; readonly nowSeconds: number }) {
    this.#dressing = dressing;
    this.#object = how.object;
    this.#nowSeconds = how.nowSeconds;
  }

  get stop(): string | undefined {
    return this.#stop;
  }

  begins({ frame }: ReadFrame): boolean {
    return frame.data.startsWith('[DONE]');
  }

  dress({ frame, data }: ReadFrame): SseFrame | undefined {
    if (data === undefined) return frame;
    const { error } = data;
    if (error !== undefined && error !== null) {
      this.#broken = true;
      return this.#failed(providerFailure(error), data);
    }
    const { usage, system_fingerprint: fingerprint, ...chunk } = data;
    if (isObject(usage)) this.#usage = usage;
    const choices = arrayAt(data, 'choices');
    if (choices.length === 0 && isObject(usage)) return undefined;
    for (const choice of choices) this.#note(choice);
    return written({
      ...chunk,
      ...this.#open(data),
      choices: choices.map((choice) => dressedChoice(choice, this.#dressing.nativeStop)),
      ...(isString(fingerprint) ? { system_fingerprint: fingerprint } : {}),
    });
  }

  end(): readonly SseFrame[] {
    const { usage, nativeStop } = this.#dressing;
    this.#stop = nativeStop ?? this.#stop;
    const last = {
      ...this.#open({}),
      choices: [],
      usage: chatUsage(usage, this.#usage, this.#dressing.money()),
      ...this.#dressing.metadata(),
    };
    return [written(last), doneFrame];
  }

  fail(error: GatewayError): readonly SseFrame[] {
    return this.#broken ? [doneFrame] : [this.#failed(error, {}), doneFrame];
  }

  #failed(error: GatewayError, chunk: JsonObject): SseFrame {
    const told = toldAs(error);
    return written({
      ...this.#open(chunk),
      error: errorMembers(error, told),
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'error' }],
      ...this.#dressing.metadata(told.status),
    });
  }

  #note(choice: Json): void {
    const finish = isObject(choice) ? choice['finish_reason'] : undefined;
    if (isString(finish)) this.#stop = finish;
  }

  /** What all chunks of an answer begin with. */
  #open({ created }: JsonObject): JsonObject {
    if (this.#opening === undefined || this.#opening['provider'] === '')
      this.#opening = {
        id: this.#dressing.id,
        object: this.#object,
        created: typeof created === 'number' ? created : this.#nowSeconds,
        model: this.#dressing.model,
        provider: this.#dressing.provider,
      };
    return this.#opening;
  }
}

/** An error that a provider put into its stream. */
const providerFailure = (error: Json): GatewayError => {
  const message = isString(error) ? error : (objectAt({ error }, 'error')?.['message'] ?? 'Provider returned error');
  return new GatewayError('upstream_error', isString(message) ? message : 'Provider returned error');
};
