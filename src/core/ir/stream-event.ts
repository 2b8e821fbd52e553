import type { JsonObject } from '../json/json.ts';
import type { Block, Citation, Meta, Seal } from './block.ts';
import type { StopReason, TokenLogprob } from './chat-response.ts';
import type { DialectId } from './dialect-id.ts';
import type { Usage } from './usage.ts';

type Extras = Readonly<Partial<Record<DialectId, JsonObject>>>;

export type Delta =
  /** More text of a text, thinking or refusal block. */
  | { readonly kind: 'text'; readonly text: string }
  /** More of a tool call's arguments. */
  | { readonly kind: 'arguments'; readonly text: string }
  /** A signature for the block; a later one replaces an earlier one. */
  | { readonly kind: 'seal'; readonly seal: Seal }
  | { readonly kind: 'citation'; readonly citation: Citation }
  | { readonly kind: 'logprobs'; readonly logprobs: readonly TokenLogprob[] }
  /** More base64 data of a media block. */
  | { readonly kind: 'data'; readonly data: string }
  /** Members for the block's meta, merged over what it has. */
  | { readonly kind: 'meta'; readonly meta: Meta };

/**
 * One `response-start`; then blocks, of which those of one choice may be open together; one `choice-end` per choice, after its blocks have ended;
 * `usage` at any time after the start, the last one counts; one `response-end`. Or the decoder throws. Never both.
 *
 * `index` numbers the blocks of one choice from 0 in the order they opened. A block that starts with content already in it (a whole tool
 * call) carries it in `block`, and deltas append to that.
 */
export type StreamEvent =
  | {
      readonly kind: 'response-start';
      readonly id: string;
      readonly model: string;
      readonly createdSeconds?: number;
      readonly serviceTier?: string;
      readonly extras?: Extras;
    }
  | { readonly kind: 'block-start'; readonly choice: number; readonly index: number; readonly block: Block }
  | { readonly kind: 'block-delta'; readonly choice: number; readonly index: number; readonly delta: Delta }
  | { readonly kind: 'block-end'; readonly choice: number; readonly index: number }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | {
      readonly kind: 'choice-end';
      readonly choice: number;
      readonly stop: StopReason;
      readonly rawStop: string;
      readonly stopSequence?: string;
      readonly extras?: Extras;
    }
  | { readonly kind: 'response-end'; readonly serviceTier?: string; readonly extras?: Extras };

/** A machine without IO: feed it frames, take what it yields; `end` says that no more will come. Both throw `GatewayError`. */
export interface Decoder<In, Out> {
  push(input: In): readonly Out[];
  end(): readonly Out[];
}
