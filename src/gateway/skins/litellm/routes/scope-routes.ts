import type { BudgetObjectDocument, ProjectDocument, ScopeDocument } from '../../../../core/access/documents.ts';
import { isObject, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { everyObject, objectOrNone } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { heldFields, heldView } from '../fields/held-fields.ts';
import {
  creation,
  type FieldTable,
  keptOf,
  needed,
  neededList,
  scopeFields,
  scopeInput,
  textIn,
  timeView,
} from '../fields/object-fields.ts';
import { actingOf } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { scopeView, shownScopes } from './scope-view.ts';

/** What differs between objects that LiteLLM has the same five routes for. */
interface Plain {
  readonly kind: 'organisation' | 'customer' | 'tag' | 'budget' | 'project';
  /** The field with the id, and the one with the name for people. */
  readonly id: string;
  readonly alias?: string;
  readonly fields: FieldTable;
}

const organisation: Plain = {
  kind: 'organisation',
  id: 'organization_id',
  alias: 'organization_alias',
  fields: {
    read: [...scopeFields, 'organization_alias'],
    kept: ['object_permission', 'tags', 'guardrails', 'policies'],
  },
};

const customer: Plain = {
  kind: 'customer',
  id: 'user_id',
  alias: 'alias',
  fields: {
    read: [...scopeFields, 'user_id', 'alias', 'spend'],
    kept: ['default_model', 'allowed_model_region', 'object_permission'],
  },
};

const tag: Plain = {
  kind: 'tag',
  id: 'name',
  fields: { read: [...scopeFields, 'name', 'description'], kept: ['model_info'] },
};

const project: Plain = {
  kind: 'project',
  id: 'project_id',
  alias: 'project_alias',
  fields: {
    read: [...scopeFields, 'project_id', 'project_alias', 'team_id', 'description', 'spend'],
    kept: ['tags', 'guardrails', 'policies', 'object_permission'],
  },
};

const budget: Plain = {
  kind: 'budget',
  id: 'budget_id',
  fields: { read: [...heldFields, 'budget_id', 'organization_id'], kept: ['budget_reset_at', 'allowed_models'] },
};

type PlainObject = StoredObject<Plain['kind']>;

const inputOf = (plain: Plain, call: SkinCall, former?: ScopeDocument | BudgetObjectDocument): JsonObject => {
  const { body } = call;
  const scope = scopeInput(call, keptOf(body, plain.fields, call.ignored), former);
  const { budget_id: _, ...ofBudget } = scope;
  const members: Record<string, Json | undefined> = {
    ...(plain.kind === 'budget' ? ofBudget : scope),
    ...(plain.alias === undefined ? {} : { alias: body[plain.alias] }),
    ...(plain.kind === 'tag' || plain.kind === 'project' ? { description: body['description'] } : {}),
    ...(plain.kind === 'project' ? { team_id: body['team_id'] } : {}),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
};

/** An organisation is worked on from inside it. */
const actingAt = (plain: Plain, call: SkinCall) =>
  plain.kind === 'organisation' ? { identity: call.identity } : actingOf(call);

const view = (plain: Plain, object: PlainObject, spent: JsonObject): JsonObject => {
  if (object.kind === 'budget')
    return {
      budget_id: object.id,
      ...heldView(object.data as BudgetObjectDocument),
      created_at: timeView(object.createdMs),
      updated_at: timeView(object.updatedMs),
    };
  const data = object.data as ScopeDocument;
  return {
    ...scopeView(object as StoredObject<'organisation' | 'customer' | 'tag' | 'project'>, spent),
    [plain.id]: object.id,
    ...(plain.alias === undefined ? {} : { [plain.alias]: object.alias ?? null }),
    ...(plain.kind === 'tag' || plain.kind === 'project' ? { description: data.description ?? null } : {}),
    ...(plain.kind === 'project' ? { team_id: (data as ProjectDocument).team_id ?? null } : {}),
    ...(plain.kind === 'customer' ? { default_model: null, allowed_model_region: null } : {}),
  };
};

const shown = async (
  plain: Plain,
  objects: readonly PlainObject[],
  tools: SkinTools,
): Promise<readonly JsonObject[]> =>
  plain.kind === 'budget'
    ? objects.map((object) => view(plain, object, {}))
    : shownScopes(
        objects as readonly StoredObject<'organisation' | 'customer' | 'tag' | 'project'>[],
        tools,
        (object, spent) => view(plain, object, spent),
      );

const one = async (plain: Plain, object: PlainObject, tools: SkinTools): Promise<JsonObject> =>
  (await shown(plain, [object], tools))[0] ?? {};

const create =
  (plain: Plain) =>
  async (call: SkinCall, tools: SkinTools): Promise<JsonObject> => {
    const given = textIn(call.body, plain.id);
    const id = plain.kind === 'customer' || plain.kind === 'tag' ? needed(call.body, plain.id) : given;
    const input = creation({ ...inputOf(plain, call), ...(id === undefined ? {} : { id }) });
    const { object } = await tools.administration.create(actingAt(plain, call), plain.kind, { input });
    return view(plain, object, {});
  };

const update =
  (plain: Plain) =>
  async (call: SkinCall, tools: SkinTools): Promise<JsonObject> => {
    const id = needed(call.body, plain.id);
    const former = await tools.administration.get(actingAt(plain, call), plain.kind, id);
    const input = inputOf(plain, call, former.data);
    return one(plain, await tools.administration.update(actingAt(plain, call), plain.kind, { id, input }), tools);
  };

/** Those that are named, before any of them is deleted. */
const removed = async (
  plain: Plain,
  call: SkinCall,
  at: { readonly ids: readonly string[]; readonly tools: SkinTools },
) => {
  const { administration } = at.tools;
  const objects: PlainObject[] = [];
  for (const id of at.ids) objects.push(await administration.get(actingAt(plain, call), plain.kind, id));
  const views = await shown(plain, objects, at.tools);
  for (const id of at.ids) await administration.remove(actingAt(plain, call), plain.kind, { id });
  return views;
};

const infoOfOne =
  (plain: Plain, name: string) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> => {
    const id = asked(call, name);
    if (id === undefined) throw invalid(name, 'is missing');
    return one(plain, await tools.administration.get(actingAt(plain, call), plain.kind, id), tools);
  };

const infoOfMany = (plain: Plain, name: string) => async (call: SkinCall, tools: SkinTools) => {
  const objects: PlainObject[] = [];
  for (const id of neededList(call.body, name))
    objects.push(await tools.administration.get(actingAt(plain, call), plain.kind, id));
  return shown(plain, objects, tools);
};

const list =
  (plain: Plain) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> =>
    shown(plain, await everyObject(actingAt(plain, call), plain.kind, { administration: tools.administration }), tools);

const removeMany =
  (plain: Plain, name: string) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> =>
    removed(plain, call, { ids: neededList(call.body, name), tools });

/** Customers that nobody made are made, so that they can be blocked. */
const blockCustomers =
  (blocked: boolean) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> => {
    const ids = neededList(call.body, 'user_ids');
    const acting = actingOf(call);
    for (const id of ids) {
      const known = await objectOrNone(acting, 'customer', { id, administration: tools.administration });
      if (known === undefined && !blocked) throw invalid('user_ids', `there is no customer "${id.slice(0, 200)}"`);
      if (known === undefined) await tools.administration.create(acting, 'customer', { input: { id, blocked } });
      else await tools.administration.update(acting, 'customer', { id, input: { blocked: blocked ? true : null } });
    }
    return blocked ? { blocked_users: ids } : { unblocked_users: ids };
  };

const removeCustomers = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const ids = neededList(call.body, 'user_ids');
  await removed(customer, call, { ids, tools });
  return { deleted_customers: ids.length, message: `Successfully deleted customers with ids: ${ids.join(', ')}` };
};

const newTag = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const made = await create(tag)(call, tools);
  return { message: `Tag ${String(made['name'])} created successfully`, tag: made };
};

