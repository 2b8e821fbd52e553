import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { SseFrame } from '../../../../core/stream/sse-frame.ts';

/** A frame with what it says; `data` is undefined where that is no JSON object. */
export interface ReadFrame {
  readonly frame: SseFrame;
  readonly data: JsonObject | undefined;
}

/** Dresses the frames of one format. */
export interface FrameDresser {
  /** From this frame on nothing leaves before the money is settled: the end says what the answer cost. */
  begins(frame: ReadFrame): boolean;
  /** A frame under way; undefined when nothing of it is left. */
  dress(frame: ReadFrame): SseFrame | undefined;
  /** The end of a stream whose money is settled; `held`: the frames since `begins`. */
  end(held: readonly ReadFrame[]): readonly SseFrame[];
  /** The end of one that broke; `own`: what the format's own encoder says. */
  fail(error: GatewayError, own: readonly ReadFrame[]): readonly SseFrame[];
  /** The provider's own word for why it ended, once it was seen. */
  readonly stop: string | undefined;
}

export const doneFrame: SseFrame = { data: '[DONE]' };

export const written = (data: JsonObject, event?: string): SseFrame =>
  event === undefined ? { data: JSON.stringify(data) } : { event, data: JSON.stringify(data) };
