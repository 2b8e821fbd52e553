import type { MemberDocument, TeamDocument } from '../../../../core/access/documents.ts';
import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { readHeld } from '../fields/held-fields.ts';
import {
  creation,
  extrasOf,
  keptOf,
  needed,
  neededList,
  scopeFields,
  scopeInput,
  textIn,
} from '../fields/object-fields.ts';
import { actingOf, makeUser } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { shownKeys } from './key-routes.ts';
import { scopeView, shownScopes } from './scope-view.ts';

export type Team = StoredObject<'team'>;

const fields = {
  read: [
    ...scopeFields,
    ...['team_id', 'team_alias', 'admins', 'members', 'members_with_roles', 'model_aliases'],
    ...['team_member_budget', 'team_member_budget_duration', 'team_member_rpm_limit', 'team_member_tpm_limit'],
  ],
  kept: [
    ...['team_member_key_duration', 'team_member_permissions', 'default_team_member_models', 'secret_manager_settings'],
    ...['enforced_file_expires_after', 'enforced_batch_output_expires_after', 'access_group_ids', 'router_settings'],
    ...['guardrails', 'policies', 'prompts', 'object_permission', 'tags', 'tpm_limit_type', 'rpm_limit_type'],
    ...['disable_global_guardrails', 'allowed_passthrough_routes', 'mcp_rpm_limit', 'soft_budget_alerting_emails'],
    ...['allowed_vector_store_indexes', 'model_rpm_limit_type', 'team_member_models'],
  ],
};

/** What a new member of a team gets, where nothing else is said. */
const memberDefaults = [
  'team_member_budget',
  'team_member_budget_duration',
  'team_member_rpm_limit',
  'team_member_tpm_limit',
] as const;

const inputOf = (call: SkinCall, former?: TeamDocument): JsonObject => {
  const kept = keptOf(call.body, fields, call.ignored);
  const defaults = Object.fromEntries(
    memberDefaults.flatMap((name) => (call.body[name] === undefined ? [] : [[name, call.body[name]]])),
  );
  const members = membersOf(call.body, { ...extrasOf(former ?? {}), ...defaults });
  const input: Record<string, Json | undefined> = {
    ...scopeInput(call, { ...kept, ...defaults }, former),
    alias: call.body['team_alias'],
    model_aliases: call.body['model_aliases'],
    ...(members === undefined ? {} : { members: members as unknown as Json }),
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
};

const membersOf = (body: JsonObject, defaults: JsonObject): readonly MemberDocument[] | undefined => {
  const { members_with_roles: withRoles, members, admins } = body;
  if (withRoles === undefined && members === undefined && admins === undefined) return undefined;
  const plain = (name: string, role: string): readonly Json[] => {
    const value = body[name];
    if (value === undefined || value === null || (isArray(value) && value.length === 0)) return [];
    return neededList(body, name).map((id) => ({ user_id: id, role }));
  };
  const listed = isArray(withRoles) ? withRoles : [];
  const all = [...listed, ...plain('admins', 'admin'), ...plain('members', 'user')];
  const read = all.map((one, index) => memberOf(one, `members_with_roles[${index}]`, defaults));
  return [...new Map(read.map((member) => [member.user_id, member])).values()];
};

const memberOf = (value: Json, field: string, defaults: JsonObject): MemberDocument => {
  if (!isObject(value)) throw invalid(field, 'must be {"user_id": "…", "role": "user"}');
  const { role = 'user' } = value;
  if (role !== 'user' && role !== 'admin') throw invalid(`${field}.role`, 'must be "user" or "admin"');
  const userId = textIn(value, 'user_id') ?? textIn(value, 'user_email');
  if (userId === undefined) throw invalid(`${field}.user_id`, 'is missing');
  return { user_id: userId, role: role === 'admin' ? 'admin' : 'member', ...memberHeld(value, defaults) };
};

/** What one member may spend with keys of the team. */
const memberHeld = (given: JsonObject, defaults: JsonObject) =>
  readHeld({
    max_budget: given['max_budget_in_team'] ?? defaults['team_member_budget'],
    budget_duration: given['budget_duration'] ?? defaults['team_member_budget_duration'],
    rpm_limit: given['rpm_limit'] ?? defaults['team_member_rpm_limit'],
    tpm_limit: given['tpm_limit'] ?? defaults['team_member_tpm_limit'],
  });

/** Members are made users of the organisation when they are none. */
const makeUsers = async (call: SkinCall, members: readonly MemberDocument[], tools: SkinTools): Promise<void> => {
  for (const { user_id: id } of members) await makeUser(call, id, tools);
};

export const teamView = (object: Team, spent: JsonObject): JsonObject => {
  const members = object.data.members ?? [];
  const ids = (role: MemberDocument['role']): readonly string[] =>
    members.filter((member) => member.role === role).map(({ user_id }) => user_id);
  return {
    ...scopeView(object, spent),
    team_id: object.id,
    team_alias: object.alias ?? null,
    organization_id: object.orgId,
    admins: ids('admin'),
    members: ids('member'),
    members_with_roles: members.map(({ user_id, role }) => ({ user_id, role: role === 'admin' ? 'admin' : 'user' })),
    model_aliases: object.data.model_aliases ?? {},
  };
};

export const shownTeam = async (team: Team, tools: SkinTools): Promise<JsonObject> =>
  (await shownScopes([team], tools, teamView))[0] ?? {};

const create = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const id = textIn(call.body, 'team_id');
  const input = creation({ ...inputOf(call), ...(id === undefined ? {} : { id }) });
  await makeUsers(call, membersOf(call.body, {}) ?? [], tools);
  const { object } = await tools.administration.create(actingOf(call), 'team', { input });
  return teamView(object, {});
};

