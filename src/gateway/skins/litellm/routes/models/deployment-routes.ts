import { GatewayError } from '../../../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../../../core/json/json.ts';
import type { StoredObject } from '../../../../../ports/admin-store.ts';
import { everyObject } from '../../../../admin/every-object.ts';
import { invalid } from '../../../../admin/invalid-object.ts';
import { extrasOf, needed, objectIn, plainObject, textIn, timeView } from '../../fields/object-fields.ts';
import { actingOf } from '../../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../../skin-route.ts';

type Deployment = StoredObject<'deployment'>;

/** Members of `litellm_params` that are kept sealed and never shown. What a token costs (`input_cost_per_token`) is none of them. */
export const isSecret = (name: string): boolean =>
  !/(?:^|_)cost(?:$|_)/.test(name) &&
  /(?:^|_)(?:api_key|secret|token|password|credentials|headers|access_key_id|secret_access_key)(?:$|_)/.test(name);

const split = (params: JsonObject): { readonly open: JsonObject; readonly secrets: JsonObject } => {
  const entries = Object.entries(params).filter(([, value]) => value !== null && value !== undefined);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !isSecret(name))),
    secrets: Object.fromEntries(entries.filter(([name]) => isSecret(name))),
  };
};

export const deploymentView = (object: Deployment): JsonObject => {
  const { name, params } = object.data;
  const { model_info: info, created_by: createdBy } = extrasOf(object.data);
  return {
    model_id: object.id,
    model_name: name,
    litellm_params: params,
    model_info: { ...plainObject(info), id: object.id, db_model: true },
    blocked: object.data.blocked ?? false,
    created_at: timeView(object.createdMs),
    created_by: createdBy ?? null,
    updated_at: timeView(object.updatedMs),
    updated_by: createdBy ?? null,
  };
};

/** What is to be kept can be served; else the reason is told, and nothing is kept. */
const refuseUnservable = async (
  row: { readonly id: string; readonly name: string; readonly params: JsonObject },
  { deployments }: SkinTools,
): Promise<void> => {
  const problem = await deployments?.problemOf(row);
  if (problem !== undefined) throw invalid('litellm_params', problem);
};

const create = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const name = needed(body, 'model_name');
  const params = objectIn(body, 'litellm_params');
  needed(params, 'model');
  const info = objectIn(body, 'model_info');
  const id = textIn(info, 'id') ?? textIn(body, 'model_id');
  await refuseUnservable({ id: id ?? 'new', name, params }, tools);
  const { open, secrets } = split(params);
  const input = {
    ...(id === undefined ? {} : { id }),
    name,
    params: open,
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    extras: { litellm: { model_info: info, created_by: call.identity.label } },
  };
  const { object } = await tools.administration.create(actingOf(call), 'deployment', { input });
  await tools.deployments?.settled();
  return deploymentView(object);
};

/** Members that are given take the place of the former; secrets are replaced all together, when there is one among them. */
const update = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const info = objectIn(body, 'model_info');
  const id = call.named ?? textIn(info, 'id') ?? needed(body, 'model_id');
  const former = await tools.administration.get(actingOf(call), 'deployment', id);
  const { open, secrets } = split(objectIn(body, 'litellm_params'));
  const { model_info: shown } = extrasOf(former.data);
  const input = {
    name: textIn(body, 'model_name') ?? former.data.name,
    params: { ...former.data.params, ...open },
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    extras: {
      litellm: {
        ...extrasOf(former.data),
        model_info: { ...plainObject(shown), ...info },
      },
    },
  };
  const changed = await tools.administration.update(actingOf(call), 'deployment', { id, input });
  await tools.deployments?.settled();
  return deploymentView(changed);
};

const remove = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const id = needed(call.body, 'id');
  await tools.administration.remove(actingOf(call), 'deployment', { id });
  await tools.deployments?.settled();
  return { message: `Model: ${id} deleted successfully` };
};

const switched =
  (blocked: boolean) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> => {
    const id = textIn(call.body, 'model_id') ?? needed(call.body, 'id');
    const input = { blocked: blocked ? true : null };
    const changed = await tools.administration.update(actingOf(call), 'deployment', { id, input });
    await tools.deployments?.settled();
    return deploymentView(changed);
  };

/** Those that are kept, as the caller's organisation may read them; none for keys for calls. */
export const keptDeployments = async (call: SkinCall, tools: SkinTools): Promise<readonly JsonObject[]> => {
  if (call.identity.role === 'member') return [];
  try {
    return (await everyObject(actingOf(call), 'deployment', tools)).map(deploymentView);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_allowed') return [];
    throw error;
  }
};

export const deploymentRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/model/new', who: 'admin', run: create },
  { method: 'POST', path: '/model/update', who: 'admin', run: update },
  { method: 'PATCH', path: '/model/{id}/update', who: 'admin', run: update },
  { method: 'POST', path: '/model/delete', who: 'admin', run: remove },
  { method: 'POST', path: '/model/block', who: 'admin', run: switched(true) },
  { method: 'POST', path: '/model/unblock', who: 'admin', run: switched(false) },
];
