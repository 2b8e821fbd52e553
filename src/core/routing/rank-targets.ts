import type { DecisionReason } from './decision.ts';
import type { Ranking } from './route.ts';
import { blendedPrice, type TargetView } from './target-view.ts';

/** Less is better; what nobody knows comes last, except a speed that was never measured: it is tried, or it would never be. */
const measures: Readonly<Record<Ranking, (view: TargetView) => number>> = {
  price: (view) => blendedPrice(view) ?? Number.MAX_VALUE,
  latency: ({ firstByteMs }) => firstByteMs ?? -Number.MAX_VALUE,
  throughput: ({ tokensPerSecond }) => (tokensPerSecond === undefined ? -Number.MAX_VALUE : -tokensPerSecond),
  'least-busy': ({ inFlight }) => inFlight,
};

export const rankReasons: Readonly<Record<Ranking, DecisionReason>> = {
  price: 'by-price',
  latency: 'by-latency',
  throughput: 'by-throughput',
  'least-busy': 'by-least-busy',
};

/** Best first; those that are alike keep their order. */
export const ranked = <Thing extends { readonly view: TargetView }>(
  things: readonly Thing[],
  by: Ranking,
): readonly Thing[] => {
  const measure = measures[by];
  return things
    .map((thing) => ({ thing, value: measure(thing.view) }))
    .sort((one, other) => (one.value === other.value ? 0 : one.value - other.value))
    .map(({ thing }) => thing);
};
