import { aiq, rangeOf } from '../curves/aiq.ts';
import { bestSingle } from '../curves/gains.ts';
import { type Point, pointOf, pointsOfModels } from '../curves/point.ts';
import { cell, type OutcomeRow } from '../outcome-table.ts';

/** Which of an operator's models are worth routing between. */
export interface PoolAdvice {
  /** Models that another one replaces: no dearer and no worse, on the whole and in every slice. */
  readonly dominated: readonly { readonly model: string; readonly by: string }[];
  /** Three to eight models, the most useful first; fewer when there are fewer that are not dominated. */
  readonly proposed: readonly PoolStep[];
}

/** What a model adds to those before it. */
export interface PoolStep {
  readonly model: string;
  /** Mean quality of random mixing over the whole range of costs, with this model in the pool. */
  readonly mixing: number;
  /** Mean quality of the best answer of each query. */
  readonly oracle: number;
  readonly addsMixing: number;
  readonly addsOracle: number;
}

const leastPool = 3;
const mostPool = 8;
/** A model that adds less than this to either figure is not proposed beyond the least pool. */
const worthAdding = 0.002;
const leastSlice = 20;

export const poolAdvice = (rows: readonly OutcomeRow[], models: readonly string[]): PoolAdvice => {
  const places = placesOf(rows, models.length);
  const dominated = models.flatMap((model, index) => {
    const by = models.findIndex((_, other) => other !== index && dominates(places, other, index));
    return by < 0 ? [] : [{ model, by: models[by] ?? '', index }];
  });
  const left = models.map((_, index) => index).filter((index) => !dominated.some((one) => one.index === index));
  return {
    dominated: dominated.map(({ model, by }) => ({ model, by })),
    proposed: proposalOf({ rows, models, singles: places[0] ?? [] }, left),
  };
};

/** Where the models stand on the whole, then in each slice that is large enough to say something. */
const placesOf = (rows: readonly OutcomeRow[], models: number): readonly (readonly Point[])[] => {
  const slices = new Map<string, OutcomeRow[]>();
  for (const row of rows) slices.set(row.slice, [...(slices.get(row.slice) ?? []), row]);
  const large = [...slices.values()].filter(({ length }) => length >= leastSlice);
  return [rows, ...large].map((some) => pointsOfModels(some, models));
};

/** Of two models alike in everything the first one stays. */
const dominates = (places: readonly (readonly Point[])[], one: number, other: number): boolean => {
  const pairs = places.map((points) => [points[one], points[other]] as const);
  const never = pairs.every(
    ([a, b]) => a !== undefined && b !== undefined && a.cost <= b.cost && a.quality >= b.quality,
  );
  const alike = pairs.every(([a, b]) => a?.cost === b?.cost && a?.quality === b?.quality);
  return never && (!alike || one < other);
};

interface Pool {
  readonly rows: readonly OutcomeRow[];
  readonly models: readonly string[];
  readonly singles: readonly Point[];
}

const proposalOf = (pool: Pool, left: readonly number[]): readonly PoolStep[] => {
  const best = bestSingle(pool.singles.map((point, index) => (left.includes(index) ? point : unknown)));
  const chosen: number[] = [];
  const steps: PoolStep[] = [];
  for (let next = best < 0 ? undefined : best; next !== undefined && chosen.length < mostPool; ) {
    const before = steps.at(-1);
    const step = stepOf(pool, chosen, next);
    if (chosen.length >= leastPool && Math.max(step.addsMixing, step.addsOracle) < worthAdding) break;
    chosen.push(next);
    steps.push(before === undefined ? { ...step, addsMixing: step.mixing, addsOracle: step.oracle } : step);
    next = mostUseful(pool, chosen, left);
  }
  return steps;
};

const unknown: Point = { cost: Number.NaN, quality: Number.NaN };

const mostUseful = (pool: Pool, chosen: readonly number[], left: readonly number[]): number | undefined => {
  const use = (model: number): number => {
    const { addsMixing, addsOracle } = stepOf(pool, chosen, model);
    return addsMixing + addsOracle;
  };
  const open = left.filter((model) => !chosen.includes(model)).map((model) => ({ model, use: use(model) }));
  return open.toSorted((one, other) => other.use - one.use || one.model - other.model)[0]?.model;
};

const stepOf = (pool: Pool, chosen: readonly number[], model: number): PoolStep => {
  const before = figuresOf(pool, chosen);
  const after = figuresOf(pool, [...chosen, model]);
  return {
    model: pool.models[model] ?? '',
    ...after,
    addsMixing: after.mixing - before.mixing,
    addsOracle: after.oracle - before.oracle,
  };
};

const figuresOf = ({ rows, singles }: Pool, chosen: readonly number[]): { mixing: number; oracle: number } => {
  if (chosen.length === 0) return { mixing: 0, oracle: 0 };
  // With the router that answers nothing in it, no model that is added can lower the hull.
  const points = [{ cost: 0, quality: 0 }, ...chosen.flatMap((model) => singles[model] ?? [])];
  const best = Int32Array.from(rows, ({ scores }) => bestOf(scores, chosen));
  return { mixing: aiq(points, rangeOf(singles)).perCostRange, oracle: pointOf(rows, best).quality };
};

const bestOf = (scores: ArrayLike<number>, chosen: readonly number[]): number =>
  chosen.reduce((best, model) => (cell(scores, model) > cell(scores, best) ? model : best), chosen[0] ?? 0);
