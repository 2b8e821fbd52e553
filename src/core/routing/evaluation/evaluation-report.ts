import type { Aiq, CostRange } from './curves/aiq.ts';
import type { PerfGain } from './curves/gains.ts';
import type { Point } from './curves/point.ts';
import type { Interval } from './evidence/bootstrap.ts';
import type { Calibration } from './evidence/calibration.ts';
import type { PoolAdvice } from './evidence/pool-advice.ts';
import type { Verdict } from './evidence/verdict.ts';

export interface NamedPoint extends Point {
  readonly name: string;
}

/** A router measured on queries that it had not seen. Costs are dollars a request, qualities are in the unit of the scores. */
export interface EvaluationReport {
  readonly rows: number;
  /** Rows of which a score or a cost is missing. */
  readonly leftOut: number;
  /** Near-duplicates count as one. */
  readonly groups: number;
  readonly folds: number;
  readonly seed: string;
  /** The share of the best single model's quality that was asked for. */
  readonly target: number;
  /** Whether any cost is known; without one only quality is judged. */
  readonly priced: boolean;
  readonly verdict: Verdict;
  readonly singles: readonly NamedPoint[];
  readonly bestSingle: NamedPoint;
  readonly cheapest: NamedPoint;
  readonly router: {
    /** At the dial it is to run with. */
    readonly chosen: Point;
    readonly intervals: { readonly cost: Interval; readonly quality: Interval };
    readonly curve: readonly (Point & {
      readonly dollarsPerQuality: number;
      readonly low: number;
      readonly high: number;
    })[];
  };
  readonly oracle: { readonly chosen: Point; readonly curve: readonly Point[] };
  /** A model drawn by lot for each query. */
  readonly random: Point;
  readonly baselines: readonly {
    readonly name: string;
    readonly aiq: Aiq;
    readonly save95: number | undefined;
    readonly curve: readonly Point[];
  }[];
  readonly aiq: { readonly range: CostRange; readonly router: Aiq; readonly zero: Aiq; readonly oracle: Aiq };
  /** Shares of the best single model's cost; undefined where the curve does not reach its quality. */
  readonly costSave: {
    readonly at100: number | undefined;
    readonly at98: number | undefined;
    readonly at95: number | undefined;
  };
  readonly perfGain: PerfGain;
  readonly paretoDist: number;
  /** Quality below the oracle at the chosen dial. */
  readonly regret: number;
  readonly shares: readonly { readonly model: string; readonly share: number }[];
  readonly calibration: Calibration;
  readonly slices: readonly {
    readonly slice: string;
    readonly rows: number;
    readonly router: Point;
    readonly bestSingle: Point;
    readonly oracle: Point;
  }[];
  readonly pool: PoolAdvice;
}
