import type { Usage } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonDraft, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import { withServed } from '../../served.ts';
import { own } from './dialect-name.ts';

/** Reads the usage of an answer, or of the stream's event that tells it beside the tier. On this wire `inputTokens` leaves out what was read from and written to the cache; the sum is what we call input. */
export const decodeUsage = (answer: JsonObject): Usage | undefined => {
  const value = answer['usage'];
  if (!isObject(value)) return undefined;
  const cacheReadTokens = numberAt(value, 'cacheReadInputTokens') ?? numberAt(value, 'cacheReadInputTokenCount');
  const cacheWriteTokens = numberAt(value, 'cacheWriteInputTokens') ?? numberAt(value, 'cacheWriteInputTokenCount');
  const oneHour = oneHourWrites(value);
  const usage: Usage = {
    inputTokens: (numberAt(value, 'inputTokens') ?? 0) + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens: numberAt(value, 'outputTokens') ?? 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(oneHour === undefined ? {} : { cacheWriteOneHourTokens: oneHour }),
    wire: { dialect: own, value },
  };
  return withServed(usage, { tier: stringAt(answer['serviceTier'], 'type') });
};

/** Writes by their lifetime; undefined when the wire does not tell. */
const oneHourWrites = (value: JsonObject): number | undefined => {
  const details = arrayAt(value, 'cacheDetails');
  if (details.length === 0) return undefined;
  return details.reduce<number>(
    (sum, detail) => sum + (stringAt(detail, 'ttl') === '1h' ? (numberAt(detail, 'inputTokens') ?? 0) : 0),
    0,
  );
};

/** Writes a usage object. Members of this dialect's own that have no place in ours return with it. */
export const encodeUsage = (usage: Usage | undefined): JsonObject => {
  if (usage === undefined) return { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  const kept = usage.wire?.dialect === own && isObject(usage.wire.value) ? usage.wire.value : undefined;
  // Some hosts report more cached tokens than input; here the two are added up, so the sum must stay the input.
  const read = Math.min(usage.cacheReadTokens ?? 0, usage.inputTokens);
  const write = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - read);
  const draft: JsonDraft = {
    ...kept,
    inputTokens: usage.inputTokens - read - write,
    outputTokens: usage.outputTokens,
    totalTokens: usage.inputTokens + usage.outputTokens,
  };
  if (usage.cacheReadTokens !== undefined) draft['cacheReadInputTokens'] = read;
  if (usage.cacheWriteTokens !== undefined) draft['cacheWriteInputTokens'] = write;
  if (kept === undefined && usage.cacheWriteOneHourTokens !== undefined)
    draft['cacheDetails'] = cacheDetails(write, usage.cacheWriteOneHourTokens);
  return draft;
};

const cacheDetails = (write: number, oneHour: number): readonly JsonObject[] =>
  [
    { ttl: '1h', inputTokens: oneHour },
    { ttl: '5m', inputTokens: Math.max(0, write - oneHour) },
  ].filter(({ ttl, inputTokens }) => ttl === '1h' || inputTokens > 0);
