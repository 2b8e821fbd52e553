import type { ChatRequest, Effort, Reasoning } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import type { EncodeContext } from '../dialect.ts';
import type { LossLog } from '../loss-log.ts';
import { budgetForEffort, effortForBudget } from '../reasoning-budget.ts';

export interface EncodedReasoning {
  readonly thinking?: JsonObject;
  readonly effort?: string;
}

/** What decides how a model of Anthropic's is asked to think. */
export interface ReasoningSite {
  readonly request: ChatRequest;
  readonly context: EncodeContext;
  readonly maxTokens: number;
  /** The model must call a tool, or a certain one. */
  readonly callForced: boolean;
  /** The conversation goes on from an assistant turn that does not begin with thoughts of this provider. */
  readonly continuesWithoutThoughts: boolean;
  readonly log: LossLog;
}

/** `thinking` and `output_config.effort`: adaptive where the client or the model wants it so, else a budget of tokens. */
export const encodeReasoning = (site: ReasoningSite): EncodedReasoning => {
  const { reasoning } = site.request;
  if (reasoning === undefined) return {};
  if (reasoning.effort === 'none') return { thinking: { type: 'disabled' } };
  const effort = effortWord(reasoning, site.log);
  if (reasoning.effortOnly === true) return effort;
  if (reasoning.enabled === false) return { thinking: { type: 'disabled' }, ...effort };
  if (reasoning.summary !== undefined && reasoning.summary !== 'auto')
    site.log.changed('reasoning.summary', 'the provider decides how long its summaries are');
  if (reasoning.adaptive === true || site.context.traits.has('adaptive-thinking'))
    return adaptive(reasoning, site, effort);
  if (reasoning.enabled === undefined && reasoning.effort === undefined && reasoning.budgetTokens === undefined) {
    site.log.dropped('reasoning', 'nothing asks for thinking');
    return {};
  }
  return withBudget(reasoning, site, effort);
};

const effortWord = (reasoning: Reasoning, log: LossLog): { readonly effort?: Effort } => {
  if (reasoning.effort === undefined) return {};
  if (reasoning.effort !== 'minimal') return { effort: reasoning.effort };
  log.changed('reasoning.effort', 'low is the least this provider knows');
  return { effort: 'low' };
};

const display = (reasoning: Reasoning): JsonObject =>
  reasoning.show === undefined ? {} : { display: reasoning.show ? 'summarized' : 'omitted' };

const adaptive = (
  reasoning: Reasoning,
  site: ReasoningSite,
  effort: { readonly effort?: Effort },
): EncodedReasoning => {
  const thinking = { type: 'adaptive', ...display(reasoning) };
  if (reasoning.budgetTokens === undefined || effort.effort !== undefined) return { thinking, ...effort };
  site.log.changed('reasoning.budgetTokens', 'the model takes an effort instead');
  const nearest = effortForBudget(reasoning.budgetTokens);
  return nearest === 'none' ? { thinking: { type: 'disabled' } } : { thinking, effort: nearest };
};

const leastBudget = 1024;

const withBudget = (
  reasoning: Reasoning,
  site: ReasoningSite,
  effort: { readonly effort?: Effort },
): EncodedReasoning => {
  const problem = refusal(site);
  if (problem !== undefined) {
    site.log.dropped('reasoning', problem);
    return {};
  }
  const wanted = reasoning.budgetTokens ?? budgetForEffort(reasoning.effort ?? 'medium') ?? leastBudget;
  const budget = fitBudget(wanted, site.maxTokens);
  const field = reasoning.budgetTokens === undefined ? 'reasoning.effort' : 'reasoning.budgetTokens';
  if (budget !== wanted) site.log.changed(field, `${budget} tokens fit into the limit of the answer`);
  const thinking = { type: 'enabled', budget_tokens: budget, ...display(reasoning) };
  // Only who names both has a model that takes both.
  return reasoning.budgetTokens === undefined ? { thinking } : { thinking, ...effort };
};

/** Thoughts count against the limit of the answer, so a budget that was too large leaves 1,024 tokens, where it can, for what is said. */
const fitBudget = (wanted: number, maxTokens: number): number => {
  if (wanted < leastBudget) return leastBudget;
  return wanted < maxTokens ? wanted : Math.max(leastBudget, maxTokens - leastBudget);
};

/** Why the provider would refuse to think in this request; undefined when it would not. */
const refusal = (site: ReasoningSite): string | undefined => {
  if (site.maxTokens <= leastBudget) return `thinking needs a limit above ${leastBudget} tokens`;
  if (site.callForced) return 'the provider refuses to think when a tool call is forced';
  if (site.continuesWithoutThoughts) return 'the assistant turn to go on from brings no thinking of this provider';
  return undefined;
};
