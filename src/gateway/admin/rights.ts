import type { Documents, KeyDocument, TeamDocument } from '../../core/access/documents.ts';
import type { ObjectKind } from '../../core/access/object-kind.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Identity } from '../../ports/key-ring.ts';

/** Something done to an object of an organisation. `data`: before a change, after it, or what is read. */
export interface Deed {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly action: 'read' | 'write';
  readonly data: Documents[ObjectKind];
}

/** The organisation an identity acts in: its own, and any for the master key. Throws `not_allowed`. */
export const organisationFor = (identity: Identity, asked: string | undefined): string => {
  if (identity.role === 'member')
    throw refused(`The key "${identity.label}" is for calls. Use the master key or an admin key here.`);
  if (asked === undefined || asked === identity.orgId) return identity.orgId;
  if (identity.role === 'master') return asked;
  throw refused(`The key "${identity.label}" belongs to another organisation.`);
};

/** Throws `not_allowed` unless the identity may do it. Everything that is not allowed here is refused. */
export const authorize = (identity: Identity, deed: Deed): void => {
  if (identity.role === 'master') return;
  const { grant, label, orgId } = identity;
  if (identity.role !== 'admin' || grant === undefined)
    throw refused(`The key "${label}" is for calls. Use the master key or an admin key here.`);
  if (deed.orgId !== orgId) throw refused(`The key "${label}" belongs to another organisation.`);
  if (deed.action === 'write' && grant.access !== 'write') throw refused(`The key "${label}" may only read.`);
  if (grant.of === 'organisation') {
    // Its own bounds are not its own to move.
    if (deed.kind === 'organisation' && deed.action === 'write')
      throw refused(`The key "${label}" may not change its organisation.`);
    // A model says where calls go, and may name the machine's own variables.
    if (deed.kind === 'deployment' && deed.action === 'write')
      throw refused(`The key "${label}" may not set up models; the master key may.`);
    return;
  }
  if (!inTeam(grant.teamId, deed)) throw refused(`The key "${label}" may look after its own team only.`);
};

/** A team's admin reads the team and what hangs on it, and writes its keys and projects. */
const inTeam = (teamId: string | undefined, { kind, id, action, data }: Deed): boolean => {
  if (teamId === undefined) return false;
  switch (kind) {
    case 'team':
      return id === teamId && action === 'read';
    case 'key':
    case 'project':
      return (data as Documents['key' | 'project']).team_id === teamId;
    case 'budget':
    case 'access-group':
    case 'config':
    case 'preset':
      return action === 'read';
    case 'organisation':
    case 'user':
    case 'customer':
    case 'tag':
    case 'credential':
    case 'deployment':
      return false;
  }
};

/** Narrows a list to what the identity may read. */
export const visibleTeam = ({ grant }: Identity): string | undefined =>
  grant?.of === 'team' ? (grant.teamId ?? '') : undefined;

/**
 * A key must not be given more than who gives it has: an admin of a team makes none of the organisation, and a user's budget is spent by members of the team
 * only. Throws `not_allowed`.
 */
export const authorizeGrant = (identity: Identity, key: KeyDocument, team: TeamDocument | undefined): void => {
  const { grant } = identity;
  refuseStronger(identity, key);
  if (grant?.of !== 'team') return;
  if (key.user_id !== undefined && team?.members?.some(({ user_id }) => user_id === key.user_id) !== true)
    throw refused(`user_id: "${key.user_id}" is no member of the team.`);
};

/** Who could change a key that may more than their own could take it over. Throws `not_allowed`. */
export const refuseStronger = ({ grant, label }: Identity, key: KeyDocument): void => {
  if (grant?.of === 'team' && key.admin?.of === 'organisation')
    throw refused(`The key "${label}" looks after a team, and has no say over keys of the organisation's admins.`);
};

const refused = (message: string): GatewayError => new GatewayError('not_allowed', message);
