import { invalidField } from '../../../core/errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { Dial } from '../../../core/routing/learned/choice.ts';

/** Members of a request that are for the choice and mean nothing to a provider. */
export const choiceMembers = [
  'models',
  'plugins',
  'tradeoff',
  'cost_quality_tradeoff',
  'cost_tier',
  'willingness_to_pay',
  'max_cost',
  'max_cost_per_million_tokens',
  'quality',
  'budget',
  'routing_constraint',
] as const;

export interface ChoiceWish {
  readonly dial: Dial;
  /** Patterns of names. */
  readonly allowed?: readonly string[];
  readonly excluded: readonly string[];
}

const tiers = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

const dials: Readonly<Record<string, (value: Json, at: string) => Dial>> = {
  tradeoff: (value, at) => {
    if (value === 'cost' || value === 'latency') return { kind: 'tradeoff', word: value };
    throw invalidField(at, 'must be "cost" or "latency"; leave it out for quality alone.');
  },
  cost_quality_tradeoff: (value, at) => ({ kind: 'slider', at: numberOf(value, at) }),
  cost_tier: (value, at) => {
    const tier = tiers.find((one) => one === value);
    if (tier !== undefined) return { kind: 'cost-tier', tier };
    throw invalidField(at, `must be one of ${tiers.join(', ')}.`);
  },
  willingness_to_pay: (value, at) => ({ kind: 'willingness-to-pay', dollars: numberOf(value, at) }),
  max_cost: (value, at) => ({ kind: 'max-cost', dollars: numberOf(value, at) }),
  max_cost_per_million_tokens: (value, at) => ({ kind: 'max-cost-per-million', dollars: numberOf(value, at) }),
  quality: (value, at) => ({ kind: 'quality', target: numberOf(value, at) }),
  budget: (value, at) => ({ kind: 'budget', dollarsPerThousand: numberOf(value, at) }),
  routing_constraint: (value, at) => constraintOf(value, at),
};

/** In the middle: what quality is worth where the cheapest and the dearest candidate tie. */
const usualDial: Dial = { kind: 'slider', at: 5 };

/** What a request says of the choice, in its own members and those of the plugin. Throws a 400 that names the member, or two that say it both. */
export const readWish = (body: JsonObject): ChoiceWish => {
  const plugin = pluginOf(body['plugins']);
  const said = [...dialsIn(body, ''), ...dialsIn(plugin.settings, plugin.at)];
  const [first, second] = said;
  if (first !== undefined && second !== undefined)
    throw invalidField(second.at, `says once more what ${first.at} says. Send one of the two.`);
  const allowed = namesOf(plugin.settings['allowed_models'], `${plugin.at}allowed_models`);
  return {
    dial: first?.dial ?? usualDial,
    ...(allowed === undefined ? {} : { allowed }),
    excluded: namesOf(plugin.settings['excluded_models'], `${plugin.at}excluded_models`) ?? [],
  };
};

interface SaidDial {
  readonly at: string;
  readonly dial: Dial;
}

const dialsIn = (members: JsonObject, head: string): readonly SaidDial[] =>
  Object.entries(dials).flatMap(([name, read]) => {
    const value = members[name] ?? null;
    return value === null ? [] : [{ at: `${head}${name}`, dial: read(value, `${head}${name}`) }];
  });

const pluginOf = (plugins: Json | undefined): { readonly settings: JsonObject; readonly at: string } => {
  const list = isArray(plugins ?? null) ? (plugins as readonly Json[]) : [];
  const index = list.findIndex((plugin) => isObject(plugin) && plugin['id'] === 'auto-router');
  const settings = list[index];
  return { settings: isObject(settings ?? null) ? (settings as JsonObject) : {}, at: `plugins[${index}].` };
};

const constraintOf = (value: Json, at: string): Dial => {
  const { quality_constraint: quality = null, cost_constraint: cost = null } = isObject(value) ? value : {};
  if (quality !== null && cost !== null)
    throw invalidField(at, 'holds quality_constraint and cost_constraint. Send one of the two.');
  if (quality !== null) {
    const bound = boundOf(quality, `${at}.quality_constraint`);
    return { kind: 'quality-floor', floor: typeof bound === 'number' ? bound : { asGoodAs: bound } };
  }
  if (cost === null) throw invalidField(at, 'must hold quality_constraint or cost_constraint.');
  const bound = boundOf(cost, `${at}.cost_constraint`);
  return { kind: 'cost-ceiling', ceiling: typeof bound === 'number' ? bound : { asCheapAs: bound } };
};

const boundOf = (value: Json, at: string): number | string => {
  const { numeric_value: number = null, model_name: name = null } = isObject(value) ? value : {};
  if (typeof number === 'number') return number;
  if (typeof name === 'string' && name !== '') return name;
  throw invalidField(at, 'must be {"numeric_value": …} or {"model_name": …}.');
};

const numberOf = (value: Json, at: string): number => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalidField(at, `must be a number; it is ${typeof value}.`);
};

const namesOf = (value: Json | undefined, at: string): readonly string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (isArray(value) && value.every((one) => typeof one === 'string')) return value as readonly string[];
  throw invalidField(at, 'must be a list of names or patterns such as "anthropic/*".');
};
