import { type AddressRange, readAddressRange } from '../../core/access/address-range.ts';
import type { KeyDocument } from '../../core/access/documents.ts';
import type { KeyPolicy } from '../../core/access/key-policy.ts';
import type { AdminGrant, Identity } from '../../ports/key-ring.ts';
import type { OrganisationObjects } from './organisation-objects.ts';
import { type ScopeParts, scopeParts, withGroups } from './scope-parts.ts';

/** A key's identity, and why it may not be used. */
export interface KeyIdentity {
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly expiresMs: number | undefined;
  /** What is blocked: the key or something it belongs to. */
  readonly blocked: string | undefined;
}

const owners = [
  ['team', 'team_id'],
  ['project', 'project_id'],
  ['user', 'user_id'],
] as const;

/** Works out what a key is charged to and what it may do. Undefined when there is no such key. */
export const keyIdentity = (organisation: OrganisationObjects, keyId: string): KeyIdentity | undefined => {
  const kept = organisation.document('key', keyId);
  if (kept === undefined) return undefined;
  const key = withTeam(organisation, kept);
  const scopes = scopesOf(organisation, keyId, key);
  const member = memberParts(organisation, key);
  const counted = member === undefined ? scopes : [...scopes, member];
  const tags = (key.tags ?? []).map((tag) => namedParts(organisation, 'tag', tag));
  const all = [...counted, ...tags];
  const blocked = [...scopes, ...tags].find((parts) => parts.blocked)?.scope;
  const policy = policyOf(organisation, key, scopes);
  const limits = all.flatMap((parts) => parts.limits);
  const identity: Identity = {
    orgId: organisation.orgId,
    label: organisation.alias('key', keyId) ?? keyId,
    keyId,
    role: key.admin === undefined ? 'member' : 'admin',
    scopes: [...scopes, ...tags].map(({ scope }) => scope),
    budgets: all.flatMap((parts) => parts.budgets),
    ...(limits.length === 0 ? {} : { limits }),
    ...(policy === undefined ? {} : { policy }),
    ...(all.some((parts) => parts.private) ? { private: true } : {}),
    ...(key.extras?.['litellm'] === undefined ? {} : { manners: 'litellm' as const }),
    ...(key.admin === undefined ? {} : { grant: grantOf(key, key.admin) }),
  };
  return {
    identity,
    expiresMs: key.expires_at === undefined ? undefined : Date.parse(key.expires_at),
    blocked,
  };
};

/** A project's team counts also when the key names only the project. */
const withTeam = (organisation: OrganisationObjects, key: KeyDocument): KeyDocument => {
  if (key.team_id !== undefined || key.project_id === undefined) return key;
  return { ...key, team_id: organisation.document('project', key.project_id)?.team_id };
};

/** Organisation, team, project, user, key. */
const scopesOf = (organisation: OrganisationObjects, keyId: string, key: KeyDocument): readonly ScopeParts[] => {
  const found = owners.flatMap(([kind, member]) => {
    const id = key[member];
    const document = id === undefined ? undefined : organisation.document(kind, id);
    return document === undefined ? [] : [scopeParts(organisation, `${kind}:${id}`, document)];
  });
  return [organisationParts(organisation), ...found, scopeParts(organisation, `key:${keyId}`, key)];
};

export const organisationParts = (organisation: OrganisationObjects): ScopeParts => {
  const { orgId } = organisation;
  return scopeParts(organisation, `organisation:${orgId}`, organisation.document('organisation', orgId) ?? {});
};

/** What a team grants to one of its members. */
const memberParts = (organisation: OrganisationObjects, key: KeyDocument): ScopeParts | undefined => {
  if (key.team_id === undefined || key.user_id === undefined) return undefined;
  const team = organisation.document('team', key.team_id);
  const member = team?.members?.find(({ user_id }) => user_id === key.user_id);
  return member === undefined
    ? undefined
    : scopeParts(organisation, `member:${key.team_id}/${key.user_id}`, {
        user_id: member.user_id,
        role: member.role,
        budgets: member.budgets,
        limits: member.limits,
      });
};

/** A customer or a tag; one nobody made is charged all the same. */
export const namedParts = (organisation: OrganisationObjects, kind: 'customer' | 'tag', id: string): ScopeParts => {
  const scope = `${kind}:${id}`;
  if (!organisation.has(kind, id)) return { scope, budgets: [], limits: [], blocked: false, private: false };
  const known = organisation.named.get(scope);
  if (known !== undefined) return known;
  const made = scopeParts(organisation, scope, organisation.document(kind, id) ?? {});
  organisation.named.set(scope, made);
  return made;
};

const policyOf = (
  organisation: OrganisationObjects,
  key: KeyDocument,
  scopes: readonly ScopeParts[],
): KeyPolicy | undefined => {
  const models = modelsOf(organisation, key, scopes);
  const team = key.team_id === undefined ? undefined : organisation.document('team', key.team_id);
  const aliases = { ...team?.model_aliases, ...key.model_aliases };
  const addresses = key.addresses?.map(readAddressRange).filter((range): range is AddressRange => range !== undefined);
  const policy: KeyPolicy = {
    ...(models.length === 0 ? {} : { models }),
    ...(Object.keys(aliases).length === 0 ? {} : { aliases }),
    ...(key.routes === undefined ? {} : { routes: key.routes }),
    ...(addresses === undefined ? {} : { addresses }),
    ...(key.defaults === undefined ? {} : { defaults: key.defaults }),
    ...(key.tags === undefined ? {} : { tags: key.tags }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
};

/** Lists of scopes, and the key's own with the groups it was given. */
const modelsOf = (
  organisation: OrganisationObjects,
  key: KeyDocument,
  scopes: readonly ScopeParts[],
): readonly (readonly string[])[] => {
  const groups = key.access_groups?.flatMap((id) => organisation.group(id)?.models ?? []);
  return scopes.flatMap(({ scope, models }) => {
    if (!scope.startsWith('key:') || groups === undefined) return models === undefined ? [] : [models];
    return [[...(models ?? []), ...withGroups(organisation, groups)]];
  });
};

const grantOf = (key: KeyDocument, { of, access }: NonNullable<KeyDocument['admin']>): AdminGrant => ({
  of,
  access,
  ...(key.team_id === undefined ? {} : { teamId: key.team_id }),
});
