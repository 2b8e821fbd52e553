import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest, Effort, OutputFormat, Reasoning } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { effortOf } from '../../reasoning-budget.ts';
import { optionFields } from '../door/read-settings.ts';

/** Settings that have no word here. */
const unknownFields = [
  'verbosity',
  'logitBias',
  'audio',
  'user',
  'metadata',
  'promptCacheKey',
  'store',
  'cache',
] as const satisfies readonly (keyof ChatRequest)[];

/** Writes `format`, `think`, `options` and the log probabilities' switches. `more` are options only this format knows. */
export const encodeSettings = (request: ChatRequest, more: Json | undefined, losses: LossLog): JsonDraft => {
  losses.dropPresent(request, unknownFields);
  if (request.parallelToolCalls === false) losses.dropped('parallelToolCalls');
  if ((request.choices ?? 1) > 1)
    throw unsupportedByTarget('choices', 'this provider gives one answer a request. Send the request several times.');
  if (request.serviceTier !== undefined && request.serviceTier !== 'auto') losses.dropped('serviceTier');
  if (request.modalities?.some((word) => word !== 'text') === true) losses.dropped('modalities');
  const options = encodeOptions(request, more);
  const draft: JsonDraft = {};
  if (request.output !== undefined) draft['format'] = encodeOutput(request.output, losses);
  if (request.reasoning !== undefined) draft['think'] = encodeThink(request.reasoning, losses);
  if (request.logprobs !== undefined) draft['logprobs'] = request.logprobs;
  if (request.topLogprobs !== undefined) draft['top_logprobs'] = request.topLogprobs;
  if (Object.keys(options).length > 0) draft['options'] = options;
  return draft;
};

const encodeOptions = (request: ChatRequest, more: Json | undefined): JsonObject => {
  const draft: JsonDraft = {};
  if (request.maxOutputTokens !== undefined) draft['num_predict'] = request.maxOutputTokens;
  for (const [wire, field] of Object.entries(optionFields)) {
    const number = request[field];
    if (number !== undefined) draft[wire] = number;
  }
  if (request.stop !== undefined && request.stop.length > 0) draft['stop'] = request.stop;
  return { ...draft, ...(more as JsonObject | undefined) };
};

const encodeOutput = (output: OutputFormat, losses: LossLog): Json | undefined => {
  if (output.kind !== 'json-schema') return output.kind === 'json' ? 'json' : undefined;
  if (output.name !== undefined) losses.dropped('output.name');
  if (output.description !== undefined) losses.dropped('output.description');
  if (output.strict === true) losses.dropped('output.strict', 'a schema is always kept to');
  return output.schema;
};

/** The three levels there are. */
const levels: Readonly<Record<Effort, false | 'low' | 'medium' | 'high'>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

/** Thoughts stand in a member of their own and are always shown. */
const encodeThink = (reasoning: Reasoning, losses: LossLog): Json | undefined => {
  if (reasoning.summary !== undefined) losses.dropped('reasoning.summary');
  if (reasoning.show === false) losses.dropped('reasoning.show', 'the target shows its thoughts');
  const effort = effortOf(reasoning);
  if (effort === undefined) return reasoning.enabled === true || reasoning.adaptive === true ? true : undefined;
  const level = levels[effort];
  if (reasoning.enabled === false || level === false) return false;
  if (reasoning.effort === undefined) losses.changed('reasoning.budgetTokens', `written as level ${level}`);
  else if (level !== effort) losses.changed('reasoning.effort', `written as level ${level}`);
  return level;
};
