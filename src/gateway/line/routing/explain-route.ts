import type { Decision } from '../../../core/routing/decision.ts';
import type { WireReply } from '../../incoming.ts';
import type { LineTools } from '../records.ts';
import { wholeReply } from '../whole-reply.ts';
import { planOf, type RoutedCall } from './walk-route.ts';

/** What would be tried for a request, and why, as JSON. Nobody is asked. */
export const explainReply = (call: RoutedCall, tools: LineTools): WireReply =>
  wholeReply(call.identified.settlement, undefined, JSON.stringify(shownDecision(planOf(call, tools).decision)));

/** A decision as clients read it: what is known of each target stands beside what became of it. */
export const shownDecision = ({ route, seed, order, candidates, choice, watched }: Decision): object => ({
  route,
  seed,
  order,
  ...(choice === undefined ? {} : { choice }),
  ...(watched === undefined ? {} : { watched }),
  candidates: candidates.map(({ view, ...entry }) => ({
    ...entry,
    ...(view.standing.state === 'closed' ? {} : { circuit: view.standing }),
    in_flight: view.inFlight,
    ...(view.inputPrice === undefined ? {} : { input_usd_per_million: view.inputPrice / 1e9 }),
    ...(view.outputPrice === undefined ? {} : { output_usd_per_million: view.outputPrice / 1e9 }),
    ...(view.firstByteMs === undefined ? {} : { first_byte_ms: Math.round(view.firstByteMs) }),
  })),
});
