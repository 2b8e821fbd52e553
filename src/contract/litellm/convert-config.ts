import { isArray, isObject, type Json, type JsonDraft, type JsonObject, stringAt } from '../../core/json/json.ts';

/** What a provider of the catalogue is called at LiteLLM; undefined when there is none. */
export type ProviderOf = (name: string) => string | undefined;

export interface ConvertedConfig {
  /** A `sluice.yaml`. */
  readonly config: JsonObject;
  /** Every setting that is not in it, by its place, with the reason. */
  readonly left: readonly string[];
}

/** Members of `litellm_params` that become a provider's, or its address's. */
const variables: Readonly<Record<string, string>> = {
  aws_region_name: 'region',
  vertex_project: 'project',
  vertex_location: 'location',
};
const credentials: Readonly<Record<string, string>> = {
  aws_access_key_id: 'access_key_id',
  aws_secret_access_key: 'secret_access_key',
  aws_session_token: 'session_token',
};
const used: ReadonlySet<string> = new Set([
  ...['model', 'api_key', 'api_base', 'custom_llm_provider'],
  ...Object.keys(variables),
  ...Object.keys(credentials),
]);

interface Work {
  readonly providers: JsonDraft[];
  readonly targets: Map<string, string[]>;
  readonly left: string[];
  readonly providerOf: ProviderOf;
}

/** A config file of LiteLLM's as one of Sluice's. */
export const convertConfig = (document: JsonObject, providerOf: ProviderOf): ConvertedConfig => {
  const work: Work = { providers: [], targets: new Map(), left: [], providerOf };
  const {
    model_list: models,
    general_settings: general,
    litellm_settings: settings,
    router_settings: router,
  } = document;
  for (const [index, entry] of (isArray(models) ? models : []).entries())
    takeModel(entry, `model_list[${index}]`, work);
  const aliases: JsonDraft = { ...aliasesOf(router, work), ...aliasesOf(settings, work) };
  const routes: JsonDraft = {};
  for (const [name, targets] of work.targets) {
    const [first] = targets;
    if (targets.length > 1) routes[name] = { balance: targets };
    else if (name === '*') work.left.push(`model_list (*): a name for everything else`);
    else if (first !== undefined && first !== name) aliases[name] = first;
  }
  leaveRest(
    { model_list: null, general_settings: null, litellm_settings: null, router_settings: null },
    document,
    '',
    work,
  );
  leaveRest({ master_key: null }, general, 'general_settings', work);
  leaveRest({ drop_params: null, model_group_alias: null }, settings, 'litellm_settings', work);
  leaveRest({ model_group_alias: null }, router, 'router_settings', work);
  const masterKey = stringAt(general, 'master_key');
  const dropParams = isObject(settings) ? settings['drop_params'] : undefined;
  const config: JsonObject = {
    ...(masterKey === undefined ? {} : { master_key: textOf(masterKey) }),
    ...(typeof dropParams === 'boolean' ? { drop_params: dropParams } : {}),
    providers: work.providers as readonly JsonObject[],
    ...(Object.keys(aliases).length === 0 ? {} : { aliases }),
    ...(Object.keys(routes).length === 0 ? {} : { routes }),
  };
  return { config, left: work.left };
};

const takeModel = (entry: Json, at: string, work: Work): void => {
  const params = isObject(entry) ? entry['litellm_params'] : undefined;
  const name = stringAt(entry, 'model_name');
  const model = stringAt(params, 'model');
  if (!isObject(entry) || !isObject(params) || name === undefined || model === undefined) {
    work.left.push(`${at}: has no model_name or no litellm_params.model`);
    return;
  }
  const slash = model.indexOf('/');
  const word = stringAt(params, 'custom_llm_provider') ?? (slash < 0 ? 'openai' : model.slice(0, slash));
  const id = work.providerOf(word);
  if (id === undefined) {
    work.left.push(`${at} (${name}): the provider "${word}" is not known here`);
    return;
  }
  const bare = model.startsWith(`${word}/`) ? model.slice(slash + 1) : model;
  const target = `${providerFor(id, params, work)}/${bare}`;
  work.targets.set(name, [...(work.targets.get(name) ?? []), target]);
  for (const member of Object.keys(params))
    if (!used.has(member)) work.left.push(`${at}.litellm_params.${member} (${name})`);
  for (const member of Object.keys(entry))
    if (member !== 'model_name' && member !== 'litellm_params') work.left.push(`${at}.${member} (${name})`);
};

/** The id of a provider with this key and address: the catalogue's own for the first, `openai-2` and so on for others. */
const providerFor = (id: string, params: JsonObject, { providers }: Work): string => {
  const wanted = providerMembers(params);
  const text = JSON.stringify(wanted);
  const known = providers.find((one) => isOf(one, id) && JSON.stringify(withoutNames(one)) === text);
  if (known !== undefined) return String(known['id']);
  const count = providers.filter((one) => isOf(one, id)).length;
  const name = count === 0 ? id : `${id}-${count + 1}`;
  providers.push({ id: name, ...(count === 0 ? {} : { like: id }), ...wanted });
  return name;
};

const isOf = (provider: JsonDraft, id: string): boolean => provider['id'] === id || provider['like'] === id;
const withoutNames = ({ id: _, like: __, ...members }: JsonDraft): JsonDraft => members;

const providerMembers = (params: JsonObject): JsonDraft => {
  const pick = (names: Readonly<Record<string, string>>): JsonDraft =>
    Object.fromEntries(
      Object.entries(names).flatMap(([from, to]) => {
        const value = stringAt(params, from);
        return value === undefined ? [] : [[to, textOf(value)]];
      }),
    );
  const [inAddress, secrets] = [pick(variables), pick(credentials)];
  const [key, base] = [stringAt(params, 'api_key'), stringAt(params, 'api_base')];
  return {
    ...(key === undefined ? {} : { api_key: textOf(key) }),
    ...(base === undefined ? {} : { base_url: textOf(base) }),
    ...(Object.keys(inAddress).length === 0 ? {} : { variables: inAddress }),
    ...(Object.keys(secrets).length === 0 ? {} : { credentials: secrets }),
  };
};

/** `os.environ/NAME` is `${NAME}` here, and a dollar sign is written twice. */
const textOf = (text: string): string => {
  const name = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  return name === undefined ? text.replaceAll('${', '$${') : `\${${name}}`;
};

const aliasesOf = (settings: Json | undefined, work: Work): JsonDraft => {
  const given = isObject(settings) ? settings['model_group_alias'] : undefined;
  if (!isObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, to]) => {
      const target = typeof to === 'string' ? to : stringAt(to, 'model');
      if (target === undefined) work.left.push(`model_group_alias.${name}`);
      return target === undefined ? [] : [[name, target]];
    }),
  );
};

const leaveRest = (taken: JsonObject, settings: Json | undefined, at: string, { left }: Work): void => {
  if (!isObject(settings)) return;
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(taken, name)) left.push(at === '' ? name : `${at}.${name}`);
};
