/** Characters by their UTF-16 units: pairs of first and last. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

/** What a regular expression says, of those that can be followed in one pass over a text. */
export type PatternTree =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'repeat'; readonly part: PatternTree; readonly least: number; readonly most: number | undefined };

/** A pattern that is none, or needs what cannot be followed in one pass. The message says what and where. */
export class PatternProblem extends Error {}
