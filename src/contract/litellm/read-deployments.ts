import { isArray, isObject, type Json, type JsonDraft, type JsonObject, stringAt } from '../../core/json/json.ts';
import { given, leaveRest, msAt, numberAt, textOf, triesAt, type Work } from './work.ts';

/** One row of `model_list`: where it goes, and what is said of it. */
export interface Deployment {
  readonly name: string;
  /** `provider/model`. */
  readonly target: string;
  readonly id: string | undefined;
  readonly weight: number | undefined;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly order: number | undefined;
  /** Settings of the route's node, as the config file has them. */
  readonly settings: JsonObject;
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
const parameters = [
  ...['temperature', 'top_p', 'top_k', 'max_tokens', 'max_completion_tokens', 'presence_penalty', 'seed', 'stop'],
  ...['frequency_penalty', 'reasoning_effort', 'response_format', 'user', 'n', 'logprobs', 'thinking', 'tool_choice'],
] as const;
const prices: Readonly<Record<string, string>> = {
  input_cost_per_token: 'input_per_million',
  output_cost_per_token: 'output_per_million',
  cache_read_input_token_cost: 'cache_read_per_million',
  cache_creation_input_token_cost: 'cache_write_per_million',
  output_cost_per_reasoning_token: 'reasoning_per_million',
};
const sizes: Readonly<Record<string, string>> = {
  max_input_tokens: 'max_input_tokens',
  max_output_tokens: 'max_output_tokens',
};

const takenParams: ReadonlySet<string> = new Set([
  ...['model', 'api_key', 'api_base', 'base_url', 'custom_llm_provider', 'litellm_credential_name', 'extra_headers'],
  ...['weight', 'rpm', 'tpm', 'order', 'tags', 'region_name', 'timeout', 'stream_timeout', 'cooldown_time'],
  ...['num_retries', 'max_retries', 'max_parallel_requests', 'mock_response', 'extra_body', 'additional_drop_params'],
  ...Object.keys(variables),
  ...Object.keys(credentials),
  ...parameters,
  ...Object.keys(prices),
]);
const takenInfo: ReadonlySet<string> = new Set([
  'id',
  'base_model',
  'mode',
  ...Object.keys(prices),
  ...Object.keys(sizes),
]);
const takenEntry: ReadonlySet<string> = new Set(['model_name', 'litellm_params', 'model_info']);

/** The rows of `model_list` whose provider is known; their providers, prices and parameters go into the work. */
export const readDeployments = (document: JsonObject, work: Work): readonly Deployment[] => {
  const { model_list: models, credential_list: list } = document;
  const held = new Map<string, Json>();
  for (const entry of list !== undefined && isArray(list) ? list : []) {
    const name = stringAt(entry, 'credential_name');
    const values = isObject(entry) ? entry['credential_values'] : undefined;
    if (name !== undefined && values !== undefined) held.set(name, values);
  }
  return (models !== undefined && isArray(models) ? models : []).flatMap((entry, index) =>
    readRow(entry, { at: `model_list[${index}]`, held, work }),
  );
};

const readRow = (
  entry: Json,
  { at, held, work }: { readonly at: string; readonly held: ReadonlyMap<string, Json>; readonly work: Work },
): readonly Deployment[] => {
  const own = isObject(entry) ? entry['litellm_params'] : undefined;
  const name = stringAt(entry, 'model_name');
  const model = stringAt(own, 'model');
  if (!isObject(entry) || own === undefined || !isObject(own) || name === undefined || model === undefined) {
    work.left.push(`${at}: has no model_name or no litellm_params.model`);
    return [];
  }
  const credential = held.get(stringAt(own, 'litellm_credential_name') ?? '');
  const params = credential !== undefined && isObject(credential) ? { ...credential, ...own } : own;
  const found = placeOf(model, params, work);
  if (typeof found === 'string') {
    work.left.push(`${at} (${name}): ${found}`);
    return [];
  }
  const info = entry['model_info'];
  const facts: JsonObject = info !== undefined && isObject(info) ? info : {};
  const row = wordOf(stringAt(facts, 'id') ?? '');
  const target = `${providerFor(found.provider, params, { row, work })}/${found.model}`;
  takeFacts(target, { ...params, ...facts }, work);
  takeParameters(target, params, work);
  const inRow = (path: string) => ({ at: path, left: work.left });
  leaveRest(takenParams, params, inRow(`${at} (${name}).litellm_params`));
  leaveRest(takenInfo, facts, inRow(`${at} (${name}).model_info`));
  leaveRest(takenEntry, entry, inRow(`${at} (${name})`));
  return [
    {
      name,
      target,
      id: stringAt(facts, 'id'),
      weight: numberAt(params, 'weight'),
      rpm: numberAt(params, 'rpm'),
      tpm: numberAt(params, 'tpm'),
      order: numberAt(params, 'order'),
      settings: settingsOf(params),
    },
  ];
};

/** An id as the end of a provider's name. */
const wordOf = (id: string): string =>
  id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-12);

