import type { BudgetDocument, KeyDocument } from '../../../../core/access/documents.ts';
import {
  isNumber,
  isObject,
  isString,
  type Json,
  type JsonDraft,
  type JsonObject,
} from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { usdAsked } from '../../usd-asked.ts';
import { limitOf } from './key-spend.ts';

/** Members this face keeps of a key that Sluice itself has no use for. */
export const faceExtras = ({ extras }: KeyDocument): JsonObject => {
  const kept = extras?.['openrouter'];
  return isObject(kept) ? kept : {};
};

const windows: Readonly<Record<string, BudgetDocument['window']>> = { daily: 'day', weekly: 'week', monthly: 'month' };

const creationFields = [
  'name',
  'limit',
  'limit_reset',
  'include_byok_in_limit',
  'expires_at',
  'creator_user_id',
  'workspace_id',
] as const;
const changeFields = ['name', 'disabled', 'limit', 'limit_reset', 'include_byok_in_limit'] as const;

const refuseUnknown = (body: JsonObject, known: readonly string[]): void => {
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw invalid(unknown[0] ?? '', `is no member of a key here; known: ${known.join(', ')}`);
};

const nameOf = ({ name }: JsonObject): string => {
  if (isString(name) && name !== '' && name.length <= 200) return name;
  throw invalid('name', 'must be text of 1 to 200 characters');
};

/** What was asked of a new key, in the words of the native contract. */
export const newKey = (body: JsonObject, hash: string): JsonObject => {
  refuseUnknown(body, creationFields);
  const name = nameOf(body);
  const creator = textOr(body, 'creator_user_id');
  textOr(body, 'workspace_id');
  const limits = budgetsOf(body, []);
  const expires = expiryOf(body['expires_at']);
  return {
    description: name,
    extras: { openrouter: { name, hash, ...(creator === undefined ? {} : { creator_user_id: creator }) } },
    ...(limits.length === 0 ? {} : { budgets: limits as unknown as Json }),
    ...(expires === undefined ? {} : { expires_at: expires }),
  };
};

/** What was asked to be changed of a key. */
export const changedKey = (body: JsonObject, former: KeyDocument): JsonObject => {
  refuseUnknown(body, changeFields);
  const wanted: JsonDraft = {};
  if (body['name'] !== undefined) {
    const name = nameOf(body);
    wanted['description'] = name;
    wanted['extras'] = { ...former.extras, openrouter: { ...faceExtras(former), name } };
  }
  const { disabled } = body;
  if (disabled !== undefined) {
    if (typeof disabled !== 'boolean') throw invalid('disabled', 'must be true or false');
    wanted['blocked'] = disabled ? true : null;
  }
  if (body['limit'] !== undefined || body['limit_reset'] !== undefined) {
    const budgets = budgetsOf(body, former.budgets ?? []);
    wanted['budgets'] = budgets.length === 0 ? null : (budgets as unknown as Json);
  }
  return wanted;
};

const textOr = (body: JsonObject, name: string): string | undefined => {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (isString(value) && value.length <= 200) return value;
  throw invalid(name, 'must be text of 200 characters at most');
};

const expiryOf = (value: Json | undefined): string | undefined => {
  if (value === undefined || value === null) return undefined;
  const ms = isString(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid('expires_at', 'must be a time such as "2030-01-31T12:00:00Z"');
  return new Date(ms).toISOString();
};

/** The budgets with the limit in its place; those that are none of this face's stay. */
const budgetsOf = (body: JsonObject, former: readonly BudgetDocument[]): readonly BudgetDocument[] => {
  const own = limitOf({ budgets: former, shown: '' });
  const rest = former.filter((one) => one !== own);
  const limit = body['limit'] === undefined ? own?.limit_usd : usdOf(body['limit']);
  if (limit === undefined) return rest;
  const window = body['limit_reset'] === undefined ? (own?.window ?? 'lifetime') : windowOf(body['limit_reset']);
  return [{ ...own, limit_usd: limit, window }, ...rest];
};

const usdOf = (value: Json | undefined): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (!isNumber(value)) throw invalid('limit', 'must be dollars, as a number, or null');
  return usdAsked(value, 'limit');
};

const windowOf = (value: Json | undefined): BudgetDocument['window'] => {
  if (value === null || value === undefined) return 'lifetime';
  const window = isString(value) ? windows[value] : undefined;
  if (window === undefined) throw invalid('limit_reset', 'must be "daily", "weekly", "monthly" or null');
  return window;
};

/** A key as this face shows it, without what it has spent. */
export const keyView = ({ data, alias, id, orgId, createdMs, updatedMs }: StoredObject<'key'>): JsonObject => {
  const { name, hash, creator_user_id: creator = null } = faceExtras(data);
  const token = isObject(data.extras?.['litellm']) ? data.extras['litellm']['token'] : undefined;
  return {
    hash: hash ?? token ?? id,
    name: name ?? alias ?? data.description ?? data.shown,
    label: labelOf(data),
    disabled: data.blocked ?? false,
    created_at: new Date(createdMs).toISOString(),
    updated_at: new Date(updatedMs).toISOString(),
    expires_at: data.expires_at ?? null,
    creator_user_id: creator ?? data.user_id ?? null,
    external_user: null,
    workspace_id: data.project_id ?? data.team_id ?? orgId,
  };
};

export const labelOf = ({ shown }: KeyDocument): string => shown.replace('…', '...');
