import type { Vocabulary } from '../../core/catalog/models/token-rules.ts';

export interface CountRequest {
  readonly id: number;
  readonly vocabulary: Vocabulary;
  readonly texts: readonly string[];
}

export interface CountReply {
  readonly id: number;
  readonly tokens: number;
}
