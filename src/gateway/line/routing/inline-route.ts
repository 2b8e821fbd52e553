import { indexOf } from '../../../core/catalog/names/name-index.ts';
import { GatewayError, invalidField } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import { readConfigTree, type SlugMeaning } from '../../../core/routing/config-tree/read-config-tree.ts';
import type { NamedRoute } from '../../../core/routing/plan-route.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Identified, LineTools } from '../records.ts';

/** A request that says where it may go, without the members that say so. */
export interface RequestedRoute {
  readonly identified: Identified;
  readonly named: NamedRoute;
}

/** The route that headers of the request hold as a tree, name, or name a provider for. Throws a 400 that names the place. */
export const inlineRoute = (identified: Identified, tools: LineTools): RequestedRoute | undefined => {
  const { settlement, body, door, config } = identified;
  if (settlement.portkey === undefined) return undefined;
  const model = door.model ?? (typeof body['model'] === 'string' ? body['model'] : undefined);
  const tree = treeOf(identified, tools);
  if (tree === undefined && model?.startsWith('@') !== true) return undefined;
  const { route, warnings } = readConfigTree(tree?.node ?? {}, {
    model,
    slug: (slug) => meaningOf(slug, config),
    route: (name) => config.routes.get(name),
    takesKeys: tree?.saved !== true,
    forced: forcedBy(identified),
  });
  if (warnings.length > 0) settlement.warnings = [...(settlement.warnings ?? []), ...warnings];
  return {
    identified: model === undefined ? named(identified) : identified,
    named: { name: tree?.name ?? 'config', route },
  };
};

interface Tree {
  readonly name: string;
  readonly node: JsonObject;
  readonly saved?: true;
}

const treeOf = (identified: Identified, { configs }: LineTools): Tree | undefined => {
  const { incoming, identity } = identified;
  const config = incoming.header('x-portkey-config')?.trim();
  const slugs = {
    ...headerMember('provider', incoming.header('x-portkey-provider')),
    ...headerMember('virtual_key', incoming.header('x-portkey-virtual-key')),
  };
  if (config === undefined || config === '')
    return Object.keys(slugs).length === 0 ? undefined : { name: 'config', node: slugs };
  if (config.startsWith('{')) return { name: 'config', node: { ...slugs, ...parsed(config) } };
  const saved = configs?.find(identity.orgId, config);
  if (saved === undefined)
    throw invalidField(
      'x-portkey-config',
      `"${config.slice(0, 100)}" names no config that is kept here. Save it at /v1/configs, or send it as JSON.`,
    );
  if (saved.blocked) throw new GatewayError('not_allowed', `The config "${saved.id}" is blocked.`);
  return { name: saved.id, node: { ...slugs, ...saved.tree }, saved: true };
};

const headerMember = (name: string, value: string | undefined): JsonObject =>
  value === undefined || value === '' ? {} : { [name]: value };

/** What headers say holds for every target, whatever the tree says. */
const forcedBy = ({ incoming }: Identified): JsonObject => {
  const timeout = incoming.header('x-portkey-request-timeout');
  return {
    ...headerMember('custom_host', incoming.header('x-portkey-custom-host')),
    ...headerMember('forward_headers', incoming.header('x-portkey-forward-headers')),
    ...(timeout === undefined || timeout === '' ? {} : { request_timeout: Number(timeout) }),
  };
};

/** A credential of the organisation's before a provider: slugs are names that people gave. */
const meaningOf = (slug: string, config: CompiledConfig): SlugMeaning | undefined => {
  const credential = config.credentials?.get(slug);
  if (credential !== undefined) return { provider: credential.provider, credential: credential.id };
  const { byId, byAlias } = indexOf(config);
  const provider = byId.get(slug) ?? byAlias.get(slug);
  return provider === undefined ? undefined : { provider: provider.entry.id };
};

const parsed = (text: string): JsonObject => {
  let tree: Json;
  try {
    tree = JSON.parse(text) as Json;
  } catch {
    throw invalidField('x-portkey-config', 'must be a config as JSON, or the name of one that is kept.');
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
