import type { MemberDocument } from '../../../../core/access/documents.ts';
import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, isString, type Json } from '../../../../core/json/json.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { heldView, readHeld } from '../fields/held-fields.ts';
import { extrasOf, modelsView, needed, neededList, textIn } from '../fields/object-fields.ts';
import { actingOf, cut, pageAsked } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { shownScopes } from './scope-view.ts';
import { changeTeam, foundTeam, teamView, updateTeam } from './team-routes.ts';

/** What one member may spend in the team, and the member's role there. */
const updateMember = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const team = await foundTeam(call, needed(body, 'team_id'), tools);
  const id = textIn(body, 'user_id') ?? needed(body, 'user_email');
  const members = team.data.members ?? [];
  const former = members.find(({ user_id }) => user_id === id);
  if (former === undefined)
    throw new GatewayError('not_found', `The user "${id}" is no member of the team "${team.id}".`);
  const role = body['role'];
  if (role !== undefined && role !== null && role !== 'user' && role !== 'admin')
    throw invalid('role', 'must be "user" or "admin"');
  const { max_budget_in_team, budget_duration, rpm_limit, tpm_limit } = body;
  const wanted = { max_budget: max_budget_in_team, budget_duration, rpm_limit, tpm_limit };
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const changed: MemberDocument = {
    ...former,
    ...(role === 'user' || role === 'admin' ? { role: role === 'admin' ? 'admin' : 'member' } : {}),
    ...readHeld(given, former),
  };
  await changeTeam(call, team, { input: { members: members.map((one) => (one === former ? changed : one)) }, tools });
  const held = heldView(changed);
  return {
    team_id: team.id,
    user_id: id,
    user_email: null,
    max_budget_in_team: held['max_budget'] ?? null,
    budget_duration: held['budget_duration'] ?? null,
    rpm_limit: held['rpm_limit'] ?? null,
    tpm_limit: held['tpm_limit'] ?? null,
  };
};

const addModels = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const team = await foundTeam(call, needed(call.body, 'team_id'), tools);
  const models = [...new Set([...(team.data.models ?? []), ...neededList(call.body, 'models')])];
  return changeTeam(call, team, { input: { models }, tools });
};

/** The last name that goes leaves none, not all. A team that may use all models has no name that could go. */
const removeModels = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const team = await foundTeam(call, needed(call.body, 'team_id'), tools);
  const gone = neededList(call.body, 'models');
  const models = team.data.models?.filter((name) => !gone.includes(name));
  return changeTeam(call, team, { input: models === undefined ? {} : { models }, tools });
};

const patchTeam = (call: SkinCall, tools: SkinTools): Promise<Json> =>
  updateTeam({ ...call, body: { ...call.body, team_id: call.named ?? null } }, tools);

const ownPlace = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const self = await tools.administration.self(call.identity);
  const team = await foundTeam({ ...call, orgId: self.orgId }, call.named ?? '', tools);
  const member = team.data.members?.find(({ user_id }) => user_id === self.data.user_id);
  if (member === undefined)
    throw new GatewayError('not_found', `The key's user is no member of the team "${team.id}".`);
  const { max_budget, budget_duration, tpm_limit, rpm_limit } = heldView(member);
  return {
    user_id: member.user_id,
    team_id: team.id,
    role: member.role === 'admin' ? 'admin' : 'user',
    litellm_budget_table: { max_budget, budget_duration, tpm_limit, rpm_limit },
  };
};

const permissions = [
  ...['/key/generate', '/key/update', '/key/delete', '/key/regenerate', '/key/info', '/key/list', '/key/aliases'],
  ...['/key/block', '/key/unblock', '/key/bulk_update', '/key/service-account/generate', '/team/daily/activity'],
] as const;

const listPermissions = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const id = asked(call, 'team_id');
  if (id === undefined) throw invalid('team_id', 'is missing');
  const team = await foundTeam(call, id, tools);
  const held = extrasOf(team.data)['team_member_permissions'];
  return {
    team_id: id,
    team_member_permissions: held !== undefined && isArray(held) ? held.filter(isString) : ['/key/info'],
    all_available_permissions: permissions,
  };
};

const updatePermissions = (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { team_id, team_member_permissions } = call.body;
  return updateTeam({ ...call, body: { team_id, team_member_permissions } }, tools).then((done) =>
    isObject(done) ? (done['data'] ?? null) : done,
  );
};

const pagedTeams = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'page_size', usual: 10 });
  const [id, alias, user] = [asked(call, 'team_id'), asked(call, 'team_alias'), asked(call, 'user_id')];
  const fitting = (await everyObject(actingOf(call), 'team', tools)).filter(
    (team) =>
      (id === undefined || team.id === id) &&
      (alias === undefined || team.alias?.includes(alias) === true) &&
      (user === undefined || team.data.members?.some(({ user_id }) => user_id === user) === true),
  );
  const { items, total, pages } = cut(fitting, at);
  return {
    teams: await shownScopes(items, tools, teamView),
    total,
    page: at.page,
    page_size: at.size,
    total_pages: pages,
  };
};

/** Names a team's models may be taken from. */
const teamModels = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const teams = await everyObject(actingOf(call), 'team', tools);
  return teams.map(({ id, alias, data }) => ({
    team_id: id,
    team_alias: alias ?? null,
    models: modelsView(data.models),
  }));
};

export const memberRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/team/member_update', who: 'admin', run: updateMember },
  { method: 'POST', path: '/team/model/add', who: 'admin', run: addModels },
  { method: 'POST', path: '/team/model/delete', who: 'admin', run: removeModels },
  { method: 'GET', path: '/team/permissions_list', who: 'admin', run: listPermissions },
  { method: 'POST', path: '/team/permissions_update', who: 'admin', run: updatePermissions },
  { method: 'GET', path: '/v2/team/list', who: 'admin', run: pagedTeams },
  { method: 'GET', path: '/team/available', who: 'admin', run: teamModels },
  { method: 'PATCH', path: '/team/{id}', who: 'admin', run: patchTeam },
  { method: 'GET', path: '/team/{id}/members/me', who: 'key', run: ownPlace },
];
