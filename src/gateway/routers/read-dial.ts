import { GatewayError, invalidField } from '../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import type { Dial } from '../../core/routing/learned/choice.ts';

type ReadDial = (value: Json, name: string) => Dial;

const number = (value: Json, name: string, [least, most]: readonly [number, number]): number => {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
  throw invalidField(name, `must be a number ${range}`);
};

const word = <Word extends string>(value: Json, name: string, words: readonly Word[]): Word => {
  const found = words.find((one) => one === value);
  if (found === undefined) throw invalidField(name, `must be one of ${words.join(', ')}`);
  return found;
};

const tiers = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** What a request may say quality is worth, by its name there. */
const dials: Readonly<Record<string, ReadDial>> = {
  quality: (value, name) => ({ kind: 'quality', target: number(value, name, [0.5, 1]) }),
  budget: (value, name) => ({ kind: 'budget', dollarsPerThousand: number(value, name, [0, Number.POSITIVE_INFINITY]) }),
  cost_quality_tradeoff: (value, name) => ({ kind: 'slider', at: number(value, name, [0, 10]) }),
  tradeoff: (value, name) => ({ kind: 'tradeoff', word: word(value, name, ['cost', 'latency']) }),
  cost_tier: (value, name) => ({ kind: 'cost-tier', tier: word(value, name, tiers) }),
  willingness_to_pay: (value, name) => ({
    kind: 'willingness-to-pay',
    dollars: number(value, name, [0, Number.POSITIVE_INFINITY]),
  }),
  max_cost: (value, name) => ({ kind: 'max-cost', dollars: number(value, name, [0, Number.POSITIVE_INFINITY]) }),
  max_cost_per_million_tokens: (value, name) => ({
    kind: 'max-cost-per-million',
    dollars: number(value, name, [0, Number.POSITIVE_INFINITY]),
  }),
  quality_floor: (value, name) => ({
    kind: 'quality-floor',
    floor: typeof value === 'string' ? { asGoodAs: value } : number(value, name, [0, 1]),
  }),
};

/** The one dial of a request; quality alone counts without one. Throws `invalid_request` for one out of its range, and for two. */
export const readDial = (body: JsonObject): Dial => {
  const given = Object.keys(dials).filter((name) => body[name] !== undefined && body[name] !== null);
  const [name, other] = given;
  if (name !== undefined && other !== undefined)
    throw new GatewayError(
      'invalid_request',
      `${name} and ${other} both say what quality is worth. Send one of them.`,
      {
        param: other,
      },
    );
  const read = name === undefined ? undefined : dials[name];
  if (name === undefined || read === undefined) return { kind: 'rule', rule: { lambda: Number.POSITIVE_INFINITY } };
  return read(body[name] ?? null, name);
};
