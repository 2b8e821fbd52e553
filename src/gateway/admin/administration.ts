import type { WantedChange, WantedObject } from '../../contract/objects/read-object.ts';
import { type Read, readChange, readCreation } from '../../contract/objects/read-object.ts';
import { readTopUp } from '../../contract/objects/top-up-schema.ts';
import type { ConfigDocument, Documents, KeyDocument } from '../../core/access/documents.ts';
import { kindNames, type ObjectKind } from '../../core/access/object-kind.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Budget } from '../../core/ledger/budget.ts';
import type { CreditsNow } from '../../core/ledger/credits.ts';
import type { KeyMint } from '../../ports/access/key-mint.ts';
import type { SealedField, SecretSeal } from '../../ports/access/secret-seal.ts';
import type {
  AdminStore,
  NewObject,
  ObjectPage,
  ObjectQuery,
  ObjectRepository,
  StoredObject,
  VersionPage,
  VersionQuery,
} from '../../ports/admin-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Identity } from '../../ports/key-ring.ts';
import { addCredit, type CreditKind, creditOf, creditsView } from './credits/credits.ts';
import { InvalidObject } from './invalid-object.ts';
import { authorize, authorizeGrant, organisationFor, refuseStronger, visibleTeam } from './rights.ts';
import { checkConfig } from './rules/check-config.ts';
import { refuseLoweredBelowSpend, type Spent } from './rules/lowered-budgets.ts';
import { checkOwners, spanOf, withExpiry } from './rules/prepare-key.ts';
import { type SealedCredential, sealCredential } from './rules/seal-credential.ts';
import { sealDeployment } from './rules/seal-deployment.ts';
import { refuseBeyondGrantor } from './rules/within-grantor.ts';

export interface AdministrationParts {
  readonly store: AdminStore;
  readonly mint: KeyMint;
  readonly ids: Ids;
  readonly clock: Clock;
  /** What is spent of a budget now. */
  readonly spent: Spent;
  readonly seal: SecretSeal;
  /** How the credits of a budget with grants stand. */
  credits(budget: Budget): CreditsNow;
  /** Whether there is a provider of this id that is called with a key. */
  usableProvider(id: string): boolean;
}

/** Who acts, and in which organisation; their own without one. */
export interface Acting {
  readonly identity: Identity;
  readonly orgId?: string | undefined;
}

export interface Creating {
  /** The client's Idempotency-Key. */
  readonly idempotencyKey?: string | undefined;
  /** A key whose secret comes from elsewhere: the key itself, or the hexadecimal SHA-256 of one. */
  readonly secret?: { readonly key: string } | { readonly sha256: string; readonly shown: string };
}

export interface CreatedObject<Kind extends ObjectKind = ObjectKind> {
  readonly object: StoredObject<Kind>;
  /** The secret of a key, shown this once. */
  readonly key?: string;
  readonly repeated: boolean;
}

/**
 * Everything an administrator may do, whatever face it is asked through: reads what is wanted, checks rights and references, and has it kept. Rejects with
 * `GatewayError`: `invalid_request` (an `InvalidObject` that lists the fields), `not_allowed`, `not_found`, `conflict`, `owned_by_file`,
 * `precondition_failed`.
 */
