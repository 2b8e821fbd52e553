import { randomBytes } from 'node:crypto';
import type { DataKeys, SealedField, SealPlace, SecretSeal, WrappedKey } from '../../ports/access/secret-seal.ts';
import { type EncryptionKey, openBytes, sealBytes } from './aes-seal.ts';

/** Seals the secrets of each organisation with a data key of its own. */
export class OrganisationSeal implements SecretSeal {
  readonly #master: EncryptionKey;
  readonly #kept: DataKeys;
  /** Data keys by organisation and key id; the last of an organisation seals. */
  readonly #keys = new Map<string, Map<string, Uint8Array>>();
  readonly #making = new Map<string, Promise<void>>();

  private constructor(master: EncryptionKey, kept: DataKeys) {
    this.#master = master;
    this.#kept = kept;
  }

  /** Rejects when a data key was wrapped by another encryption key, before anything is served with half of the credentials. */
  static async open(master: EncryptionKey, kept: DataKeys): Promise<OrganisationSeal> {
    const seal = new OrganisationSeal(master, kept);
    kept.follow?.((key) => seal.#learn(key));
    for (const key of await kept.all()) seal.#learn(key);
    return seal;
  }

  /** Wraps every data key by another encryption key. Nothing that was sealed changes. */
  static async rewrap(from: EncryptionKey, to: EncryptionKey, kept: DataKeys): Promise<number> {
    const keys = await kept.all();
    await kept.replace(keys.map((key) => wrap(to, key, unwrap(from, key))));
    return keys.length;
  }

  async seal(place: SealPlace, secret: string): Promise<SealedField> {
    const [keyId, key] = await this.#newest(place.orgId);
    return { field: place.field, keyId, sealed: sealBytes(key, placeText(place, keyId), Buffer.from(secret)) };
  }

  open(place: SealPlace, { keyId, sealed }: SealedField): string {
    const key = this.#keys.get(place.orgId)?.get(keyId);
    if (key === undefined) throw new Error(`The data key ${keyId} of the organisation ${place.orgId} is missing.`);
    return Buffer.from(openBytes(key, placeText(place, keyId), sealed)).toString();
  }

  async #newest(orgId: string): Promise<readonly [string, Uint8Array]> {
    const known = [...(this.#keys.get(orgId) ?? [])].at(-1);
    if (known !== undefined) return known;
    const making = this.#making.get(orgId) ?? this.#make(orgId);
    this.#making.set(orgId, making);
    await making.finally(() => this.#making.delete(orgId));
    return this.#newest(orgId);
  }

  async #make(orgId: string): Promise<void> {
    const key = randomBytes(32);
    const keyId = randomBytes(8).toString('hex');
    await this.#kept.add(wrap(this.#master, { orgId, keyId }, key));
    this.#keep(orgId, keyId, key);
  }

  /** A data key that is known stays as it is: a node hears of its own too. */
  #learn(key: WrappedKey): void {
    if (this.#keys.get(key.orgId)?.has(key.keyId) === true) return;
    this.#keep(key.orgId, key.keyId, unwrap(this.#master, key));
  }

  #keep(orgId: string, keyId: string, key: Uint8Array): void {
    const keys = this.#keys.get(orgId) ?? new Map<string, Uint8Array>();
    keys.set(keyId, key);
    this.#keys.set(orgId, keys);
  }
}

type KeyName = Pick<WrappedKey, 'orgId' | 'keyId'>;

const wrap = (master: EncryptionKey, { orgId, keyId }: KeyName, key: Uint8Array): WrappedKey => ({
  orgId,
  keyId,
  wrapped: sealBytes(master.bytes, keyPlace({ orgId, keyId }), key),
  wrappedBy: master.id,
});

const unwrap = (master: EncryptionKey, key: WrappedKey): Uint8Array => {
  if (key.wrappedBy !== master.id)
    throw new Error(
      `The provider credentials are sealed with another encryption key (${key.wrappedBy}) than the one given (${master.id}). Set SLUICE_ENCRYPTION_KEY to the former one, or change keys with \`sluice encryption-key\`.`,
    );
  try {
    return openBytes(master.bytes, keyPlace(key), key.wrapped);
  } catch {
    throw new Error(`The data key ${key.keyId} of the organisation ${key.orgId} is damaged. Restore a backup.`);
  }
};

const keyPlace = ({ orgId, keyId }: KeyName): string => JSON.stringify(['data-key', orgId, keyId]);
const placeText = ({ orgId, kind, id, field }: SealPlace, keyId: string): string =>
  JSON.stringify([orgId, kind, id, field, keyId]);
