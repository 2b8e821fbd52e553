import type { Documents } from '../core/access/documents.ts';
import type { ObjectKind } from '../core/access/object-kind.ts';
import type { SealedField } from './access/secret-seal.ts';

/** An object as it is kept. Times are milliseconds since 1970. */
export interface StoredObject<Kind extends ObjectKind = ObjectKind> {
  readonly orgId: string;
  readonly kind: Kind;
  readonly id: string;
  /** A name that people use; no two objects of a kind have the same one. */
  readonly alias?: string;
  /** Goes up by one with every change. */
  readonly revision: number;
  /** `file`: declared in the config file, and changed there only. */
  readonly origin: 'file' | 'database';
  readonly data: Documents[Kind];
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface NewObject<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  readonly id: string;
  readonly alias?: string;
  readonly data: Documents[Kind];
  readonly origin?: 'file' | 'database';
  /** What the key is known by: its keyed hash. Only of keys. */
  readonly hash?: string;
  /** Secrets of it. Only of credentials. */
  readonly sealed?: readonly SealedField[];
  /** From the client's Idempotency-Key: a second creation under it within a day gives the object of the first. */
  readonly idempotency?: Idempotency;
}

export interface Idempotency {
  readonly key: string;
  /** A digest of what was asked: the same key for something else is refused. */
  readonly digest: string;
  /** What the secret of a key was made from, so that an answer that got lost can be given again. */
  readonly seed?: string;
}

export interface Created<Kind extends ObjectKind = ObjectKind> {
  readonly object: StoredObject<Kind>;
  /** It was there already, made under the same Idempotency-Key. */
  readonly repeated: boolean;
  readonly seed?: string;
}

export interface ObjectChange<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  readonly id: string;
  /** `null` takes the alias away; undefined leaves it. */
  readonly alias?: string | null;
  readonly data: Documents[Kind];
  /** Secrets that take the place of those of the same field. */
  readonly sealed?: readonly SealedField[];
  /** Refused with `precondition_failed` when the object has another revision by now. */
  readonly expectedRevision?: number;
}

export interface ObjectQuery<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  /** The id after which the page begins. */
  readonly after?: string;
  readonly limit: number;
  readonly alias?: string;
  /** Objects that name all of these: `{ team: 'tm_1' }` finds a team's keys. */
  readonly names?: Readonly<Partial<Record<ObjectKind, string>>>;
}

export interface ObjectPage<Kind extends ObjectKind = ObjectKind> {
  readonly objects: readonly StoredObject<Kind>[];
  /** To be given as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** What an object held at a revision. */
export interface ObjectVersion<Kind extends ObjectKind = ObjectKind> {
  readonly revision: number;
  readonly alias?: string;
  readonly data: Documents[Kind];
  readonly writtenMs: number;
}

export interface VersionQuery<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  readonly id: string;
  /** Only earlier revisions than this. */
  readonly before?: number;
  readonly limit: number;
}

export interface VersionPage<Kind extends ObjectKind = ObjectKind> {
  /** Newest first. */
  readonly versions: readonly ObjectVersion<Kind>[];
  /** To be given as `before` for the next page; absent on the last. */
  readonly next?: number;
}

/** The objects of one organisation. Rejects with `GatewayError`: `not_found`, `conflict`, `precondition_failed`, `owned_by_file`. */
export interface ObjectRepository {
  create<Kind extends ObjectKind>(object: NewObject<Kind>): Promise<Created<Kind>>;
  get<Kind extends ObjectKind>(kind: Kind, id: string): Promise<StoredObject<Kind> | undefined>;
  list<Kind extends ObjectKind>(query: ObjectQuery<Kind>): Promise<ObjectPage<Kind>>;
  /** Of the kinds whose versions are kept; empty of others. */
  versions<Kind extends ObjectKind>(query: VersionQuery<Kind>): Promise<VersionPage<Kind>>;
  update<Kind extends ObjectKind>(change: ObjectChange<Kind>): Promise<StoredObject<Kind>>;
  /** Refused with `conflict` while other objects name it. A key stops to work at once. */
  remove(kind: ObjectKind, id: string, expectedRevision?: number): Promise<void>;
  /** Another secret for a key; the former ones go on to work until `graceUntilMs`. */
  addHash(rotation: KeyRotation): Promise<StoredObject<'key'>>;
}

export interface KeyRotation {
  readonly id: string;
  readonly hash: string;
  /** What may be shown of the new key. */
  readonly shown: string;
  readonly graceUntilMs: number;
  readonly expectedRevision?: number;
}

/** Where objects are kept. */
export interface AdminStore {
  of(orgId: string): ObjectRepository;
  /** Every organisation, by id. For the master key. */
  organisations(query: { readonly after?: string; readonly limit: number }): Promise<ObjectPage<'organisation'>>;
  /** Where a key with this keyed hash is: for skins that name keys by it. */
  findHash(hash: string): Promise<StoredObject<'key'> | undefined>;
}
