import { bestSingle } from '../curves/gains.ts';
import { nonDecreasingHull, qualityAt } from '../curves/hull.ts';
import { pointOf, pointsOfModels } from '../curves/point.ts';
import type { OutcomeRow } from '../outcome-table.ts';
import { bootstrap, type Interval } from './bootstrap.ts';

export type VerdictWord = 'better' | 'not shown' | 'worse';

/** Whether a router is worth having beside the best single model, and the evidence. Intervals hold at 99 %: a verdict is acted upon. */
export interface Verdict {
  readonly word: VerdictWord;
  readonly sentence: string;
  /** The model it is measured against. */
  readonly bestSingle: string;
  /** Quality above what mixing single models at random reaches for the same money. */
  readonly advantage: Interval;
  /** Quality above the best single model. */
  readonly quality: Interval;
  /** Share of the best single model's cost that is saved. */
  readonly saved: Interval;
}

export interface Judged {
  readonly models: readonly string[];
  /** Of which everything is known. */
  readonly rows: readonly OutcomeRow[];
  readonly groups: Int32Array;
  /** What the router chose for each row, at the dial it is to run with. */
  readonly choices: ArrayLike<number>;
  /** The share of the best single model's quality that was asked for; 1 when left out. */
  readonly target?: number;
  readonly seed: string;
  readonly draws?: number;
}

/** Half a point of a score from 0 to 1: less than that is no difference to anybody. */
const tolerance = 0.005;

/**
 * Better: above random mixing, not below the quality asked for, and above the best single model in quality or below it in cost. Worse: below what was
 * asked for and below random mixing, or dearer for no more. Everything else is not shown.
 */
export const judge = (judged: Judged): Verdict => {
  const { models, rows, groups, choices, target = 1, seed, draws = 1000 } = judged;
  const best = Math.max(0, bestSingle(pointsOfModels(rows, models.length)));
  const figures = (weights: Float64Array | undefined): readonly number[] => {
    const singles = pointsOfModels(rows, models.length, weights);
    const held = singles[best] ?? { cost: Number.NaN, quality: Number.NaN };
    const own = pointOf(rows, choices, weights);
    const mixed = qualityAt(nonDecreasingHull(singles), own.cost);
    return [
      own.quality - mixed,
      own.quality - held.quality,
      held.cost > 0 ? 1 - own.cost / held.cost : 0,
      held.quality,
    ];
  };
  const found = bootstrap(groups, figures, { draws, seed, level: 0.99 });
  const [advantage = none, quality = none, saved = none, held = none] = found;
  const word = wordFor({ advantage, quality, saved, allowedLoss: (1 - target) * Math.abs(held.value) });
  const name = models[best] ?? '';
  return { word, sentence: sentenceFor(word, { name, quality, saved }), bestSingle: name, advantage, quality, saved };
};

const none: Interval = { value: Number.NaN, low: Number.NaN, high: Number.NaN };

interface Evidence {
  readonly advantage: Interval;
  readonly quality: Interval;
  readonly saved: Interval;
  readonly allowedLoss: number;
}

const wordFor = ({ advantage, quality, saved, allowedLoss }: Evidence): VerdictWord => {
  const keepsQuality = quality.value >= -allowedLoss - tolerance;
  if (advantage.low > 0 && keepsQuality && (quality.low > 0 || saved.low > 0)) return 'better';
  const losesQuality = quality.high < -allowedLoss && advantage.high < 0;
  const dearerForNothing = saved.high < 0 && quality.high < tolerance;
  return losesQuality || dearerForNothing ? 'worse' : 'not shown';
};

const sentenceFor = (
  word: VerdictWord,
  { name, quality, saved }: { readonly name: string; readonly quality: Interval; readonly saved: Interval },
): string => {
  const measured = `Against always using ${name} it costs ${percent(-saved.value)} and scores ${points(quality.value)}.`;
  switch (word) {
    case 'better':
      return `${measured} Both are beyond chance: switch it on.`;
    case 'worse':
      return `${measured} That is worse than using ${name} alone: leave it off.`;
    case 'not shown':
      return `${measured} On this many queries that may be chance: keep ${name}, or bring more queries.`;
  }
};

const percent = (share: number): string => `${Math.abs(share * 100).toFixed(1)} % ${share > 0 ? 'more' : 'less'}`;

const points = (difference: number): string =>
  `${Math.abs(difference * 100).toFixed(1)} points ${difference < 0 ? 'less' : 'more'}`;
