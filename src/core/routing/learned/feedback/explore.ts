import type { Dice } from '../../dice.ts';
import type { RankedCandidate, RouterDecision } from '../choice.ts';
import type { Posterior } from './posterior-book.ts';

/** More of the traffic is never spent on finding out. */
export const mostExploration = 0.02;

/** Candidates within so much quality of the winner are safe to try. */
const usualBand = 0.05;

/** Draws that tell how often Thompson sampling would take each candidate. */
const draws = 64;

export interface Exploration {
  /** Share of requests, 0 to `mostExploration`. */
  readonly share: number;
  readonly band?: number;
  readonly posteriorOf: (model: string, expected: number) => Posterior;
  readonly dice: Dice;
}

/**
 * Now and then takes a candidate nearly as good as the winner, the more often the likelier it is to be the better one, so that votes can show it. Every
 * decision carries the probability it was made with, so that what another rule would have earned can be reckoned afterwards.
 */
export const explore = (
  decision: RouterDecision,
  { share, band = usualBand, posteriorOf, dice }: Exploration,
): RouterDecision => {
  const [winner] = decision.ranked;
  const rate = Math.min(mostExploration, Math.max(0, share));
  if (winner === undefined || decision.model === undefined || rate === 0) return decision;
  const safe = decision.ranked.filter((one) => isSafe(one, winner, band));
  if (safe.length < 2) return decision;
  const odds = thompsonOdds(
    safe.map(({ model, quality }) => posteriorOf(model, quality)),
    dice,
  );
  const explores = dice.next() < rate;
  const taken = explores ? drawn(odds, dice) : 0;
  const propensity = (taken === 0 ? 1 - rate : 0) + rate * (odds[taken] ?? 0);
  const candidate = safe[taken] ?? winner;
  if (candidate === winner) return { ...decision, propensity };
  const others = decision.ranked.filter((one) => one !== candidate);
  const { dropped: _, ...chosen } = candidate;
  return {
    ...decision,
    model: candidate.model,
    reason: 'explored',
    propensity,
    ranked: [chosen, ...others.map((one) => (one === winner ? { ...one, dropped: 'lower-utility' as const } : one))],
  };
};

/** Within the limits of the rule, hardly worse, and not dearer than twice the winner. */
const isSafe = (one: RankedCandidate, winner: RankedCandidate, band: number): boolean =>
  one === winner ||
  ((one.dropped === 'lower-utility' || one.dropped === undefined) &&
    Number.isFinite(one.utility) &&
    one.quality >= winner.quality - band &&
    !(one.cost > 2 * winner.cost));

const thompsonOdds = (posteriors: readonly Posterior[], dice: Dice): readonly number[] => {
  const wins = posteriors.map(() => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const samples = posteriors.map((posterior) => betaSample(posterior, dice));
    const best = samples.indexOf(Math.max(...samples));
    wins[best] = (wins[best] ?? 0) + 1 / draws;
  }
  return wins;
};

const drawn = (odds: readonly number[], dice: Dice): number => {
  let rest = dice.next();
  for (const [index, odd] of odds.entries()) {
    rest -= odd;
    if (rest < 0) return index;
  }
  return odds.length - 1;
};

const betaSample = ({ alpha, beta }: Posterior, dice: Dice): number => {
  const one = gammaSample(alpha, dice);
  const other = gammaSample(beta, dice);
  return one + other > 0 ? one / (one + other) : 0.5;
};

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
const gammaSample = (shape: number, dice: Dice): number => {
  if (shape < 1) return gammaSample(shape + 1, dice) * Math.max(dice.next(), 1e-12) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const normal = Math.sqrt(-2 * Math.log(Math.max(dice.next(), 1e-12))) * Math.cos(2 * Math.PI * dice.next());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(Math.max(dice.next(), 1e-12)) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
  return shape;
};
