import type { TokenRule } from '../core/catalog/models/token-rules.ts';

export interface TokenAsk {
  readonly rule: TokenRule;
  readonly texts: readonly string[];
}

/** Counts tokens away from the request thread. */
export interface Tokenizer {
  /** Tokens of all texts together, as the family of the rule has them. Never rejects: what takes too long is counted by its bytes. */
  count(ask: TokenAsk): Promise<number>;
  close(): void;
}