export const foundTeam = (call: SkinCall, id: string, tools: SkinTools): Promise<Team> =>
  tools.administration.get(actingOf(call), 'team', id);

export const updateTeam = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const team = await foundTeam(call, needed(call.body, 'team_id'), tools);
  const input = inputOf(call, team.data);
  await makeUsers(call, membersOf(call.body, {}) ?? [], tools);
  const data = await shownTeam(
    await tools.administration.update(actingOf(call), 'team', { id: team.id, input }),
    tools,
  );
  return { team_id: team.id, data };
};

/** A team goes with its keys, as at LiteLLM. */
const remove = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const ids = neededList(call.body, 'team_ids');
  const { administration } = tools;
  for (const id of ids) await foundTeam(call, id, tools);
  for (const id of ids) {
    for (const key of await everyObject(actingOf(call), 'key', { administration, names: { team: id } }))
      await administration.remove(actingOf(call), 'key', { id: key.id });
    await administration.remove(actingOf(call), 'team', { id });
  }
  return { deleted_teams: ids };
};

const switched =
  (blocked: boolean) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> => {
    const id = needed(call.body, 'team_id');
    const input = { blocked: blocked ? true : null };
    return shownTeam(await tools.administration.update(actingOf(call), 'team', { id, input }), tools);
  };

/** Changes a team as it was read: whoever changed it meanwhile is not overwritten. */
export const changeTeam = async (
  call: SkinCall,
  team: Team,
  at: { readonly input: object; readonly tools: SkinTools },
): Promise<JsonObject> =>
  shownTeam(
    await at.tools.administration.update(actingOf(call), 'team', {
      id: team.id,
      input: at.input,
      expectedRevision: team.revision,
    }),
    at.tools,
  );

const addMember = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const team = await foundTeam(call, needed(body, 'team_id'), tools);
  const given = isArray(body['member']) ? body['member'] : [body['member'] ?? null];
  const defaults = extrasOf(team.data);
  const added = given.map((one, index) =>
    memberOf(
      isObject(one) ? { ...one, max_budget_in_team: body['max_budget_in_team'] } : one,
      `member[${index}]`,
      defaults,
    ),
  );
  await makeUsers(call, added, tools);
  const all = new Map((team.data.members ?? []).map((member) => [member.user_id, member]));
  for (const member of added) all.set(member.user_id, member);
  const view = await changeTeam(call, team, { input: { members: [...all.values()] }, tools });
  return { ...view, updated_users: added.map(({ user_id }) => ({ user_id })), updated_team_memberships: [] };
};

/** Several at once; LiteLLM's clients call them `members` here. */
const addMembers = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { members: _, all_users: __, ...body } = call.body;
  const view = await addMember({ ...call, body: { ...body, member: call.body['members'] ?? null } }, tools);
  const added =
    isObject(view) && isArray(view['updated_users'] ?? null) ? (view['updated_users'] as readonly JsonObject[]) : [];
  return {
    team_id: needed(call.body, 'team_id'),
    results: added.map(({ user_id }) => ({ user_id: user_id ?? null, user_email: null, success: true, error: null })),
    total_requested: added.length,
    successful_additions: added.length,
    failed_additions: 0,
    updated_team: view,
  };
};

const removeMember = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const team = await foundTeam(call, needed(body, 'team_id'), tools);
  const id = textIn(body, 'user_id') ?? needed(body, 'user_email');
  const members = team.data.members ?? [];
  const left = members.filter(({ user_id }) => user_id !== id);
  if (left.length === members.length)
    throw new GatewayError('not_found', `The user "${id}" is no member of the team "${team.id}".`);
  return changeTeam(call, team, { input: { members: left }, tools });
};

const info = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const id = asked(call, 'team_id') ?? call.identity.grant?.teamId;
  if (id === undefined) throw invalid('team_id', 'is missing');
  const team = await foundTeam(call, id, tools);
  const keys = await everyObject(actingOf(call), 'key', { administration: tools.administration, names: { team: id } });
  return {
    team_id: id,
    team_info: await shownTeam(team, tools),
    keys: await shownKeys(keys, tools),
    team_memberships: [],
  };
};

const list = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const user = asked(call, 'user_id');
  const teams = await everyObject(actingOf(call), 'team', { administration: tools.administration });
  const fitting = teams.filter(
    ({ data }) => user === undefined || data.members?.some(({ user_id }) => user_id === user),
  );
  return shownScopes(fitting, tools, teamView);
};

export const teamRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/team/new', who: 'admin', run: create },
  { method: 'POST', path: '/team/update', who: 'admin', run: updateTeam },
  { method: 'POST', path: '/team/delete', who: 'admin', run: remove },
  { method: 'POST', path: '/team/block', who: 'admin', run: switched(true) },
  { method: 'POST', path: '/team/unblock', who: 'admin', run: switched(false) },
  { method: 'POST', path: '/team/member_add', who: 'admin', run: addMember },
  { method: 'POST', path: '/team/bulk_member_add', who: 'admin', run: addMembers },
  { method: 'POST', path: '/team/member_delete', who: 'admin', run: removeMember },
  { method: 'GET', path: '/team/info', who: 'admin', run: info },
  { method: 'GET', path: '/team/list', who: 'admin', run: list },
];
