import { usedKinds } from '../../core/access/object-kind.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type {
  DirectoryChange,
  DirectoryHash,
  DirectorySnapshot,
  DirectorySource,
} from '../../ports/access/directory-source.ts';
import type { KeyMint } from '../../ports/access/key-mint.ts';
import type { CallerNames, Identity, KeyRing } from '../../ports/key-ring.ts';
import { keyIdentity, namedParts, organisationParts } from './key-identity.ts';
import { OrganisationObjects } from './organisation-objects.ts';
import type { ScopeParts } from './scope-parts.ts';
import { keysUnavailable, UnknownKeys } from './unknown-keys.ts';

/** No key is longer: hashing more would be work for nothing. */
const longestKey = 512;
const home = 'default';
/** Hashes of keys in use that are kept, since a busy key asks for its own a thousand times a second. */
const mostKept = 5000;

export interface DirectoryParts {
  readonly source: DirectorySource;
  readonly keys: KeyMint;
  readonly masterKey: string;
  /** Milliseconds since 1970. */
  nowMs(): number;
}

/** Who may call, in memory: finding a caller is one keyed hash and one look-up, and a change holds from the moment it is made. */
export class Directory implements KeyRing {
  readonly #parts: DirectoryParts;
  readonly #masterHash: string;
  readonly #organisations = new Map<string, OrganisationObjects>();
  readonly #hashes = new Map<string, DirectoryHash>();
  /** By key, of callers that were found; whether a hash still lets anyone in is looked up each time. In memory only, as the requests' own headers are. */
  readonly #kept = new Map<string, string>();
  #master: Identity | undefined;
  readonly #isStale: (() => boolean) | undefined;
  /** Absent where nobody else makes keys. */
  readonly learn?: (keys: readonly string[]) => Promise<void>;

