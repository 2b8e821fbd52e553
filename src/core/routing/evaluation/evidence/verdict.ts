import { bestSingle } from '../curves/gains.ts';
import { nonDecreasingHull, qualityAt } from '../curves/hull.ts';
import { pointOf, pointOfModel, pointsOfModels } from '../curves/point.ts';
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
  /** Which rows were held out together; absent: the router was made elsewhere. */
  readonly folds?: Int32Array;
  /** What the router chose for each row, at the dial it is to run with. */
  readonly choices: ArrayLike<number>;
  /** The share of the best single model's quality that was asked for; 1 when left out. */
  readonly target?: number;
  readonly seed: string;
  readonly draws?: number;
}

/** Half a point of a score from 0 to 1: less than that is no difference to anybody. */
const tolerance = 0.005;
/** A verdict must stand although so many queries had gone the other way: a bootstrap of few differing queries is too sure of itself. */
const spareQueries = 2;

/**
 * Better: above random mixing, not below the quality asked for, and above the best single model in quality or below it in cost. Worse: below what was
 * asked for and below random mixing, or dearer for no more, and that beside the single model one would have picked without having seen the query:
 * the one that turns out best among several is partly so by luck. Everything else is not shown.
 */
export const judge = (judged: Judged): Verdict => {
  const { models, rows, groups, choices, target = 1, seed, draws = 1000 } = judged;
  const best = Math.max(0, bestSingle(pointsOfModels(rows, models.length)));
  const picked = pickedSingles(judged, best);
  const figures = (weights: Float64Array | undefined): readonly number[] => {
    const singles = pointsOfModels(rows, models.length, weights);
    const held = singles[best] ?? { cost: Number.NaN, quality: Number.NaN };
    const own = pointOf(rows, choices, weights);
    const usual = pointOf(rows, picked, weights);
    const mixed = qualityAt(nonDecreasingHull(singles), own.cost);
    return [
      own.quality - mixed,
      own.quality - held.quality,
      savedShare(own.cost, held.cost),
      own.quality - usual.quality,
      savedShare(own.cost, usual.cost),
    ];
  };
  const found = bootstrap(groups, figures, { draws, seed, level: 0.99 });
  const [advantage = none, quality = none, saved = none, besideUsual = none, savedBesideUsual = none] = found;
  const allowedLoss = (1 - target) * Math.abs(pointOfModel(rows, best).quality);
  const word = wordFor({
    advantage,
    quality,
    saved,
    besideUsual,
    savedBesideUsual,
    allowedLoss,
    spare: spareQueries / rows.length,
  });
  const name = models[best] ?? '';
  const priced = rows.some(({ costs }) => Array.from(costs).some((cost) => cost > 0));
  const sentence = sentenceFor(word, { name, quality, saved: priced ? saved : undefined });
  return { word, sentence, bestSingle: name, advantage, quality, saved };
};

const savedShare = (own: number, other: number): number => (other > 0 ? 1 - own / other : 0);

/** For each row the single model that was best on the rows that were not held out with it. */
const pickedSingles = ({ models, rows, folds }: Judged, best: number): Int32Array => {
  if (folds === undefined) return new Int32Array(rows.length).fill(best);
  const byFold = new Map<number, number>();
  for (const fold of new Set(folds)) {
    const weights = Float64Array.from(rows, (_, index) => (folds[index] === fold ? 0 : 1));
    const known = bestSingle(pointsOfModels(rows, models.length, weights));
    byFold.set(fold, known < 0 ? best : known);
  }
  return Int32Array.from(rows, (_, index) => byFold.get(folds[index] ?? 0) ?? best);
};

const none: Interval = { value: Number.NaN, low: Number.NaN, high: Number.NaN };

interface Evidence {
  readonly advantage: Interval;
  readonly quality: Interval;
  readonly saved: Interval;
  readonly besideUsual: Interval;
  readonly savedBesideUsual: Interval;
  readonly allowedLoss: number;
  readonly spare: number;
}

const wordFor = (evidence: Evidence): VerdictWord => {
  const { advantage, quality, saved, besideUsual, savedBesideUsual, allowedLoss, spare } = evidence;
  const keepsQuality = quality.value >= -allowedLoss - tolerance;
  if (advantage.low > spare && keepsQuality && (quality.low > spare || saved.low > 0)) return 'better';
  const losesQuality = besideUsual.high < -allowedLoss - spare && advantage.high < -spare;
  const dearerForNothing = savedBesideUsual.high < 0 && besideUsual.high < tolerance - spare;
  return losesQuality || dearerForNothing ? 'worse' : 'not shown';
};

const sentenceFor = (
  word: VerdictWord,
  { name, quality, saved }: { readonly name: string; readonly quality: Interval; readonly saved: Interval | undefined },
): string => {
  const cost = saved === undefined ? '' : `costs ${percent(-saved.value)} and `;
  const measured = `Against always using ${name} it ${cost}scores ${points(quality.value)}.`;
  switch (word) {
    case 'better':
      return `${measured} That is beyond chance: switch it on.`;
    case 'worse':
      return `${measured} That is worse than using ${name} alone: leave it off.`;
    case 'not shown':
      return `${measured} On this many queries that may be chance: keep ${name}, or bring more queries.`;
  }
};

const percent = (share: number): string => `${Math.abs(share * 100).toFixed(1)} % ${share > 0 ? 'more' : 'less'}`;

const points = (difference: number): string =>
  `${Math.abs(difference * 100).toFixed(1)} points ${difference < 0 ? 'less' : 'more'}`;
