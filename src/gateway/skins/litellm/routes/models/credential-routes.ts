import { catalogueNames } from '../../../../../contract/litellm/catalogue-names.ts';
import { GatewayError } from '../../../../../core/errors/gateway-error.ts';
import { type Json, type JsonObject, stringAt } from '../../../../../core/json/json.ts';
import type { StoredObject } from '../../../../../ports/admin-store.ts';
import { everyObject } from '../../../../admin/every-object.ts';
import { invalid } from '../../../../admin/invalid-object.ts';
import { extrasOf, needed, objectIn, plainObject } from '../../fields/object-fields.ts';
import { actingOf } from '../../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../../skin-route.ts';
import { isSecret } from './deployment-routes.ts';

type Credential = StoredObject<'credential'>;

const nameOf = ({ id, alias }: Credential): string => alias ?? id;

/** The secret is never shown: of it there are the last characters. */
const view = (object: Credential): JsonObject => {
  const { credential_info: info, values } = extrasOf(object.data);
  return {
    credential_name: nameOf(object),
    credential_values: { ...plainObject(values), api_key: object.data.shown },
    credential_info: {
      custom_llm_provider: object.data.provider,
      ...plainObject(info),
    },
  };
};

const found = async (call: SkinCall, name: string, tools: SkinTools): Promise<Credential> => {
  const all = await everyObject(actingOf(call), 'credential', tools);
  const one = all.find((object) => nameOf(object) === name);
  if (one === undefined) throw new GatewayError('not_found', `There is no credential "${name.slice(0, 200)}".`);
  return one;
};

/** The key is kept, sealed. Where calls go is the model's own to say, so that other values are shown and change nothing. */
const inputOf = ({ body, ignored }: SkinCall, former: JsonObject = {}): JsonObject => {
  const { api_key: key, ...values } = objectIn(body, 'credential_values');
  for (const name of Object.keys(values)) {
    if (isSecret(name))
      throw invalid(
        `credential_values.${name}`,
        'cannot be kept here; `api_key` can. Set clouds up in the config file',
      );
    ignored.add(`credential_values.${name}`);
  }
  const info = objectIn(body, 'credential_info');
  const word = stringAt(info, 'custom_llm_provider');
  const provider = word === undefined ? undefined : catalogueNames.providerOf(word);
  if (word !== undefined && provider === undefined)
    throw invalid('credential_info.custom_llm_provider', `the provider "${word}" is not known here`);
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(key === undefined ? {} : { api_key: key }),
    extras: {
      litellm: {
        values: { ...plainObject(former['values']), ...values },
        credential_info: { ...plainObject(former['credential_info']), ...info },
      },
    },
  };
};

const create = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const name = needed(call.body, 'credential_name');
  const usual = catalogueNames.providerOf('openai') ?? '';
  const input = { alias: name, provider: usual, only_named: true, ...inputOf(call) };
  await tools.administration.create(actingOf(call), 'credential', { input });
  await tools.deployments?.settled();
  return { success: true, message: 'Credential created successfully' };
};

const update = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const object = await found(call, call.named ?? '', tools);
  const input = inputOf(call, extrasOf(object.data));
  await tools.administration.update(actingOf(call), 'credential', { id: object.id, input });
  await tools.deployments?.settled();
  return { success: true, message: 'Credential updated successfully' };
};

const remove = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { id } = await found(call, call.named ?? '', tools);
  await tools.administration.remove(actingOf(call), 'credential', { id });
  await tools.deployments?.settled();
  return { success: true, message: 'Credential deleted successfully' };
};

const list = async (call: SkinCall, tools: SkinTools): Promise<Json> => ({
  success: true,
  credentials: (await everyObject(actingOf(call), 'credential', tools)).map(view),
});

const byName = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  view(await found(call, call.named ?? '', tools));

export const credentialRoutes: readonly SkinRoute[] = [
  { method: 'GET', path: '/credentials', who: 'admin', run: list },
  { method: 'POST', path: '/credentials', who: 'admin', run: create },
  { method: 'GET', path: '/credentials/by_name/{name}', who: 'admin', run: byName },
  { method: 'PATCH', path: '/credentials/{name}', who: 'admin', run: update },
  { method: 'DELETE', path: '/credentials/{name}', who: 'admin', run: remove },
];
