import type { DialectId, Operation } from '../../core/ir/index.ts';
import type { Edit } from '../../core/json/edit.ts';
import type { HeldAsk } from '../line/held/run-held.ts';

/**
 * Where a client comes in: an operation in a dialect. `request` and `reply` differ at the Cursor door only, which takes Responses-shaped bodies
 * and answers in chat's shape. `framing` is how a stream is written: Gemini without `alt=sse` answers one JSON array.
 */
export interface Door {
  readonly operation: Operation;
  readonly request: DialectId;
  readonly reply: DialectId;
  /** A product's manners over the dialect. */
  readonly skin: 'plain' | 'openrouter';
  readonly framing: 'sse' | 'json-array' | 'ndjson' | 'aws-event-stream' | 'aws-chunks';
  /** From the path, where the dialect has it there. */
  readonly model?: string;
  readonly stream?: boolean;
  /** What the path changes in the body: a deployment named there takes the place of the body's model. */
  readonly bodyEdits?: readonly Edit[];
  /** A member of the body that is a header elsewhere: a list, whose words the header joins with commas. */
  readonly headerMember?: { readonly member: string; readonly header: string };
  /** Gemini's embedding methods: one content or many. */
  readonly batch?: boolean;
  /** Tells where a request would go, and asks nobody. */
  readonly explains?: true;
  /** Bodies with `input` are Responses-shaped (Cursor). */
  readonly mixed?: true;
}

export type LocalQuestion = 'tags' | 'running' | 'show' | 'version';

export type Place =
  | { readonly kind: 'door'; readonly door: Door }
  | { readonly kind: 'models'; readonly shape: 'openai' | 'gemini'; readonly model?: string }
  /** What clients of a local model server ask it: which models it has, which are loaded, what one can do, its version. */
  | { readonly kind: 'local-models'; readonly asks: LocalQuestion }
  /** Answers the provider would have kept; Sluice keeps none. */
  | { readonly kind: 'held-answer'; readonly asked: HeldAsk }
  | { readonly kind: 'wrong-method'; readonly allow: string; readonly dialect: DialectId };
