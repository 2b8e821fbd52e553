import { invalidField } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import { readConfigTree } from '../../../core/routing/config-tree.ts';
import type { NamedRoute } from '../../../core/routing/plan-route.ts';
import type { Identified } from '../records.ts';

/** A request that says where it may go, without the members that say so. */
export interface RequestedRoute {
  readonly identified: Identified;
  readonly named: NamedRoute;
}

/** The route that a header of the request holds as a tree, or names as a provider. Throws a 400 that names the place. */
export const inlineRoute = (identified: Identified): RequestedRoute | undefined => {
  const { incoming, body, door } = identified;
  const config = incoming.header('x-portkey-config');
  const provider = incoming.header('x-portkey-provider');
  if (config === undefined && provider === undefined) return undefined;
  const model = door.model ?? (typeof body['model'] === 'string' ? body['model'] : undefined);
  const tree = config === undefined ? {} : parsed(config);
  const route = readConfigTree(provider === undefined ? tree : { provider, ...tree }, model);
  return { identified: model === undefined ? named(identified) : identified, named: { name: 'config', route } };
};

const parsed = (text: string): JsonObject => {
  let tree: Json;
  try {
    tree = JSON.parse(text) as Json;
  } catch {
    throw invalidField(
      'x-portkey-config',
      'must be a config as JSON; saved configs are routes here, named as a model.',
    );
  }
  if (!isObject(tree)) throw invalidField('x-portkey-config', 'must be a JSON object.');
  return tree;
};

/** Every target of the tree names a model of its own, so the request need not. */
const named = (identified: Identified): Identified => ({
  ...identified,
  body: { ...identified.body, model: 'config' },
  bytes: patchJson(identified.bytes, [{ op: 'set', path: ['model'], value: 'config' }]),
});
