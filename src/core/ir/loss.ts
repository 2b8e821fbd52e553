/**
 * A field of the client's that did not reach the target as it was. `field` is the path in the intermediate representation, such as `seed`,
 * `extras.top_k` or `turns[2].blocks[0].cache`; the door turns it into the client's own name for the warning header.
 */
export interface Loss {
  readonly field: string;
  readonly action: 'dropped' | 'changed';
  /** What was done instead, or why; a few words, no content of the request. */
  readonly note?: string;
}
