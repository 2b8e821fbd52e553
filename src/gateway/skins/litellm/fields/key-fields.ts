import type { KeyDocument } from '../../../../core/access/documents.ts';
import { isArray, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import type { SkinCall } from '../skin-route.ts';
import { afterDuration } from './duration.ts';
import { heldView } from './held-fields.ts';
import {
  extrasOf,
  type FieldTable,
  keptOf,
  modelsView,
  scopeFields,
  scopeInput,
  tagsOf,
  timeView,
} from './object-fields.ts';

export const keyFields: FieldTable = {
  read: [
    ...scopeFields,
    ...['key', 'key_alias', 'key_type', 'duration', 'expires', 'user_id', 'team_id', 'project_id', 'tags', 'aliases'],
    ...['access_group_ids', 'allowed_routes', 'spend', 'grace_period', 'new_key', 'token', 'key_name'],
  ],
  kept: [
    ...[
      'config',
      'permissions',
      'allowed_passthrough_routes',
      'allowed_cache_controls',
      'allowed_vector_store_indexes',
    ],
    ...['enforced_params', 'guardrails', 'disable_global_guardrails', 'policies', 'prompts', 'object_permission'],
    ...['router_settings', 'auto_rotate', 'rotation_interval', 'send_invite_email', 'budget_fallbacks', 'agent_id'],
    ...['throttle_on_budget_exceeded', 'mcp_rpm_limit', 'tag_rpm_limit', 'tpm_limit_type', 'rpm_limit_type'],
    ...['soft_budget_cooldown', 'model_max_budget_alerts', 'new_master_key'],
  ],
};

const grants: Readonly<Record<string, 'read' | 'write' | null>> = {
  default: null,
  llm_api: null,
  management: 'write',
  read_only: 'read',
};

/** What a body of LiteLLM's wants of a key, in the words of the native contract. */
export const keyInput = (
  call: SkinCall,
  at: { readonly former?: KeyDocument; readonly nowMs: number; readonly extras?: JsonObject },
): JsonObject => {
  const { body } = call;
  const kept = { ...keptOf(body, keyFields, call.ignored), ...at.extras };
  refuseSpend(body);
  const members: Record<string, Json | undefined> = {
    ...scopeInput(call, kept, at.former),
    alias: body['key_alias'],
    expires_at: expiryOf(body, at.nowMs),
    user_id: body['user_id'],
    team_id: body['team_id'],
    project_id: body['project_id'],
    tags: tagsOf(body),
    model_aliases: body['aliases'],
    access_groups: body['access_group_ids'],
    routes: routesOf(body['allowed_routes']),
    admin: adminOf(body, at.former),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
};

const refuseSpend = ({ spend }: JsonObject): void => {
  if (spend !== undefined && spend !== null && spend !== 0)
    throw invalid('spend', 'comes from the ledger and cannot be set; leave it out, or send 0');
};

const expiryOf = ({ duration, expires }: JsonObject, nowMs: number): Json | undefined => {
  if (duration === null || duration === '-1') return null;
  if (duration !== undefined) return timeView(afterDuration(duration, 'duration', nowMs));
  if (expires === undefined || expires === null) return expires;
  const untilMs = typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
  if (Number.isNaN(untilMs)) throw invalid('expires', 'must be a time such as "2030-01-31T12:00:00Z"');
  return timeView(untilMs);
};

/** Groups of routes that LiteLLM has names for; every key for calls has the first. */
const callRoutes: ReadonlySet<string> = new Set(['llm_api_routes', 'openai_routes', 'anthropic_routes']);

const routesOf = (value: Json | undefined): Json | undefined => {
  if (value === undefined || value === null) return value;
  if (!isArray(value) || !value.every(isString)) throw invalid('allowed_routes', 'must be a list of paths');
  if (value.length === 0 || value.some((route) => callRoutes.has(route))) return null;
  // LiteLLM's paths stand for themselves with and without the version.
  return [
    ...new Set(value.flatMap((route) => (route.startsWith('/v1') ? [route, route.slice(3)] : [route, `/v1${route}`]))),
  ];
};

const adminOf = ({ key_type: type, team_id: team }: JsonObject, former: KeyDocument | undefined): Json | undefined => {
  if (type === undefined || type === null) return undefined;
  const access = typeof type === 'string' ? grants[type] : undefined;
  if (access === undefined) throw invalid('key_type', `must be one of ${Object.keys(grants).join(', ')}`);
  if (access === null) return former?.admin === undefined ? undefined : null;
  return { of: (team ?? former?.team_id) === undefined ? 'organisation' : 'team', access };
};

/** A key as LiteLLM shows it. `spent`: what it has spent, and when its budget begins anew. */
export const keyView = (object: StoredObject<'key'>, spent: JsonObject): JsonObject => {
  const { data, alias, orgId, createdMs, updatedMs } = object;
  const { token, created_by: createdBy, ...kept } = extrasOf(data);
  const { tags = [], metadata = {} } = data;
  return {
    ...kept,
    token: token ?? object.id,
    token_id: token ?? object.id,
    key_name: `sk-...${data.shown.slice(-4)}`,
    key_alias: alias ?? null,
    spend: 0,
    expires: data.expires_at ?? null,
    models: modelsView(data.models),
    aliases: data.model_aliases ?? {},
    user_id: data.user_id ?? null,
    team_id: data.team_id ?? null,
    project_id: data.project_id ?? null,
    organization_id: orgId,
    metadata: { ...metadata, ...(tags.length === 0 ? {} : { tags }) },
    tags,
    blocked: data.blocked ?? false,
    allowed_routes: data.routes ?? [],
    access_group_ids: data.access_groups ?? [],
    key_type: keyTypeOf(data),
    budget_id: data.budget_id ?? null,
    ...heldView(data),
    budget_reset_at: null,
    model_spend: {},
    litellm_budget_table: null,
    created_at: timeView(createdMs),
    created_by: createdBy ?? null,
    updated_at: timeView(updatedMs),
    updated_by: createdBy ?? null,
    ...spent,
  };
};

const keyTypeOf = ({ admin }: KeyDocument): string =>
  admin === undefined ? 'default' : admin.access === 'write' ? 'management' : 'read_only';
