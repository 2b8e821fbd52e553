import type { DocumentPath } from './read-yaml.ts';

/** Something wrong in a config file, where it is, and what to do about it. */
export interface ConfigProblem {
  /** As a reader writes it: `providers[0].base_url`; empty for the document itself. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix: string;
}

/** A problem before its place in the text is looked up. */
export interface Finding {
  readonly path: DocumentPath;
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly fix: string;
}
