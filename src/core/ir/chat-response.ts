import type { Json, JsonObject } from '../json/json.ts';
import type { Block } from './block.ts';
import type { DialectId } from './dialect-id.ts';
import type { Usage } from './usage.ts';

/**
 * Why a choice ended. `pause`: the provider wants to be called again (Anthropic `pause_turn`). `failed`: the provider says the answer broke
 * off. `other`: a word Sluice does not know; the raw one tells.
 */
export type StopReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'context-window'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'failed'
  | 'other';

/** Log probability of one output token. `bytes` are its UTF-8 bytes where the wire gives them. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | null;
  readonly top?: readonly TokenLogprob[];
}

export interface Choice {
  readonly index: number;
  readonly blocks: readonly Block[];
  readonly stop: StopReason;
  /** The provider's own word, in its dialect. */
  readonly rawStop: string;
  readonly stopSequence?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly refusalLogprobs?: readonly TokenLogprob[];
  /** Members of the wire's choice or candidate that have no place above. */
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}

export interface ChatResponse {
  /** The provider's id of the answer; empty when it gave none. */
  readonly id: string;
  /** The model as the provider names it; empty when it gave none. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly createdSeconds?: number;
  readonly choices: readonly Choice[];
  /** Undefined when the provider sent none. */
  readonly usage?: Usage;
  readonly serviceTier?: string;
  /** Members that have no place above, by the dialect that has them. */
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
  /** An error the provider put into a finished answer (`status: failed`). */
  readonly failure?: { readonly code?: string; readonly message: string; readonly wire?: Json };
}
