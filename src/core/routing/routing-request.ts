import { invalidField } from '../errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../json/json.ts';
import { percentileNames } from './health/pace.ts';
import type { Cutoffs, PreferredPace } from './preferred-pace.ts';
import type { Ranking } from './route.ts';

/** What a request says about its own routing, in the members that clients of routers send beside OpenAI's. */
export interface RoutingRequest {
  /** In the order in which they are to be tried; never empty. */
  readonly models: readonly string[];
  /** Any provider that has the model may serve it. */
  readonly spread: boolean;
  readonly order: readonly string[];
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly allowFallbacks: boolean;
  readonly requireParameters: boolean;
  readonly free: boolean;
  /** Dollars for a million tokens. */
  readonly maxInputPrice?: number;
  readonly maxOutputPrice?: number;
  readonly sort?: Ranking;
  readonly wants?: PreferredPace;
  /** Targets of all models are put in one order. */
  readonly across: boolean;
}

/** The members that are the gateway's own and mean nothing to a provider. */
export const routingMembers = ['models', 'provider', 'route'] as const;

const suffixes: Readonly<Record<string, Partial<RoutingRequest>>> = {
  ':nitro': { sort: 'throughput' },
  ':floor': { sort: 'price' },
  ':free': { free: true },
};

const mostModels = 32;

/** The name without a suffix that asks for an order, and that suffix. */
export const splitSuffix = (model: string): { readonly model: string; readonly suffix?: string } => {
  const colon = model.lastIndexOf(':');
  const suffix = colon < 1 ? '' : model.slice(colon);
  return Object.hasOwn(suffixes, suffix) ? { model: model.slice(0, colon), suffix } : { model };
};

/** Reads the routing members of a body. Throws a 400 that names the member. */
export const readRoutingRequest = (body: JsonObject, suffix: string | undefined): RoutingRequest => {
  const provider = body['provider'] ?? {};
  if (!isObject(provider)) throw invalidField('provider', 'must be an object such as {"order": ["openai"]}.');
  const models = modelsOf(body);
  const { by, across } = sortOf(provider['sort']);
  const own = suffix === undefined ? {} : (suffixes[suffix] ?? {});
  refuseUnknowable(provider);
  const prices = pricesOf(provider['max_price']);
  const wants = wantsOf(provider);
  return {
    models,
    spread: body['provider'] !== undefined || suffix !== undefined,
    order: namesOf(provider['order'], 'provider.order') ?? [],
    ...given('only', namesOf(provider['only'], 'provider.only')),
    ...given('ignore', namesOf(provider['ignore'], 'provider.ignore')),
    allowFallbacks: flagOf(provider['allow_fallbacks'], 'provider.allow_fallbacks') ?? true,
    requireParameters: flagOf(provider['require_parameters'], 'provider.require_parameters') ?? false,
    free: false,
    ...prices,
    ...given('wants', wants),
    across,
    ...own,
    ...given('sort', by ?? own.sort),
  };
};

const given = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

const modelsOf = (body: JsonObject): readonly string[] => {
  const more = namesOf(body['models'], 'models') ?? [];
  const all = [...(isString(body['model']) && body['model'] !== '' ? [body['model']] : []), ...more];
  if (all.length === 0) throw invalidField('models', 'is empty; name a model at least.');
  if (all.length > mostModels) throw invalidField('models', `holds more than ${mostModels} models.`);
  return [...new Set(all)];
};

const namesOf = (value: Json | undefined, param: string): readonly string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isArray(value)) throw invalidField(param, 'must be a list of names.');
  return value.map((name, index) => {
    if (!isString(name) || name === '') throw invalidField(`${param}[${index}]`, 'must be a name, as text.');
    return name;
  });
};

const flagOf = (value: Json | undefined, param: string): boolean | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw invalidField(param, 'must be true or false.');
};

const rankings: Readonly<Record<string, Ranking>> = { price: 'price', throughput: 'throughput', latency: 'latency' };

const sortOf = (value: Json | undefined): { readonly by?: Ranking; readonly across: boolean } => {
  if (value === undefined || value === null) return { across: false };
  const by = isObject(value) ? value['by'] : value;
  if (!isString(by) || !Object.hasOwn(rankings, by))
    throw invalidField('provider.sort', 'must be "price", "throughput" or "latency", or an object with such a `by`.');
  return { ...given('by', rankings[by]), across: isObject(value) && value['partition'] === 'none' };
};

const pricesOf = (value: Json | undefined): Pick<RoutingRequest, 'maxInputPrice' | 'maxOutputPrice'> => {
  if (value === undefined || value === null) return {};
  if (!isObject(value))
    throw invalidField('provider.max_price', 'must be an object such as {"prompt": 1, "completion": 2}.');
  return {
    ...given('maxInputPrice', dollarsOf(value['prompt'], 'provider.max_price.prompt')),
    ...given('maxOutputPrice', dollarsOf(value['completion'], 'provider.max_price.completion')),
  };
};

const dollarsOf = (value: Json | undefined, param: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const dollars = isString(value) && value.trim() !== '' ? Number(value) : value;
  if (typeof dollars === 'number' && dollars >= 0) return dollars;
  throw invalidField(param, 'must be dollars for a million tokens, 0 or more.');
};

const wantsOf = (provider: JsonObject): PreferredPace | undefined => {
  const maxLatency = cutoffsOf(provider['preferred_max_latency'], 'provider.preferred_max_latency');
  const minThroughput = cutoffsOf(provider['preferred_min_throughput'], 'provider.preferred_min_throughput');
  if (maxLatency === undefined && minThroughput === undefined) return undefined;
  return { ...given('maxLatency', maxLatency), ...given('minThroughput', minThroughput) };
};

/** A number alone is about the middle. */
const cutoffsOf = (value: Json | undefined, param: string): Cutoffs | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return { p50: measureOf(value, param) };
  const unknown = Object.keys(value).find((name) => !percentileNames.some((known) => known === name));
  if (unknown !== undefined)
    throw invalidField(`${param}.${unknown}`, `is no percentile; known: ${percentileNames.join(', ')}.`);
  const said = Object.entries(value).filter(([, cutoff]) => cutoff !== null && cutoff !== undefined);
  return Object.fromEntries(said.map(([name, cutoff]) => [name, measureOf(cutoff, `${param}.${name}`)]));
};

const measureOf = (value: Json | undefined, param: string): number => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw invalidField(param, 'must be a number, 0 or more, or an object such as {"p90": 50}.');
};

/** What nobody here knows of a provider is never taken as kept. */
const refuseUnknowable = (provider: JsonObject): void => {
  const strict =
    provider['zdr'] === true
      ? 'zdr'
      : provider['data_collection'] === 'deny'
        ? 'data_collection'
        : isArray(provider['quantizations'] ?? null)
          ? 'quantizations'
          : undefined;
  if (strict !== undefined)
    throw invalidField(
      `provider.${strict}`,
      'is not known of the providers here. Name those you trust in provider.only instead.',
    );
};
