import type { ExchangeFact } from '../../core/facts/exchange-fact.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { usdText } from '../../core/money/usd-text.ts';
import { readDecision } from '../../core/routing/record/decision-record.ts';
import { shownDecision } from '../line/routing/explain-route.ts';

/** A decision with what came of it; undefined of an exchange without one. */
export const decisionView = (fact: ExchangeFact): JsonObject | undefined => {
  const recorded = readDecision(fact.decision ?? null, fact.exchangeId);
  if (recorded === undefined) return undefined;
  const { decision, facts } = recorded;
  return {
    object: 'decision',
    id: fact.exchangeId,
    created_at: new Date(fact.atMs).toISOString(),
    ...(shownDecision(decision) as JsonObject),
    ...(decision.pinned === undefined ? {} : { pinned: decision.pinned }),
    request: {
      model: fact.requestedModel ?? null,
      operation: fact.operation,
      path: fact.path,
      stream: fact.stream,
      key_id: fact.keyId ?? null,
      input_tokens: facts.inputTokens,
      max_output_tokens: facts.maxOutputTokens ?? null,
      parameters: facts.parameters,
      tags: facts.tags ?? [],
    },
    outcome: outcomeOf(fact),
  };
};

const outcomeOf = (fact: ExchangeFact): JsonObject => ({
  target: fact.provider === undefined ? null : `${fact.provider}/${fact.model ?? ''}`,
  status: fact.status,
  end: fact.end,
  error: fact.errorCode ?? null,
  attempts: fact.attempts.map(
    ({ target, status, errorCode, nanoUsd, durationMs }): Json => ({
      target,
      status: status ?? null,
      error: errorCode ?? null,
      duration_ms: durationMs ?? null,
      cost_usd: nanoUsd === undefined ? null : usdText(nanoUsd),
    }),
  ),
  duration_ms: fact.durationMs,
  cost_usd: fact.nanoUsd === undefined ? null : usdText(fact.nanoUsd),
});
