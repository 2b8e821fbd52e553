import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from '../notdiamond-route.ts';
import { kindOf, missing, unprocessable } from '../unprocessable.ts';

const mostName = 200;

const nameOf = ({ body }: NotDiamondCall): string | undefined => {
  const { name } = body;
  if (name === undefined || name === null || name === '') return undefined;
  if (typeof name !== 'string')
    throw unprocessable(['name'], `Input should be a string, not ${kindOf(name)}`, 'string_type');
  if (name.length > mostName)
    throw unprocessable(['name'], `Input should have at most ${mostName} characters`, 'too_long');
  return name;
};

const create = async (call: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const name = nameOf(call) ?? new Date(tools.clock.wallMs()).toISOString();
  const { id } = await tools.routers.create(call.identity.orgId, { id: tools.ids.next(), name });
  return { body: { preference_id: id } };
};

const update = async (call: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  const id = call.body['preference_id'];
  if (id === undefined || id === null) throw missing('preference_id');
  if (typeof id !== 'string')
    throw unprocessable(['preference_id'], `Input should be a string, not ${kindOf(id)}`, 'string_type');
  const { orgId } = call.identity;
  const router = await tools.routers.get(orgId, id);
  if (router === undefined) throw notThere(id);
  const name = nameOf(call);
  if (name !== undefined) await tools.routers.rename(orgId, id, name);
  return { body: { preference_id: id, name: name ?? router.name } };
};

const remove = async ({ identity, named }: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
  if ((await tools.routers.get(identity.orgId, named)) === undefined) throw notThere(named);
  await tools.routers.remove(identity.orgId, named);
  tools.directory.forget(identity.orgId, named);
  return { body: { preference_id: named, deleted: true } };
};

const notThere = (id: string): GatewayError =>
  new GatewayError('not_found', `There is no preference "${id.slice(0, 100)}".`);

export const preferenceRoutes: readonly NotDiamondRoute[] = [
  { method: 'POST', path: '/v2/preferences/userPreferenceCreate', takes: 'json', run: create },
  { method: 'PUT', path: '/v2/preferences/userPreferenceUpdate', takes: 'json', run: update },
  { method: 'DELETE', path: '/v2/preferences/userPreferenceDelete/{id}', takes: 'nothing', run: remove },
];