  private constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.#masterHash = parts.keys.hash(parts.masterKey);
    const { source, nowMs } = parts;
    this.#isStale = source.stale === undefined ? undefined : () => source.stale?.() === true;
    if (source.catchUp === undefined) return;
    const unknown = new UnknownKeys({ catchUp: () => source.catchUp?.() ?? Promise.resolve(), nowMs });
    this.learn = (keys) =>
      unknown.ask(keys.filter(({ length }) => length <= longestKey).map((key) => parts.keys.hash(key)));
  }

  /** Reads everything once, and follows changes from then on. */
  static async open(parts: DirectoryParts): Promise<Directory> {
    const directory = new Directory(parts);
    const early: DirectoryChange[] = [];
    let take = (change: DirectoryChange): void => {
      early.push(change);
    };
    parts.source.follow((change) => take(change));
    const { objects, hashes } = await parts.source.snapshot();
    directory.#fill({ objects, hashes });
    for (const change of early) directory.#take(change);
    take = (change) => directory.#take(change);
    return directory;
  }

  find(key: string): Identity | undefined {
    if (key.length > longestKey) return undefined;
    const hash = this.#kept.get(key) ?? this.#parts.keys.hash(key);
    const isMaster = hash === this.#masterHash;
    const known = isMaster ? undefined : this.#hashes.get(hash);
    if (isMaster || known !== undefined) this.#keep(key, hash);
    if (isMaster) return this.#masterIdentity();
    if (known === undefined) {
      if (this.#parts.source.readable()) return undefined;
      throw keysUnavailable();
    }
    if (this.#isStale?.() === true) throw keysUnavailable();
    return this.#usable(known);
  }

  naming(identity: Identity, { customer, tags = [] }: CallerNames): Identity {
    const organisation = this.#of(identity.orgId);
    const named = [
      ...(customer === undefined ? [] : [namedParts(organisation, 'customer', customer)]),
      ...new Set(tags),
    ]
      .map((one) => (typeof one === 'string' ? namedParts(organisation, 'tag', one) : one))
      .filter(({ scope }) => !identity.scopes.includes(scope));
    if (named.length === 0) return identity;
    const blocked = named.find((parts) => parts.blocked);
    if (blocked !== undefined) throw blockedScope(blocked.scope);
    return withParts(identity, named);
  }

  #keep(key: string, hash: string): void {
    if (this.#kept.has(key)) return;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(key, hash);
  }

  #usable({ orgId, keyId, expiresMs }: DirectoryHash): Identity | undefined {
    const organisation = this.#of(orgId);
    const known = organisation.identities.get(keyId) ?? keyIdentity(organisation, keyId);
    if (known === undefined) return undefined;
    organisation.identities.set(keyId, known);
    const nowMs = this.#parts.nowMs();
    const { label } = known.identity;
    if (known.blocked !== undefined) throw blockedScope(known.blocked, label);
    if (known.expiresMs !== undefined && known.expiresMs <= nowMs)
      throw new GatewayError('key_expired', `The key "${label}" has expired. Ask for a new one.`);
    if (expiresMs !== undefined && expiresMs <= nowMs)
      throw new GatewayError('key_expired', `The key "${label}" was replaced, and its time is over. Use the new one.`);
    return known.identity;
  }

  /** The master key acts in the first organisation, and what it calls counts there. */
  #masterIdentity(): Identity {
    if (this.#master !== undefined) return this.#master;
    const parts = organisationParts(this.#of(home));
    const plain: Identity = { orgId: home, label: 'master', role: 'master', scopes: [], budgets: [] };
    this.#master = withParts(plain, [parts]);
    return this.#master;
  }

  #of(orgId: string): OrganisationObjects {
    const known = this.#organisations.get(orgId);
    if (known !== undefined) return known;
    const made = new OrganisationObjects(orgId);
    this.#organisations.set(orgId, made);
    return made;
  }

  #fill({ objects, hashes }: Pick<DirectorySnapshot, 'objects' | 'hashes'>): void {
    for (const object of objects) if (!usedKinds.has(object.kind)) this.#of(object.orgId).put(object);
    for (const hash of hashes) this.#addHash(hash);
  }

  #take(change: DirectoryChange): void {
    if (change.kind === 'everything') {
      this.#organisations.clear();
      this.#hashes.clear();
      this.#master = undefined;
      this.#fill(change.snapshot);
      return;
    }
    const { orgId, kind, id } = change.object;
    // Others keep them in memory, and no identity is made of them.
    if (usedKinds.has(kind)) return;
    if (kind !== 'key') this.#master = undefined;
    if (kind === 'key') this.#dropHashes(orgId, id);
    if (change.kind === 'removed') {
      this.#of(orgId).remove(kind, id);
      return;
    }
    this.#of(orgId).put(change.object);
    for (const hash of change.hashes) this.#addHash(hash);
  }

  #addHash(hash: DirectoryHash): void {
    const { hashes } = this.#of(hash.orgId);
    const known = hashes.get(hash.keyId);
    this.#hashes.set(hash.hash, hash);
    hashes.set(hash.keyId, known === undefined ? [hash.hash] : [...known, hash.hash]);
  }

  #dropHashes(orgId: string, keyId: string): void {
    const { hashes } = this.#of(orgId);
    for (const hash of hashes.get(keyId) ?? []) this.#hashes.delete(hash);
    hashes.delete(keyId);
  }
}

const withParts = (identity: Identity, parts: readonly ScopeParts[]): Identity => {
  const limits = [...(identity.limits ?? []), ...parts.flatMap((part) => part.limits)];
  return {
    ...identity,
    scopes: [...identity.scopes, ...parts.map(({ scope }) => scope)],
    budgets: [...identity.budgets, ...parts.flatMap(({ budgets }) => budgets)],
    ...(limits.length === 0 ? {} : { limits }),
    ...(parts.some((part) => part.private) ? { private: true } : {}),
  };
};

const blockedScope = (scope: string, key?: string): GatewayError => {
  const colon = scope.indexOf(':');
  const [kind, id] = [scope.slice(0, colon), scope.slice(colon + 1)];
  const name = kind === 'key' ? (key ?? id) : id;
  const whose = key === undefined || kind === 'key' ? '' : ` of the key "${key}"`;
  const message = `The ${kind} "${name}"${whose} is blocked.`;
  return new GatewayError('not_allowed', message, kind === 'key' ? { blockedKey: true } : {});
};