const tagInfo = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const views = await infoOfMany(tag, 'names')(call, tools);
  return Object.fromEntries(views.filter(isObject).map((one) => [String(one['name']), one]));
};

const removeTag = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const name = needed(call.body, 'name');
  await removed(tag, call, { ids: [name], tools });
  return { message: `Tag ${name} deleted successfully` };
};

const removeBudget = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  (await removed(budget, call, { ids: [needed(call.body, 'id')], tools }))[0] ?? {};

const customerRoutes = (base: string): readonly SkinRoute[] => [
  { method: 'POST', path: `${base}/new`, who: 'admin', run: create(customer) },
  { method: 'POST', path: `${base}/update`, who: 'admin', run: update(customer) },
  { method: 'POST', path: `${base}/delete`, who: 'admin', run: removeCustomers },
  { method: 'POST', path: `${base}/block`, who: 'admin', run: blockCustomers(true) },
  { method: 'POST', path: `${base}/unblock`, who: 'admin', run: blockCustomers(false) },
  { method: 'GET', path: `${base}/info`, who: 'admin', run: infoOfOne(customer, 'end_user_id') },
  { method: 'GET', path: `${base}/list`, who: 'admin', run: list(customer) },
];

export const scopeRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/organization/new', who: 'admin', run: create(organisation) },
  { method: 'PATCH', path: '/organization/update', who: 'admin', run: update(organisation) },
  { method: 'POST', path: '/organization/update', who: 'admin', run: update(organisation) },
  { method: 'DELETE', path: '/organization/delete', who: 'admin', run: removeMany(organisation, 'organization_ids') },
  { method: 'GET', path: '/organization/info', who: 'admin', run: infoOfOne(organisation, 'organization_id') },
  { method: 'POST', path: '/organization/info', who: 'admin', run: infoOfMany(organisation, 'organizations') },
  { method: 'GET', path: '/organization/list', who: 'admin', run: list(organisation) },
  ...customerRoutes('/customer'),
  ...customerRoutes('/end_user'),
  { method: 'POST', path: '/project/new', who: 'admin', run: create(project) },
  { method: 'POST', path: '/project/update', who: 'admin', run: update(project) },
  { method: 'DELETE', path: '/project/delete', who: 'admin', run: removeMany(project, 'project_ids') },
  { method: 'GET', path: '/project/info', who: 'admin', run: infoOfOne(project, 'project_id') },
  { method: 'GET', path: '/project/list', who: 'admin', run: list(project) },
  { method: 'POST', path: '/budget/new', who: 'admin', run: create(budget) },
  { method: 'POST', path: '/budget/update', who: 'admin', run: update(budget) },
  { method: 'POST', path: '/budget/delete', who: 'admin', run: removeBudget },
  { method: 'POST', path: '/budget/info', who: 'admin', run: infoOfMany(budget, 'budgets') },
  { method: 'GET', path: '/budget/list', who: 'admin', run: list(budget) },
  { method: 'POST', path: '/tag/new', who: 'admin', run: newTag },
  { method: 'POST', path: '/tag/update', who: 'admin', run: update(tag) },
  { method: 'POST', path: '/tag/delete', who: 'admin', run: removeTag },
  { method: 'POST', path: '/tag/info', who: 'admin', run: tagInfo },
  { method: 'GET', path: '/tag/list', who: 'admin', run: list(tag) },
];
