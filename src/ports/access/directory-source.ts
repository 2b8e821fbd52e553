import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { SealedField } from './secret-seal.ts';

/** An object as the directory keeps it; `data` is its document as JSON text, read when it is first needed. */
export interface DirectoryObject {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly alias?: string;
  readonly origin: 'file' | 'database';
  readonly data: string;
}

/** A keyed hash a key is known by. */
export interface DirectoryHash {
  readonly hash: string;
  readonly orgId: string;
  readonly keyId: string;
  /** The end of a rotation's grace period. */
  readonly expiresMs?: number;
}

export interface DirectorySnapshot {
  readonly objects: readonly DirectoryObject[];
  readonly hashes: readonly DirectoryHash[];
  readonly sealed: readonly SealedObject[];
}

/** The secrets of one credential. */
export interface SealedObject {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly fields: readonly SealedField[];
}

export type DirectoryChange =
  | {
      readonly kind: 'written';
      readonly object: DirectoryObject;
      /** Of a key: all its hashes from now on. */
      readonly hashes: readonly DirectoryHash[];
      /** Of a credential: all its secrets from now on. */
      readonly sealed: readonly SealedField[];
    }
  | { readonly kind: 'removed'; readonly object: Pick<DirectoryObject, 'orgId' | 'kind' | 'id'> }
  /** All there is, in the place of all that was: changes of others were missed. */
  | { readonly kind: 'everything'; readonly snapshot: DirectorySnapshot };

/** Where the directory gets what it keeps in memory. */
export interface DirectorySource {
  /** Everything, or what concerns one kind. */
  snapshot(kind?: ObjectKind): Promise<DirectorySnapshot>;
  /** Calls for every change, in order, before whoever made it is told that it is made. */
  follow(changed: (change: DirectoryChange) => void): void;
  /** False when keys that are not in memory cannot be looked up. */
  readable(): boolean;
  /** Where others write too: whether too long ago was the last time that all their changes were known. */
  stale?(): boolean;
  /** Where others write too: resolves when every change that was made before the call has been told. Rejects when they cannot be read. */
  catchUp?(): Promise<void>;
}
