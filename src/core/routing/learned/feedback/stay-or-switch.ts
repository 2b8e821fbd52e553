import type { RankedCandidate, RouterDecision } from '../choice.ts';
import type { ModelCard } from '../model-card.ts';
import type { QueryFacts } from '../query-facts.ts';

export interface Session {
  /** The model that has answered so far. */
  readonly pinned: string;
  readonly facts: QueryFacts;
  readonly pool: readonly ModelCard[];
  /** The conversation holds reasoning that only its vendor can read. */
  readonly sealed?: boolean;
  /** What another model must be better by, in points of quality. */
  readonly margin?: number;
}

const usualMargin = 0.02;

/**
 * Keeps a conversation with its model unless another is worth the change: never while tools are at work or the conversation holds sealed reasoning,
 * else only when it is better by the margin after paying for the prefix anew, which the pinned model has in its provider's cache.
 */
export const stayOrSwitch = (decision: RouterDecision, session: Session): RouterDecision => {
  const { pinned, facts, sealed = false, margin = usualMargin } = session;
  if (decision.model === undefined || decision.model === pinned) return decision;
  const stays = decision.ranked.find(({ model }) => model === pinned);
  const winner = decision.ranked[0];
  if (stays === undefined || winner === undefined || !mayStay(stays)) return decision;
  if (facts.insideToolLoop || sealed) return pinnedTo(stays, decision);
  const { lambda } = decision.rule;
  const ahead = Number.isFinite(lambda) ? winner.utility - stays.utility : winner.quality - stays.quality;
  const asked = Number.isFinite(lambda) ? rewriteCost(session, winner.model) + lambda * margin : margin;
  return ahead > asked ? decision : pinnedTo(stays, decision);
};

/** A model that has left the pool or breaks a limit cannot stay. */
const mayStay = ({ dropped }: RankedCandidate): boolean => dropped === undefined || dropped === 'lower-utility';

/** What the new model's provider takes for a prefix that is in no cache of its own, beyond what was reckoned with. */
const rewriteCost = ({ facts, pool }: Session, model: string): number => {
  const card = pool.find(({ id }) => id === model);
  const { inputPerMillion = 0, cachedInputPerMillion = inputPerMillion } = card ?? {};
  return (facts.prefixTokens * Math.max(0, inputPerMillion - cachedInputPerMillion)) / 1e6;
};

const pinnedTo = (stays: RankedCandidate, decision: RouterDecision): RouterDecision => {
  const { dropped: _, ...kept } = stays;
  const others = decision.ranked.filter((one) => one !== stays);
  return {
    ...decision,
    model: stays.model,
    reason: 'pinned',
    propensity: 1,
    ranked: [kept, ...others.map((one) => ({ ...one, dropped: one.dropped ?? ('lower-utility' as const) }))],
  };
};
