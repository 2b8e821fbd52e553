import type { JsonObject } from '../json/json.ts';
import type { Block } from './block.ts';
import type { DialectId } from './dialect-id.ts';
import type { Usage } from './usage.ts';

/** Each input is a text, a list of token ids, or blocks (Gemini parts, images). */
export type EmbeddingInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] }
  | { readonly kind: 'blocks'; readonly blocks: readonly Block[] };

export interface EmbeddingRequest {
  readonly model: string;
  readonly inputs: readonly EmbeddingInput[];
  /** False when the client sent one bare input and expects one vector (Gemini `embedContent`). */
  readonly batch: boolean;
  readonly dimensions?: number;
  /** How the client wants vectors written. `other` words (`int8`, `ubinary`) stand in extras. */
  readonly format?: 'float' | 'base64';
  /** What the vectors are for, in Gemini's words (`RETRIEVAL_QUERY`, …) or the provider's own `input_type`. */
  readonly task?: string;
  readonly title?: string;
  readonly user?: string;
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}

/** A vector as numbers, or as base64 of little-endian 32-bit floats when the provider sent it so. */
export type EmbeddingVector =
  | { readonly kind: 'float'; readonly values: readonly number[] }
  | { readonly kind: 'base64'; readonly data: string };

export interface EmbeddingResponse {
  readonly model: string;
  readonly vectors: readonly EmbeddingVector[];
  readonly usage?: Usage;
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}
