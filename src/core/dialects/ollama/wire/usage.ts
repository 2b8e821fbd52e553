import type { Usage } from '../../../ir/index.ts';
import { type JsonDraft, type JsonObject, numberAt } from '../../../json/json.ts';
import { own } from './own.ts';

/** Members that count tokens and time (in nanoseconds); they stand at the top of the last object. */
export const metricNames = [
  'total_duration',
  'load_duration',
  'prompt_eval_count',
  'prompt_eval_duration',
  'eval_count',
  'eval_duration',
] as const;

/** The counts of a last object; undefined when it has none. A prompt that was still in the cache is not counted by some versions. */
export const readUsage = (wire: JsonObject): Usage | undefined => {
  const inputTokens = numberAt(wire, 'prompt_eval_count');
  const outputTokens = numberAt(wire, 'eval_count');
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const value: JsonDraft = {};
  for (const name of metricNames) if (wire[name] !== undefined) value[name] = wire[name];
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, wire: { dialect: own, value } };
};

/** The metrics as the provider wrote them, or the two counts. Times are left out when nobody took them, as the format does with zeros. */
export const writeUsage = (usage: Usage): JsonObject =>
  usage.wire?.dialect === own
    ? (usage.wire.value as JsonObject)
    : { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens };
