import type { DecisionReason } from './decision.ts';
import type { Dice } from './dice.ts';
import type { Ranking } from './route.ts';
import { blendedPrice, type TargetView } from './target-view.ts';

/** Less is better; what nobody knows comes last, except a speed that was never measured: it is tried, or it would never be. */
const measures: Readonly<Record<Ranking, (view: TargetView, streams: boolean | undefined) => number>> = {
  price: (view) => blendedPrice(view) ?? Number.MAX_VALUE,
  // How soon a stream begins says little of how soon a whole answer ends.
  latency: (view, streams) => (streams === false ? tokenMs(view) : view.firstByteMs) ?? -Number.MAX_VALUE,
  throughput: ({ tokensPerSecond }) => (tokensPerSecond === undefined ? -Number.MAX_VALUE : -tokensPerSecond),
  'least-busy': ({ inFlight }) => inFlight,
  usage: ({ minuteTokens = 0, minuteRequests = 0 }) => minuteTokens + minuteRequests / mostRequests,
};

/** Calls decide only between targets with equally many tokens. */
const mostRequests = 1e9;

const tokenMs = ({ tokensPerSecond }: TargetView): number | undefined =>
  tokensPerSecond === undefined ? undefined : 1000 / tokensPerSecond;

export const rankReasons: Readonly<Record<Ranking, DecisionReason>> = {
  price: 'by-price',
  latency: 'by-latency',
  throughput: 'by-throughput',
  'least-busy': 'by-least-busy',
  usage: 'by-usage',
};

export interface RankBy {
  readonly by: Ranking;
  readonly streams: boolean | undefined;
  /** What is up to this share worse than the best is as good as it. */
  readonly within: number | undefined;
}

/** Best first; those that are alike keep their order, those within a share of the best are drawn. */
export const ranked = <Thing extends { readonly view: TargetView }>(
  things: readonly Thing[],
  { by, streams, within }: RankBy,
  dice: Dice,
): readonly Thing[] => {
  const measure = measures[by];
  const sorted = things
    .map((thing) => ({ thing, value: measure(thing.view, streams) }))
    .sort((one, other) => (one.value === other.value ? 0 : one.value - other.value));
  const best = sorted[0]?.value;
  if (within === undefined || best === undefined) return sorted.map(({ thing }) => thing);
  const alike = sorted.filter(({ value }) => value - best <= Math.abs(best) * within);
  const drawn = alike.map(({ thing }) => ({ thing, draw: dice.next() })).sort((one, other) => one.draw - other.draw);
  return [...drawn, ...sorted.slice(alike.length)].map(({ thing }) => thing);
};