const placeOf = (
  model: string,
  params: JsonObject,
  { names }: Work,
): { readonly provider: string; readonly model: string } | string => {
  const slash = model.indexOf('/');
  const said = stringAt(params, 'custom_llm_provider');
  const word = said ?? (slash < 0 ? undefined : model.slice(0, slash));
  if (word === undefined) {
    const owner = names.ownerOf(model) ?? names.providerOf('openai');
    return owner === undefined ? `nobody is known who has "${model}"` : { provider: owner, model };
  }
  const provider = names.providerOf(word);
  if (provider === undefined) return `the provider "${word}" is not known here`;
  const bare = model.startsWith(`${word}/`) ? model.slice(word.length + 1) : model;
  return { provider, model: bare.replace(/^(?:converse|invoke)\//, '') };
};

/** What the row says of itself as a target of a route. */
const settingsOf = (params: JsonObject): JsonObject => {
  const tags = params['tags'];
  const tries = triesAt(params, 'num_retries') ?? triesAt(params, 'max_retries');
  const answer = params['mock_response'];
  return given({
    tags: tags !== undefined && isArray(tags) && tags.length > 0 ? tags.map(String) : undefined,
    region: stringAt(params, 'region_name'),
    first_byte_ms: above0(msAt(params, 'timeout')),
    stream_first_byte_ms: above0(msAt(params, 'stream_timeout')),
    limits: objectOf({ parallel_requests: numberAt(params, 'max_parallel_requests') }),
    breaker: objectOf({ open_ms: msAt(params, 'cooldown_time') }),
    retry: tries === undefined ? undefined : { attempts: tries },
    answer: typeof answer === 'string' ? answer : undefined,
  });
};

const above0 = (ms: number | undefined): number | undefined => (ms === 0 ? undefined : ms);

const objectOf = (members: Readonly<Record<string, Json | undefined>>): JsonObject | undefined => {
  const object = given(members);
  return Object.keys(object).length === 0 ? undefined : object;
};

/** Prices and sizes, over the catalogue's. Dollars of a token become dollars of a million. */
const takeFacts = (target: string, said: JsonObject, { models }: Work): void => {
  if (target.includes('*')) return;
  const rates = Object.entries(prices).flatMap(([from, to]) => {
    const price = numberAt(said, from);
    return price === undefined ? [] : [[to, Math.round(price * 1e15) / 1e9] as const];
  });
  const bounds = Object.entries(sizes).flatMap(([from, to]) => {
    const tokens = numberAt(said, from);
    return tokens === undefined || tokens < 1 ? [] : [[to, Math.floor(tokens)] as const];
  });
  if (rates.length + bounds.length === 0 || models.some(({ id }) => id === target)) return;
  models.push({
    id: target,
    ...Object.fromEntries(bounds),
    ...(rates.length === 0 ? {} : { prices: Object.fromEntries(rates) }),
  });
};

/** Parameters of a row are used where the client says nothing; its `extra_body` whatever the client says. */
const takeParameters = (target: string, params: JsonObject, { modelSettings }: Work): void => {
  const defaults = Object.fromEntries(
    parameters.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])),
  ) as JsonObject;
  const { extra_body: body, additional_drop_params: dropped } = params;
  const entry = {
    ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
    ...(body !== undefined && isObject(body) ? { overrides: body } : {}),
    ...(dropped !== undefined && isArray(dropped) ? { drop_params: dropped.map(String) } : {}),
  };
  const known = modelSettings.some(({ models }) => models === target);
  if (Object.keys(entry).length > 0 && !known) modelSettings.push({ models: target, ...entry });
};

/** The id of a provider with this key and address: the catalogue's own for the first, `openai-2` and so on for others. */
const providerFor = (
  id: string,
  params: JsonObject,
  { row, work }: { readonly row: string; readonly work: Work },
): string => {
  const { providers, byRow } = work;
  const wanted = providerMembers(params);
  // The provider that is set up already.
  if (byRow && Object.keys(wanted).length === 0) return id;
  const text = JSON.stringify(wanted);
  const known = providers.find((one) => isOf(one, id) && JSON.stringify(withoutNames(one)) === text);
  if (known !== undefined) return String(known['id']);
  const count = providers.filter((one) => isOf(one, id)).length;
  const name = byRow ? `${id}-${row}` : count === 0 ? id : `${id}-${count + 1}`;
  providers.push({ id: name, ...(name === id ? {} : { like: id, same_models: true }), ...wanted });
  return name;
};

const isOf = (provider: JsonDraft, id: string): boolean => provider['id'] === id || provider['like'] === id;
const withoutNames = ({ id: _, like: __, same_models: ___, ...members }: JsonDraft): JsonDraft => members;

const providerMembers = (params: JsonObject): JsonDraft => {
  const pick = (names: Readonly<Record<string, string>>): JsonDraft =>
    Object.fromEntries(
      Object.entries(names).flatMap(([from, to]) => {
        const value = stringAt(params, from);
        return value === undefined ? [] : [[to, textOf(value)]];
      }),
    );
  const [inAddress, secrets] = [pick(variables), pick(credentials)];
  const key = stringAt(params, 'api_key');
  const base = stringAt(params, 'api_base') ?? stringAt(params, 'base_url');
  const headers = params['extra_headers'];
  return {
    ...(key === undefined ? {} : { api_key: textOf(key) }),
    ...(base === undefined ? {} : { base_url: textOf(base) }),
    ...(Object.keys(inAddress).length === 0 ? {} : { variables: inAddress }),
    ...(Object.keys(secrets).length === 0 ? {} : { credentials: secrets }),
    ...(headers !== undefined && isObject(headers) ? { headers: textsOf(headers) } : {}),
  };
};

const textsOf = (headers: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, textOf(String(value))]));
