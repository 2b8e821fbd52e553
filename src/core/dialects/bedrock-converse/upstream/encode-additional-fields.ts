import type { ChatRequest, Effort } from '../../../ir/index.ts';
import { type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import { effortOf } from '../../reasoning-budget.ts';
import { encodeReasoning, type ReasoningSite } from '../../thinking/encode-reasoning.ts';
import { own } from '../wire/dialect-name.ts';

/**
 * `additionalModelRequestFields`: what each family of models calls thinking and choosing among the likeliest tokens. A client of this dialect has said it in the
 * model's own words, which return as they were. For any other the model's traits tell the words; a model without any gets none.
 */
export const encodeAdditionalFields = (site: ReasoningSite): JsonObject => {
  const { request } = site;
  const kept = objectAt(request.meta?.[own], 'fields');
  const rest = objectAt(request.extras?.[own], 'additionalModelRequestFields');
  if (kept !== undefined) return { ...kept, ...rest };
  const said = { ...thinkingFields(site), ...topKField(site) };
  return { ...rest, ...said, ...parallelField(site, rest) };
};

const thinkingFields = (site: ReasoningSite): JsonObject => {
  const { request, context, log } = site;
  const { reasoning } = request;
  if (reasoning === undefined) return {};
  if (context.traits.has('thinking-fields')) return messagesFields(site);
  const effort = effortOf(reasoning) ?? (reasoning.enabled === true ? 'medium' : undefined);
  if (effort === undefined) return {};
  if (reasoning.effort !== effort)
    log.changed(
      reasoning.budgetTokens === undefined ? 'reasoning' : 'reasoning.budgetTokens',
      `the model takes an effort: ${effort}`,
    );
  if (context.traits.has('reasoning-config')) return { reasoningConfig: ownConfig(effort) };
  if (context.traits.has('reasoning-word') && effort !== 'none') return { reasoning_config: word(effort) };
  if (context.traits.has('reasoning-effort') && effort !== 'none') return { reasoning_effort: word(effort) };
  log.dropped('reasoning', 'the model is not known to take such a setting');
  return {};
};

/** Messages' own members. */
const messagesFields = (site: ReasoningSite): JsonObject => {
  const { thinking, effort } = encodeReasoning(site);
  return {
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { output_config: { effort } }),
  };
};

const ownConfig = (effort: Effort): JsonObject =>
  effort === 'none' ? { type: 'disabled' } : { type: 'enabled', maxReasoningEffort: word(effort) };

const words: Readonly<Record<Effort, string>> = {
  none: 'low',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

const word = (effort: Effort): string => words[effort];

const topKField = ({ request, context, log }: ReasoningSite): JsonObject => {
  const { topK } = request;
  if (topK === undefined) return {};
  if (context.traits.has('thinking-fields')) return { top_k: topK };
  if (context.traits.has('reasoning-config') || context.traits.has('nested-top-k'))
    return { inferenceConfig: { topK } };
  log.dropped('topK', 'the model is not known to take such a setting');
  return {};
};

/** Only the family with Messages' members can be told to call one tool at a time, and only by saying its choice again. */
const parallelField = ({ request, context, log }: ReasoningSite, rest: JsonObject | undefined): JsonDraft => {
  if (request.parallelToolCalls !== false || rest?.['tool_choice'] !== undefined) return {};
  if (context.traits.has('thinking-fields') && (request.tools?.length ?? 0) > 0)
    return { tool_choice: { type: choiceType(request), ...choiceName(request), disable_parallel_tool_use: true } };
  log.dropped('parallelToolCalls', 'the model is not known to take such a setting');
  return {};
};

const choiceType = ({ toolChoice }: ChatRequest): string => {
  if (toolChoice?.kind === 'tool') return 'tool';
  return toolChoice?.kind === 'required' || (toolChoice?.kind === 'allowed' && toolChoice.mode === 'required')
    ? 'any'
    : 'auto';
};

const choiceName = ({ toolChoice }: ChatRequest): JsonObject =>
  toolChoice?.kind === 'tool' ? { name: toolChoice.name } : {};
