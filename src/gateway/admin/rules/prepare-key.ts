import type { KeyDocument } from '../../../core/access/documents.ts';
import type { ObjectRepository } from '../../../ports/admin-store.ts';
import { invalid } from '../invalid-object.ts';

const spanMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `30d` and the like, in milliseconds. The contract has checked the form. */
export const spanOf = (text: string): number => Number(text.slice(0, -1)) * (spanMs[text.slice(-1)] ?? Number.NaN);

/** As the contract has read them; `null` in a change takes one away. */
interface Expiring {
  readonly expires_at?: unknown;
  readonly expires_in?: unknown;
}

/** A key's document with its time span turned into a time. Throws when that lies in the past, or when both are given. */
export const withExpiry = <Data extends Expiring>(wanted: Data, nowMs: number): Omit<Data, 'expires_in'> => {
  const { expires_in: span, ...data } = wanted;
  if (typeof span === 'string' && typeof wanted.expires_at === 'string')
    throw invalid('expires_in', 'stands beside expires_at; give one of them');
  const expires = typeof span === 'string' ? new Date(nowMs + spanOf(span)).toISOString() : wanted.expires_at;
  if (typeof expires !== 'string') return data;
  if (Date.parse(expires) <= nowMs)
    throw invalid(typeof span === 'string' ? 'expires_in' : 'expires_at', 'lies in the past; give a time to come');
  return { ...data, expires_at: expires };
};

/** What a key says must fit together: an admin of a team has one, and a project lies in the key's team. */
export const checkOwners = async (key: KeyDocument, objects: ObjectRepository): Promise<void> => {
  if (key.admin?.of === 'team' && key.team_id === undefined)
    throw invalid('team_id', 'is missing; a key that looks after a team names it');
  if (key.project_id === undefined || key.team_id === undefined) return;
  const project = await objects.get('project', key.project_id);
  const owner = project?.data.team_id;
  if (owner !== undefined && owner !== key.team_id)
    throw invalid('project_id', `"${key.project_id}" belongs to the team "${owner}"; name that team, or none`);
};
