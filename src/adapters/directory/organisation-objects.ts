import type { Documents } from '../../core/access/documents.ts';
import { type ObjectKind, objectKinds } from '../../core/access/object-kind.ts';
import type { DirectoryObject } from '../../ports/access/directory-source.ts';
import type { KeyIdentity } from './key-identity.ts';
import type { ScopeParts } from './scope-parts.ts';

/** What one organisation has, and what was worked out from it. Nothing here is ever asked of another organisation. */
export class OrganisationObjects {
  readonly orgId: string;
  readonly #byKind: Readonly<Record<ObjectKind, Map<string, DirectoryObject>>>;
  /** Access groups and budgets by their alias too. */
  readonly #groupIds = new Map<string, string>();
  /** Of each key, to take them away. */
  readonly hashes = new Map<string, readonly string[]>();
  readonly identities = new Map<string, KeyIdentity>();
  /** Of customers and tags. */
  readonly named = new Map<string, ScopeParts>();

  constructor(orgId: string) {
    this.orgId = orgId;
    this.#byKind = Object.fromEntries(
      objectKinds.map((kind) => [kind, new Map<string, DirectoryObject>()]),
    ) as unknown as Readonly<Record<ObjectKind, Map<string, DirectoryObject>>>;
  }

  document<Kind extends ObjectKind>(kind: Kind, id: string): Documents[Kind] | undefined {
    const object = this.#byKind[kind].get(id);
    return object === undefined ? undefined : (JSON.parse(object.data) as Documents[Kind]);
  }

  alias(kind: ObjectKind, id: string): string | undefined {
    return this.#byKind[kind].get(id)?.alias;
  }

  has(kind: ObjectKind, id: string): boolean {
    return this.#byKind[kind].has(id);
  }

  /** The access group of that id or alias. */
  group(name: string): Documents['access-group'] | undefined {
    return this.document('access-group', this.has('access-group', name) ? name : (this.#groupIds.get(name) ?? name));
  }

  put(object: DirectoryObject): void {
    const { kind, id, alias } = object;
    this.#forgetAlias(kind, id);
    this.#byKind[kind].set(id, object);
    if (kind === 'access-group' && alias !== undefined) this.#groupIds.set(alias, id);
    this.#forget(kind, id);
  }

  remove(kind: ObjectKind, id: string): void {
    this.#forgetAlias(kind, id);
    this.#byKind[kind].delete(id);
    this.#forget(kind, id);
  }

  #forgetAlias(kind: ObjectKind, id: string): void {
    const alias = kind === 'access-group' ? this.alias(kind, id) : undefined;
    if (alias !== undefined) this.#groupIds.delete(alias);
  }

  /** What was worked out with an object is worked out again when it is next asked for. */
  #forget(kind: ObjectKind, id: string): void {
    if (kind === 'key') this.identities.delete(id);
    else if (kind === 'customer') this.named.delete(`customer:${id}`);
    else {
      this.identities.clear();
      this.named.clear();
    }
  }
}
