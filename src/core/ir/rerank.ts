import type { JsonObject } from '../json/json.ts';
import type { DialectId } from './dialect-id.ts';
import type { Usage } from './usage.ts';

/** A query or a document: a text, or an object whose members are its fields (a picture's address, a text beside its title). */
export type RerankText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'object'; readonly value: JsonObject };

/** Documents to be put in the order of their relevance to a query. */
export interface RerankRequest {
  readonly model: string;
  readonly query: RerankText;
  readonly documents: readonly RerankText[];
  /** How many of the best are wanted; all when undefined. */
  readonly topN?: number;
  /** Whether results carry the documents. Undefined leaves it to the provider. */
  readonly returnDocuments?: boolean;
  readonly maxTokensPerDocument?: number;
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}

export interface RerankResult {
  /** The document's place in the request. */
  readonly index: number;
  readonly score: number;
  readonly document?: RerankText;
}

/** Results stand as the provider sent them, best first. */
export interface RerankResponse {
  /** Empty when the provider gave none. */
  readonly id: string;
  readonly model: string;
  readonly results: readonly RerankResult[];
  readonly usage?: Usage;
  /** What Cohere bills: a query with up to 100 documents. */
  readonly searchUnits?: number;
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}
