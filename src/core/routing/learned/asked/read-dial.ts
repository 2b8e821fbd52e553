import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import type { Dial } from '../choice.ts';

/** `at`: where it stands, as the caller knows it. */
type ReadDial = (value: Json, at: string) => Dial;

const number = (value: Json, at: string, [least, most]: readonly [number, number]): number => {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
  throw invalidField(at, `must be a number ${range}; it is ${typeof value === 'number' ? value : typeof value}.`);
};

const word = <Word extends string>(value: Json, at: string, words: readonly Word[]): Word => {
  const found = words.find((one) => one === value);
  if (found === undefined) throw invalidField(at, `must be one of ${words.join(', ')}.`);
  return found;
};

const tiers = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
const dollars = [0, Number.POSITIVE_INFINITY] as const;

/** What a request may say quality is worth, by its name there. */
const dials = {
  quality: (value, at) => ({ kind: 'quality', target: number(value, at, [0.5, 1]) }),
  budget: (value, at) => ({ kind: 'budget', dollarsPerThousand: number(value, at, dollars) }),
  cost_quality_tradeoff: (value, at) => ({ kind: 'slider', at: number(value, at, [0, 10]) }),
  tradeoff: (value, at) => ({ kind: 'tradeoff', word: word(value, at, ['cost', 'latency']) }),
  cost_tier: (value, at) => ({ kind: 'cost-tier', tier: word(value, at, tiers) }),
  willingness_to_pay: (value, at) => ({ kind: 'willingness-to-pay', dollars: number(value, at, dollars) }),
  max_cost: (value, at) => ({ kind: 'max-cost', dollars: number(value, at, dollars) }),
  max_cost_per_million_tokens: (value, at) => ({ kind: 'max-cost-per-million', dollars: number(value, at, dollars) }),
  quality_floor: (value, at) => ({
    kind: 'quality-floor',
    floor: typeof value === 'string' ? { asGoodAs: value } : number(value, at, [0, 1]),
  }),
  routing_constraint: (value, at) => constraintOf(value, at),
} as const satisfies Readonly<Record<string, ReadDial>>;

/** The members that say what quality is worth. */
export const dialNames = Object.keys(dials) as readonly (keyof typeof dials)[];

const constraintOf: ReadDial = (value, at) => {
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
  const { numeric_value: bound = null, model_name: name = null } = isObject(value) ? value : {};
  if (typeof bound === 'number') return bound;
  if (typeof name === 'string' && name !== '') return name;
  throw invalidField(at, 'must be {"numeric_value": …} or {"model_name": …}.');
};

export interface SaidDial {
  readonly at: string;
  readonly dial: Dial;
}

/** All dials among some members. Throws `invalid_request` for one out of its range. */
export const dialsIn = (members: JsonObject, head = ''): readonly SaidDial[] =>
  Object.entries(dials).flatMap(([name, read]) => {
    const value = members[name] ?? null;
    return value === null ? [] : [{ at: `${head}${name}`, dial: read(value, `${head}${name}`) }];
  });

/** The one dial of a request. Throws `invalid_request` for two. */
export const onlyDial = ([first, second]: readonly SaidDial[]): Dial | undefined => {
  if (first !== undefined && second !== undefined)
    throw new GatewayError(
      'invalid_request',
      `${first.at} and ${second.at} both say what quality is worth. Send one of them.`,
      { param: second.at },
    );
  return first?.dial;
};
