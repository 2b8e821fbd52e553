import { isString, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import { everyObject } from '../../admin/every-object.ts';
import { invalid } from '../../admin/invalid-object.ts';
import { actingOf, answered, most, type PortkeyRoute, slugOf } from './portkey-route.ts';

/** What a virtual key may say. Limits of one provider's key are not kept: budgets and limits stand on keys, teams and organisations. */
const members = ['name', 'provider', 'key', 'note', 'slug', 'workspace_id'] as const;

/** The organisation's own keys for providers, in the shapes of Portkey's virtual keys. */
export const virtualKeyRoutes: readonly PortkeyRoute[] = [
  {
    method: 'GET',
    path: '/virtual-keys',
    run: async (call, { administration }) => {
      const data = (await everyObject(actingOf(call), 'credential', { administration, most })).map(view);
      return { success: true, object: 'list', total: data.length, data };
    },
  },
  {
    method: 'POST',
    path: '/virtual-keys',
    run: async (call, { administration, nextId, providerNamed }) => {
      refuseOthers(call.body);
      const { name = 'key', provider, key, note, slug } = call.body;
      const asked = textIn('provider', provider);
      const input = {
        id: isString(slug) ? slug : slugOf(textIn('name', name), nextId()),
        provider: providerNamed(asked) ?? asked,
        api_key: textIn('key', key),
        only_named: true,
        extras: { name: textIn('name', name), ...(isString(note) ? { note } : {}) },
      };
      const { object } = await administration.create(actingOf(call), 'credential', { input });
      return answered({ id: object.id, slug: object.id, object: 'virtual-key' });
    },
  },
  {
    method: 'GET',
    path: '/virtual-keys/{slug}',
    run: async (call, { administration }) =>
      answered(view(await administration.get(actingOf(call), 'credential', call.slug))),
  },
  {
    method: 'PUT',
    path: '/virtual-keys/{slug}',
    run: async (call, { administration }) => {
      refuseOthers(call.body);
      const { name, key, note } = call.body;
      const { data } = await administration.get(actingOf(call), 'credential', call.slug);
      const extras = {
        ...data.extras,
        ...(name === undefined ? {} : { name: textIn('name', name) }),
        ...(note === undefined ? {} : { note }),
      };
      await administration.update(actingOf(call), 'credential', {
        id: call.slug,
        input: { extras, ...(key === undefined ? {} : { api_key: textIn('key', key) }) },
      });
      return answered({ id: call.slug, slug: call.slug, object: 'virtual-key' });
    },
  },
  {
    method: 'DELETE',
    path: '/virtual-keys/{slug}',
    run: async (call, { administration }) => {
      await administration.remove(actingOf(call), 'credential', { id: call.slug });
      return {};
    },
  },
];

const textIn = (field: string, value: Json | undefined): string => {
  if (!isString(value) || value === '') throw invalid(field, 'must be text');
  return value;
};

const refuseOthers = (body: JsonObject): void => {
  for (const [name, value] of Object.entries(body))
    if (value !== null && !(members as readonly string[]).includes(name))
      throw invalid(name, `is not kept here; known: ${members.join(', ')}`);
};

const view = ({ id, data, createdMs }: StoredObject<'credential'>): JsonObject => ({
  id,
  slug: id,
  name: data.extras?.['name'] ?? id,
  ai_provider_name: data.provider,
  masked_api_key: data.shown,
  model_config: {},
  note: data.extras?.['note'] ?? null,
  status: data.blocked === true ? 'archived' : 'active',
  usage_limits: null,
  rate_limits: [],
  created_at: new Date(createdMs).toISOString(),
  object: 'virtual-key',
});
