import type { UserDocument } from '../../../../core/access/documents.ts';
import type { Json, JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { keyFields } from '../fields/key-fields.ts';
import { creation, keptOf, needed, neededList, scopeFields, scopeInput, textIn } from '../fields/object-fields.ts';
import { actingOf, cut, pageAsked } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { generate, shownKeys } from './key-routes.ts';
import { scopeView, shownScopes } from './scope-view.ts';
import { teamView } from './team-routes.ts';

type User = StoredObject<'user'>;

const fields = {
  read: [...scopeFields, 'user_id', 'user_email', 'user_alias', 'teams', 'auto_create_key', 'spend', 'key_alias'],
  kept: [
    ...keyFields.kept,
    'user_role',
    'sso_user_id',
    'organizations',
    'aliases',
    'allowed_routes',
    'duration',
    'tags',
  ],
};

const inputOf = (call: SkinCall, former?: UserDocument): JsonObject => {
  const { body } = call;
  // A role is shown; what somebody may do here hangs on the key.
  const ignored = new Set<string>();
  const kept = keptOf(body, fields, ignored);
  for (const name of ignored) if (name !== 'user_role') call.ignored.add(name);
  const input: Record<string, Json | undefined> = {
    ...scopeInput(call, kept, former),
    alias: body['user_alias'],
    email: body['user_email'],
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
};

const userView = (object: User, spent: JsonObject): JsonObject => ({
  user_role: 'internal_user',
  ...scopeView(object, spent),
  user_id: object.id,
  user_alias: object.alias ?? null,
  user_email: object.data.email ?? null,
  organization_id: object.orgId,
});

/** Users with what they have spent. */
export const shownUsers = (users: readonly User[], tools: SkinTools): Promise<readonly JsonObject[]> =>
  shownScopes(users, tools, userView);

const create = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const id = textIn(body, 'user_id');
  const input = creation({ ...inputOf(call), ...(id === undefined ? {} : { id }) });
  const { object } = await tools.administration.create(actingOf(call), 'user', { input });
  const teams = body['teams'] === undefined || body['teams'] === null ? [] : await join(call, object.id, tools);
  const view = { ...userView(object, {}), teams };
  if (body['auto_create_key'] === false) return view;
  const alias = textIn(body, 'key_alias');
  // The user's own budget holds for the key: it needs none of its own.
  const wanted = { user_id: object.id, ...(alias === undefined ? {} : { key_alias: alias }) };
  const key = await generate({ ...call, body: wanted, ignored: new Set() }, tools);
  return {
    ...view,
    key: key['key'] ?? null,
    token: key['token'] ?? null,
    key_name: key['key_name'] ?? null,
    expires: null,
  };
};

/** Makes the user a member of the teams of the body. */
const join = async (call: SkinCall, userId: string, { administration }: SkinTools): Promise<readonly string[]> => {
  const teams =
    Array.isArray(call.body['teams']) && call.body['teams'].length === 0 ? [] : neededList(call.body, 'teams');
  for (const id of teams) {
    const team = await administration.get(actingOf(call), 'team', id);
    const others = (team.data.members ?? []).filter(({ user_id }) => user_id !== userId);
    const members = [...others, { user_id: userId, role: 'member' as const }];
    await administration.update(actingOf(call), 'team', { id, input: { members }, expectedRevision: team.revision });
  }
  return teams;
};

export const updateUser = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { administration } = tools;
  const id = textIn(call.body, 'user_id') ?? (await userOfEmail(call, tools));
  const former = await administration.get(actingOf(call), 'user', id);
  const input = inputOf(call, former.data);
  const changed = await administration.update(actingOf(call), 'user', { id, input });
  return { user_id: id, data: (await shownScopes([changed], tools, userView))[0] ?? {} };
};

const userOfEmail = async (call: SkinCall, { administration }: SkinTools): Promise<string> => {
  const email = needed(call.body, 'user_email');
  const users = await everyObject(actingOf(call), 'user', { administration });
  const user = users.find(({ data }) => data.email === email);
  if (user === undefined) throw invalid('user_email', `there is no user with "${email.slice(0, 200)}"`);
  return user.id;
};

/** A user goes with the keys and the places in teams, as at LiteLLM. */
const remove = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const ids = neededList(call.body, 'user_ids');
  const { administration } = tools;
  const acting = actingOf(call);
  for (const id of ids) await administration.get(acting, 'user', id);
  for (const id of ids) {
    for (const key of await everyObject(acting, 'key', { administration, names: { user: id } }))
      await administration.remove(acting, 'key', { id: key.id });
    for (const team of await everyObject(acting, 'team', { administration, names: { user: id } })) {
      const members = (team.data.members ?? []).filter(({ user_id }) => user_id !== id);
      await administration.update(acting, 'team', { id: team.id, input: { members }, expectedRevision: team.revision });
    }
    await administration.remove(acting, 'user', { id });
  }
  return ids.length;
};

const info = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { administration } = tools;
  const id = asked(call, 'user_id');
  if (id === undefined) throw invalid('user_id', 'is missing');
  const acting = actingOf(call);
  const user = await administration.get(acting, 'user', id);
  const keys = await everyObject(acting, 'key', { administration, names: { user: id } });
  const teams = await everyObject(acting, 'team', { administration, names: { user: id } });
  return {
    user_id: id,
    user_info: (await shownScopes([user], tools, userView))[0] ?? {},
    keys: await shownKeys(keys, tools),
    teams: await shownScopes(teams, tools, teamView),
  };
};

/** The user alone, without keys and teams. */
const ownInfo = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const id = asked(call, 'user_id');
  if (id === undefined) throw invalid('user_id', 'is missing');
  const [view = {}] = await shownUsers([await tools.administration.get(actingOf(call), 'user', id)], tools);
  const teams = await everyObject(actingOf(call), 'team', {
    administration: tools.administration,
    names: { user: id },
  });
  return { ...view, teams: teams.map((team) => team.id) };
};

const list = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'page_size', usual: 25 });
  const [email, ids] = [asked(call, 'user_email'), asked(call, 'user_ids')?.split(',')];
  const all = await everyObject(actingOf(call), 'user', { administration: tools.administration });
  const fitting = all
    .filter(({ data }) => email === undefined || data.email?.includes(email) === true)
    .filter(({ id }) => ids === undefined || ids.includes(id));
  const { items, total, pages } = cut(fitting, at);
  const users = await shownScopes(items, tools, userView);
  return { users, total, page: at.page, page_size: at.size, total_pages: pages };
};

export const userRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/user/new', who: 'admin', run: create },
  { method: 'POST', path: '/user/update', who: 'admin', run: updateUser },
  { method: 'POST', path: '/user/delete', who: 'admin', run: remove },
  { method: 'GET', path: '/user/info', who: 'admin', run: info },
  { method: 'GET', path: '/v2/user/info', who: 'admin', run: ownInfo },
  { method: 'GET', path: '/user/list', who: 'admin', run: list },
];
