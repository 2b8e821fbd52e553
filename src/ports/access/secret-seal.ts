import type { ObjectKind } from '../../core/access/object-kind.ts';

/** Where a secret stands. It opens nowhere else: a row that is put in another's place stays shut. */
export interface SealPlace {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly field: string;
}

/** A secret as it is kept. */
export interface SealedField {
  readonly field: string;
  /** The organisation's data key it was sealed with. */
  readonly keyId: string;
  readonly sealed: string;
}

export interface SecretSeal {
  seal(place: SealPlace, secret: string): Promise<SealedField>;
  /** Throws when it was changed, or belongs elsewhere. */
  open(place: SealPlace, sealed: SealedField): string;
}

/** A data key as it is kept: wrapped by the encryption key of that id. */
export interface WrappedKey {
  readonly orgId: string;
  readonly keyId: string;
  readonly wrapped: string;
  readonly wrappedBy: string;
}

/** Where data keys are kept. */
export interface DataKeys {
  all(): Promise<readonly WrappedKey[]>;
  add(key: WrappedKey): Promise<void>;
  /** Where other nodes make data keys too: calls for each of them, before anything that is sealed with it is told. */
  follow?(added: (key: WrappedKey) => void): void;
  /** Puts all of them in the place of the former ones, or none. */
  replace(keys: readonly WrappedKey[]): Promise<void>;
}
