import type { DirectoryChange } from '../access/directory-source.ts';

/** What the thread of a store that many nodes share tells of objects. */
export type ObjectsTold =
  /** What an object is since the change of that number, or since a later one. */
  | { readonly kind: 'change'; readonly number: number; readonly change: DirectoryChange }
  /** Changes were missed: everything is to be read again. */
  | { readonly kind: 'missed' };

/** What it tells whenever all changes until a moment are known. */
export interface ChangesTold {
  readonly number: number;
}
