import type { MediaKind } from '../../ir/block.ts';

/** The writing system most letters of a text belong to. `none`: a text without letters. */
export const scripts = [
  'latin',
  'cyrillic',
  'greek',
  'arabic',
  'hebrew',
  'devanagari',
  'han',
  'kana',
  'hangul',
  'thai',
  'other',
  'none',
] as const;
export type Script = (typeof scripts)[number];

/** The form the answer must have. */
export type AnswerForm = 'text' | 'json' | 'json-schema';

/**
 * What a learned router knows of a request before any model has seen it. Training rows carry the same record, so that what was learned from a table
 * holds for traffic. Nothing else of the request reaches the router.
 */
export interface QueryFacts {
  /** The last user message; of a long one its first 1,000 and last 3,000 characters. */
  readonly text: string;
  /** Characters of the last user message, before it was cut. */
  readonly textCharacters: number;
  readonly systemCharacters: number;
  readonly toolNames: readonly string[];
  /** User messages so far; 1 for the first. */
  readonly userTurns: number;
  readonly media: readonly MediaKind[];
  readonly form: AnswerForm;
  readonly script: Script;
  /** Estimate for the whole request. */
  readonly inputTokens: number;
  /** Of those, how many lie in front of the last user message and may be cached by the provider. */
  readonly prefixTokens: number;
  readonly maxOutputTokens?: number;
}
