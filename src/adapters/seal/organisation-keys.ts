import type { CredentialDocument } from '../../core/access/documents.ts';
import type { DirectoryChange, DirectorySource } from '../../ports/access/directory-source.ts';
import type { OrganisationCredential, OrganisationKeys } from '../../ports/access/organisation-keys.ts';
import type { SecretSeal } from '../../ports/access/secret-seal.ts';
import { type ObjectDirectoryChange, writtenIn } from './written-in.ts';

/** The provider keys that organisations brought, opened, in memory. */
export class OpenedOrganisationKeys implements OrganisationKeys {
  readonly #seal: SecretSeal;
  /** By organisation, then by credential. */
  readonly #open = new Map<string, Map<string, OrganisationCredential>>();
  readonly #byProvider = new Map<string, ReadonlyMap<string, string>>();
  readonly #byName = new Map<string, ReadonlyMap<string, OrganisationCredential>>();

  private constructor(seal: SecretSeal) {
    this.#seal = seal;
  }

  /** Rejects when something that is kept cannot be opened. */
  static async open(source: DirectorySource, seal: SecretSeal): Promise<OpenedOrganisationKeys> {
    const keys = new OpenedOrganisationKeys(seal);
    for (const change of writtenIn(await source.snapshot('credential'), 'credential')) keys.#take(change);
    source.follow((change) => keys.#follow(change));
    return keys;
  }

  of(orgId: string): ReadonlyMap<string, string> | undefined {
    return this.#byProvider.get(orgId);
  }

  named(orgId: string): ReadonlyMap<string, OrganisationCredential> {
    return this.#byName.get(orgId) ?? none;
  }

  #follow(change: DirectoryChange): void {
    if (change.kind !== 'everything') {
      this.#take(change);
      return;
    }
    for (const map of [this.#open, this.#byProvider, this.#byName]) map.clear();
    for (const written of writtenIn(change.snapshot, 'credential')) this.#take(written);
  }

  #take(change: ObjectDirectoryChange): void {
    const { orgId, kind, id } = change.object;
    if (kind !== 'credential') return;
    const open = this.#open.get(orgId) ?? new Map<string, OrganisationCredential>();
    this.#open.set(orgId, open);
    open.delete(id);
    if (change.kind === 'written') {
      const { alias } = change.object;
      const { provider, blocked, only_named: onlyNamed } = JSON.parse(change.object.data) as CredentialDocument;
      const field = change.sealed.find((one) => one.field === 'api_key');
      if (field !== undefined && blocked !== true)
        open.set(id, {
          id,
          ...(alias === undefined ? {} : { alias }),
          provider,
          onlyNamed: onlyNamed === true,
          apiKey: this.#seal.open({ orgId, kind, id, field: field.field }, field),
        });
    }
    this.#group(orgId, open);
  }

  /** Of several for one provider the first by id is used. */
  #group(orgId: string, open: ReadonlyMap<string, OrganisationCredential>): void {
    const sorted = [...open].toSorted(([one], [other]) => (one < other ? 1 : -1));
    const aliased = sorted.flatMap(([, one]) => (one.alias === undefined ? [] : [[one.alias, one] as const]));
    this.#byName.set(orgId, new Map([...aliased, ...sorted]));
    const general = sorted.filter(([, { onlyNamed }]) => !onlyNamed);
    if (sorted.length === 0) this.#byProvider.delete(orgId);
    else this.#byProvider.set(orgId, new Map(general.map(([, { provider, apiKey }]) => [provider, apiKey])));
  }
}

const none: ReadonlyMap<string, OrganisationCredential> = new Map();
