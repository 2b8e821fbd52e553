import type { Json, JsonObject } from '../../core/json/json.ts';
import type { Dial, RouterDecision } from '../../core/routing/learned/choice.ts';
import type { QueryFacts } from '../../core/routing/learned/query-facts.ts';
import { withStrength } from '../../core/routing/prior/strength-by-price.ts';
import type { Identity } from '../../ports/key-ring.ts';
import type { Candidate } from './candidate.ts';
import { type Sifted, sift } from './eligible.ts';
import type { RouterInForce } from './router-directory.ts';
import type { RouterEngine } from './router-engine.ts';

export interface ChoiceAsked {
  readonly identity: Identity;
  readonly candidates: readonly Candidate[];
  readonly facts: QueryFacts;
  readonly dial: Dial;
  /** Absent: no router was named. */
  readonly router?: RouterInForce;
}

export interface Chosen {
  readonly model: string;
  readonly decision: RouterDecision;
  readonly dropped: Sifted['dropped'];
}

/**
 * Chooses one of the candidates. Throws `model_not_found` when filters leave none, and a `RangeError` that names a dial out of its range; a router that fails
 * otherwise costs its knowledge, not the request.
 */
export const chooseModel = ({ candidates, ...asked }: ChoiceAsked, engine: RouterEngine): Chosen => {
  const { eligible, dropped } = sift(candidates, asked);
  const decision = decided(asked, eligible, engine);
  const model = decision.model ?? eligible[0]?.card.id ?? '';
  return { model, decision, dropped };
};

const decided = (
  { facts, dial, router }: Omit<ChoiceAsked, 'candidates'>,
  eligible: readonly Candidate[],
  engine: RouterEngine,
): RouterDecision => {
  const pool = eligible.map(({ card }) => withStrength(card));
  const query = { facts, ...(engine.embed === undefined ? {} : { embed: engine.embed }) };
  const artefact = router?.artefact;
  try {
    return engine.decide(engine.predict(query, pool, artefact), engine.ruleOf(dial, pool, artefact));
  } catch (error) {
    if (error instanceof RangeError || artefact === undefined) throw error;
    return engine.decide(engine.predict(query, pool), engine.ruleOf(dial, pool));
  }
};

/** A decision as clients read it: every candidate, best first, with what was expected of it and why it was not taken. */
export const shownChoice = ({ decision, dropped }: Chosen, router: RouterInForce | undefined): JsonObject => ({
  model: decision.model ?? null,
  reason: decision.reason,
  router: router === undefined ? null : shownRouter(router),
  confidence: rounded(decision.confidence),
  propensity: decision.propensity,
  familiarity: rounded(decision.familiarity),
  rule: shownRule(decision.rule),
  candidates: [
    ...decision.ranked.map((one) => ({
      model: one.model,
      quality: rounded(one.quality),
      quality_error: rounded(one.qualityError),
      cost_usd: known(one.cost),
      output_tokens: known(one.outputTokens),
      latency_ms: known(one.latencyMs),
      utility: known(one.utility),
      ...(one.dropped === undefined ? {} : { dropped: one.dropped }),
    })),
    ...dropped.map(({ model, reason }) => ({ model, dropped: reason })),
  ],
});

const shownRouter = ({ id, version, reason }: RouterInForce): JsonObject => ({
  id,
  version: version ?? null,
  reason,
});

const shownRule = (rule: RouterDecision['rule']): JsonObject =>
  Object.fromEntries(
    Object.entries(rule).map(([name, value]): [string, Json] => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value === Number.POSITIVE_INFINITY ? 'quality alone' : value,
    ]),
  );

/** JSON has no NaN. */
const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toFixed(6)) : null);
