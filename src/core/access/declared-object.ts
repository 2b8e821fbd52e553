import type { Documents } from './documents.ts';
import type { ObjectKind } from './object-kind.ts';

/** Kinds that the config file may declare, each behind those it may name. */
export const declaredKinds = [
  'organisation',
  'budget',
  'access-group',
  'user',
  'team',
  'project',
  'customer',
  'tag',
  'key',
] as const satisfies readonly ObjectKind[];

export type DeclaredKind = (typeof declaredKinds)[number];

/** An object that stands in the config file, and is changed there only. */
export interface DeclaredObject<Kind extends DeclaredKind = DeclaredKind> {
  readonly orgId: string;
  readonly kind: Kind;
  readonly id: string;
  readonly alias?: string;
  readonly data: Documents[Kind];
  /** Of keys: the secret, or its SHA-256 in hexadecimal. */
  readonly secret?: { readonly key: string } | { readonly sha256: string };
}
