import type { ConfigDocument } from '../../../core/access/documents.ts';
import { isObject, isString, type Json, type JsonObject, parseJson } from '../../../core/json/json.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import { everyObject, everyVersion } from '../../admin/every-object.ts';
import { invalid } from '../../admin/invalid-object.ts';
import { actingOf, answered, most, type PortkeyRequest, type PortkeyRoute, slugOf } from './portkey-route.ts';

/** Configs that are kept, in the shapes of Portkey's. A change makes a version; the newest one holds. */
export const configRoutes: readonly PortkeyRoute[] = [
  {
    method: 'GET',
    path: '/configs',
    run: async (call, { administration }) => {
      const data = (await everyObject(actingOf(call), 'config', { administration, most })).map(briefView);
      return { success: true, object: 'list', total: data.length, data };
    },
  },
  {
    method: 'POST',
    path: '/configs',
    run: async (call, { administration, nextId }) => {
      const { name = 'config', config, isDefault = 0 } = call.body;
      if (!isString(name) || name === '') throw invalid('name', 'must be text');
      const input = {
        id: `pc-${slugOf(name, nextId())}`,
        config: treeIn(config),
        extras: { name, is_default: isDefault === 1 || isDefault === true ? 1 : 0 },
      };
      const { object } = await administration.create(actingOf(call), 'config', { input });
      const { id, slug, version_id } = briefView(object);
      return answered({ id: id ?? null, slug: slug ?? null, version_id: version_id ?? null, object: 'config' });
    },
  },
  {
    method: 'GET',
    path: '/configs/{slug}',
    run: async (call, { administration }) =>
      answered(wholeView(await administration.get(actingOf(call), 'config', call.slug))),
  },
  {
    method: 'PUT',
    path: '/configs/{slug}',
    run: async (call, { administration }) => {
      const before = await administration.get(actingOf(call), 'config', call.slug);
      const changed = await administration.update(actingOf(call), 'config', {
        id: call.slug,
        input: changeOf(call.body, before.data),
        expectedRevision: before.revision,
      });
      return answered({ version_id: versionId(call.slug, changed.revision), object: 'config' });
    },
  },
  {
    method: 'DELETE',
    path: '/configs/{slug}',
    run: async (call, { administration }) => {
      await administration.remove(actingOf(call), 'config', { id: call.slug });
      return {};
    },
  },
  {
    method: 'GET',
    path: '/configs/{slug}/versions',
    run: async (call, { administration }) => {
      const versions = await everyVersion(actingOf(call), 'config', { id: call.slug, administration, most });
      const data = versions.map(({ revision, data: { config, extras }, writtenMs }) => ({
        id: versionId(call.slug, revision),
        version: revision,
        name: extras?.['name'] ?? call.slug,
        config,
        created_at: new Date(writtenMs).toISOString(),
        object: 'config-version',
      }));
      return { success: true, object: 'list', total: data.length, data };
    },
  },
];

const versionId = (slug: string, revision: number): string => `${slug}@${revision}`;

/** Some clients send the tree as text. */
const treeIn = (config: Json | undefined): Json => {
  const tree = isString(config) ? parseJson(config) : config;
  if (!isObject(tree)) throw invalid('config', 'must be an object such as {"targets": [...]}');
  return tree;
};

const changeOf = ({ name, config, status }: PortkeyRequest['body'], before: ConfigDocument): JsonObject => {
  if (name !== undefined && !isString(name)) throw invalid('name', 'must be text');
  if (status !== undefined && status !== 'active' && status !== 'archived')
    throw invalid('status', 'must be "active" or "archived"');
  return {
    ...(name === undefined ? {} : { extras: { ...before.extras, name } }),
    ...(config === undefined ? {} : { config: treeIn(config) }),
    ...(status === undefined ? {} : { blocked: status === 'archived' }),
  };
};

const briefView = ({ id, orgId, revision, data, createdMs, updatedMs }: StoredObject<'config'>): JsonObject => ({
  id,
  name: data.extras?.['name'] ?? id,
  slug: id,
  organisation_id: orgId,
  workspace_id: orgId,
  is_default: data.extras?.['is_default'] ?? 0,
  status: data.blocked === true ? 'archived' : 'active',
  owner_id: null,
  updated_by: null,
  created_at: new Date(createdMs).toISOString(),
  last_updated_at: new Date(updatedMs).toISOString(),
  version_id: versionId(id, revision),
  object: 'config',
});

const wholeView = (object: StoredObject<'config'>): JsonObject => ({
  ...briefView(object),
  config: object.data.config,
  format: 'json',
  type: 'ORG_CONFIG',
});