export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  async create<Kind extends ObjectKind>(
    acting: Acting,
    kind: Kind,
    given: { readonly input: unknown } & Creating,
  ): Promise<CreatedObject<Kind>> {
    const { identity } = acting;
    const wanted = readOf(readCreation(kind, given.input));
    const id = wanted.id ?? `${kindNames[kind].prefix}${this.#parts.ids.next()}`;
    const orgId = kind === 'organisation' ? id : organisationFor(identity, acting.orgId);
    const objects = this.#parts.store.of(orgId);
    const minted = kind === 'key' ? this.#secretOf(given) : undefined;
    const { sealed, ...sealedWanted } = await this.#sealed(kind, wanted, { orgId, id });
    const data = await this.#prepare(acting, { kind, id, orgId, wanted: sealedWanted, shown: minted?.shown });
    const object: NewObject<Kind> = {
      kind,
      id,
      ...(wanted.alias === undefined ? {} : { alias: wanted.alias }),
      data,
      sealed,
      ...(minted === undefined ? {} : { hash: minted.hash }),
      ...(given.idempotencyKey === undefined
        ? {}
        : { idempotency: this.#idempotency(given.idempotencyKey, [kind, given.input], minted?.seed) }),
    };
    const created = await objects.create(object);
    const key = created.repeated ? this.#keyAgain(created.seed) : minted?.key;
    return { object: created.object, repeated: created.repeated, ...(key === undefined ? {} : { key }) };
  }

  async get<Kind extends ObjectKind>(acting: Acting, kind: Kind, id: string): Promise<StoredObject<Kind>> {
    const orgId = this.#home(acting, kind, id);
    const object = await this.#parts.store.of(orgId).get(kind, id);
    const data = object?.data ?? ({} as Documents[Kind]);
    authorize(acting.identity, { orgId, kind, id, action: 'read', data });
    if (object === undefined) throw new GatewayError('not_found', `There is no ${kind} "${id.slice(0, 200)}".`);
    return object;
  }

  list<Kind extends ObjectKind>(acting: Acting, query: ObjectQuery<Kind>): Promise<ObjectPage<Kind>> {
    const { identity } = acting;
    const orgId = organisationFor(identity, acting.orgId);
    const teamId = visibleTeam(identity);
    if (query.kind === 'organisation') return this.#organisations(acting, query) as Promise<ObjectPage<Kind>>;
    const ofTeam = teamId !== undefined && (query.kind === 'key' || query.kind === 'project');
    const names = ofTeam ? { ...query.names, team: teamId } : query.names;
    authorize(identity, {
      orgId,
      kind: query.kind,
      id: teamId ?? '',
      action: 'read',
      data: { team_id: teamId } as Documents[Kind],
    });
    if (query.kind === 'team' && teamId !== undefined)
      return this.#onlyTeam(orgId, teamId) as Promise<ObjectPage<Kind>>;
    return this.#parts.store.of(orgId).list({ ...query, ...(names === undefined ? {} : { names }) });
  }

  /** What an object held before. Readable as long as the object is. */
  async versions<Kind extends ObjectKind>(
    acting: Acting,
    kind: Kind,
    asked: Omit<VersionQuery, 'kind'>,
  ): Promise<VersionPage<Kind>> {
    const { orgId } = await this.get(acting, kind, asked.id);
    return this.#parts.store.of(orgId).versions({ ...asked, kind });
  }

  async update<Kind extends ObjectKind>(
    acting: Acting,
    kind: Kind,
    change: { readonly id: string; readonly input: unknown; readonly expectedRevision?: number | undefined },
  ): Promise<StoredObject<Kind>> {
    const { id, expectedRevision } = change;
    const wanted = readOf(readChange(kind, change.input));
    const before = await this.#writable(acting, kind, id);
    const { data: members, sealed } = await this.#sealedData(kind, wanted.members, before);
    const data = merged(before, { members }, this.#parts.clock.wallMs());
    await this.#checkChange(acting, before, data);
    return this.#parts.store.of(before.orgId).update({
      kind,
      id,
      data,
      sealed,
      ...(wanted.alias === undefined ? {} : { alias: wanted.alias }),
      // Without If-Match the change is made to what was read, never to what somebody else wrote meanwhile.
      expectedRevision: expectedRevision ?? before.revision,
    });
  }

  async remove(
    acting: Acting,
    kind: ObjectKind,
    at: { readonly id: string; readonly expectedRevision?: number | undefined },
  ): Promise<void> {
    const { orgId } = await this.#writable(acting, kind, at.id);
    await this.#parts.store.of(orgId).remove(kind, at.id, at.expectedRevision);
  }

  /** Another secret for a key. `grace`: for how long the former one goes on, such as `24h`; `0s` ends it at once. */
  async rotate(
    acting: Acting,
    rotation: {
      readonly id: string;
      readonly grace: string;
      readonly expectedRevision?: number | undefined;
    } & Creating,
  ): Promise<CreatedObject<'key'>> {
    const { id, expectedRevision } = rotation;
    const before = await this.#writable(acting, 'key', id);
    await this.#refuseBeyond(acting, before.data);
    const minted = this.#secretOf(rotation);
    const object = await this.#parts.store.of(before.orgId).addHash({
      id,
      hash: minted.hash,
      shown: minted.shown,
      graceUntilMs: this.#parts.clock.wallMs() + spanOf(rotation.grace),
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    });
    return { object, repeated: false, ...(minted.key === undefined ? {} : { key: minted.key }) };
  }

  /** The key that asks, for faces that let it know about itself. */
  async self({ orgId, keyId, label }: Identity): Promise<StoredObject<'key'>> {
    const key = keyId === undefined ? undefined : await this.#parts.store.of(orgId).get('key', keyId);
    if (key === undefined) throw new GatewayError('not_found', `"${label}" is no key that is kept.`);
    return key;
  }

  /** The key with this secret or SHA-256, for faces that name keys by them. */
  async findKey(
    acting: Acting,
    by: { readonly key: string } | { readonly sha256: string },
  ): Promise<StoredObject<'key'>> {
    const { mint, store } = this.#parts;
    const found = await store.findHash('key' in by ? mint.hash(by.key) : mint.hashOfSha256(by.sha256));
    if (found === undefined) throw new GatewayError('not_found', 'There is no such key.');
    authorize(acting.identity, { orgId: found.orgId, kind: 'key', id: found.id, action: 'read', data: found.data });
    return found;
  }

  async credits(acting: Acting, kind: CreditKind, id: string): Promise<JsonObject> {
    return creditsView(await this.get(acting, kind, id), this.#parts.credits);
  }

  /** Adds credits; the same Idempotency-Key adds them once. */
  async topUp(
    acting: Acting,
    kind: CreditKind,
    given: { readonly id: string; readonly input: unknown } & Pick<Creating, 'idempotencyKey'>,
  ): Promise<{ readonly view: JsonObject; readonly repeated: boolean }> {
    const { clock, credits, ids, mint, store } = this.#parts;
    const wanted = readOf(readTopUp(given.input));
    const { orgId, id } = await this.#writable(acting, kind, given.id);
    const { idempotencyKey } = given;
    const name = idempotencyKey === undefined ? ids.next() : mint.hash(`top-up ${idempotencyKey}`).slice(0, 24);
    const credit = creditOf(wanted, { id: `cg_${name}`, actor: acting.identity.label, nowMs: clock.wallMs() });
    const added = await addCredit(store, { orgId, kind, id, credit });
    if (added.repeated && added.credit.usd !== credit.usd)
      throw new GatewayError('conflict', 'This Idempotency-Key was used for another top-up. Take a new one.', {
        param: 'idempotency-key',
      });
    return { view: creditsView(added.object, credits), repeated: added.repeated };
  }

  async #sealed<Kind extends ObjectKind>(
    kind: Kind,
    wanted: WantedObject<Kind>,
    at: { readonly orgId: string; readonly id: string },
  ): Promise<WantedObject<Kind> & { readonly sealed: readonly SealedField[] }> {
    const { data, sealed } = await this.#sealedData(kind, wanted.data, at);
    return { ...wanted, data, sealed };
  }

  #sealedData<Data extends object>(
    kind: ObjectKind,
    data: Data,
    { orgId, id }: { readonly orgId: string; readonly id: string },
  ): Promise<SealedCredential<Data>> {
    if (kind === 'credential') return sealCredential(data, { orgId, id }, this.#parts);
    if (kind === 'deployment') return sealDeployment(data, { orgId, id }, this.#parts.seal);
    return Promise.resolve({ data, sealed: [] });
  }

  #home({ identity, orgId }: Acting, kind: ObjectKind, id: string): string {
    return kind === 'organisation' ? organisationFor(identity, id) : organisationFor(identity, orgId);
  }

  /** The object, when this identity may change it as it is. */
  async #writable<Kind extends ObjectKind>(acting: Acting, kind: Kind, id: string): Promise<StoredObject<Kind>> {
    const object = await this.get(acting, kind, id);
    authorize(acting.identity, { orgId: object.orgId, kind, id, action: 'write', data: object.data });
    if (kind === 'key') refuseStronger(acting.identity, object.data as KeyDocument);
    return object;
  }

  async #prepare<Kind extends ObjectKind>(
    acting: Acting,
    making: {
      readonly kind: Kind;
      readonly id: string;
      readonly orgId: string;
      readonly wanted: WantedObject<Kind>;
      readonly shown: string | undefined;
    },
  ): Promise<Documents[Kind]> {
    const { kind, id, orgId, wanted, shown } = making;
    const { identity } = acting;
    if (kind === 'config') checkConfig((wanted.data as ConfigDocument).config);
    if (kind !== 'key') {
      authorize(identity, { orgId, kind, id, action: 'write', data: wanted.data });
      return wanted.data;
    }
    const key: KeyDocument = {
      ...withExpiry(wanted.data as KeyDocument, this.#parts.clock.wallMs()),
      shown: shown ?? '',
    };
    authorize(identity, { orgId, kind, id, action: 'write', data: key });
    await this.#checkKey(acting, orgId, key);
    return key as Documents[Kind];
  }

  async #checkChange<Kind extends ObjectKind>(
    acting: Acting,
    before: StoredObject<Kind>,
    data: Documents[Kind],
  ): Promise<void> {
    const { orgId, kind, id } = before;
    authorize(acting.identity, { orgId, kind, id, action: 'write', data });
    refuseLoweredBelowSpend(
      { home: orgId, scope: `${kind}:${id}` },
      { before: before.data as KeyDocument, after: data as KeyDocument },
      this.#parts.spent,
    );
    if (kind === 'config') checkConfig((data as ConfigDocument).config);
    if (kind === 'key') await this.#checkKey(acting, orgId, data as KeyDocument);
  }

  async #checkKey(acting: Acting, orgId: string, key: KeyDocument): Promise<void> {
    const objects: ObjectRepository = this.#parts.store.of(orgId);
    await checkOwners(key, objects);
    const team = key.team_id === undefined ? undefined : await objects.get('team', key.team_id);
    authorizeGrant(acting.identity, key, team?.data);
    await this.#refuseBeyond(acting, key);
  }

  async #refuseBeyond({ identity }: Acting, key: KeyDocument): Promise<void> {
    if (identity.keyId === undefined) return;
    const grantor = await this.#parts.store.of(identity.orgId).get('key', identity.keyId);
    if (grantor !== undefined) refuseBeyondGrantor(key, grantor.data);
  }

  #secretOf({ secret }: Creating): {
    readonly hash: string;
    readonly shown: string;
    readonly key?: string;
    readonly seed?: string;
  } {
    const { mint } = this.#parts;
    if (secret === undefined) return mint.mint();
    if ('sha256' in secret) return { hash: mint.hashOfSha256(secret.sha256), shown: secret.shown };
    return { hash: mint.hash(secret.key), shown: mint.shown(secret.key), key: secret.key };
  }

  #idempotency(key: string, asked: unknown, seed: string | undefined): NonNullable<NewObject['idempotency']> {
    const digest = this.#parts.mint.hash(JSON.stringify(asked));
    return { key, digest, ...(seed === undefined ? {} : { seed }) };
  }

  #keyAgain(seed: string | undefined): string | undefined {
    return seed === undefined ? undefined : this.#parts.mint.mint(seed).key;
  }

  async #organisations({ identity }: Acting, { after, limit }: ObjectQuery): Promise<ObjectPage<'organisation'>> {
    if (identity.role === 'master')
      return this.#parts.store.organisations({ limit, ...(after === undefined ? {} : { after }) });
    return { objects: [await this.get({ identity }, 'organisation', identity.orgId)] };
  }

  async #onlyTeam(orgId: string, teamId: string): Promise<ObjectPage<'team'>> {
    const team = await this.#parts.store.of(orgId).get('team', teamId);
    return { objects: team === undefined ? [] : [team] };
  }
}

const readOf = <Value>(read: Read<Value>): Value => {
  if ('problems' in read) throw new InvalidObject(read.problems);
  return read.value;
};

/** The document with the wanted members in it. */
const merged = <Kind extends ObjectKind>(
  before: StoredObject<Kind>,
  { members }: Pick<WantedChange, 'members'>,
  nowMs: number,
): Documents[Kind] => {
  const wanted = before.kind === 'key' ? withExpiry(members, nowMs) : members;
  const all = { ...before.data, ...wanted };
  const kept = Object.entries(all).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept) as unknown as Documents[Kind];
};
