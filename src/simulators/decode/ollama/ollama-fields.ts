import type { DialectId } from '../../../core/ir/dialect-id.ts';
import { isObject, type JsonObject } from '../../../core/json/json.ts';
import type { SimulatedOutput, SimulatedReasoning } from '../../simulated-request.ts';
import { refusal } from '../../simulator-refusal.ts';
import type { Members } from '../members.ts';

export interface Leftovers {
  add(rest: JsonObject): void;
}

export const refuse = (dialect: DialectId, message: string, status = 400) => refusal(dialect, { status, message });

/** The model's name, which every request has. */
export const requiredModel = (reader: Members, hinted: string | undefined): string => {
  const model = reader.string('model') ?? hinted ?? '';
  if (model === '') throw refuse(reader.dialect, 'model is required');
  return model;
};

/** Settings of both request forms. */
export const sharedSettings = (reader: Members, leftovers: Leftovers) => {
  const options = reader.members('options');
  const limit = options?.integer('num_predict');
  const stop = options?.any('stop');
  const list = typeof stop === 'string' ? [stop] : options?.strings('stop');
  const read = {
    maxOutputTokens: limit !== undefined && limit > 0 ? limit : undefined,
    temperature: options?.number('temperature'),
    topP: options?.number('top_p'),
    topK: options?.integer('top_k'),
    seed: options?.integer('seed'),
    stop: list?.length === 0 ? undefined : list,
    presencePenalty: options?.number('presence_penalty'),
    frequencyPenalty: options?.number('frequency_penalty'),
    logprobs: reader.boolean('logprobs'),
    // 0 asks for none beside the chosen one.
    topLogprobs: reader.integer('top_logprobs') || undefined,
    output: outputOf(reader),
    reasoning: reasoningOf(reader),
  };
  if (limit !== undefined && limit <= 0) leftovers.add({ 'options.num_predict': limit });
  leftovers.add(options?.rest() ?? {});
  return read;
};

const outputOf = (reader: Members): SimulatedOutput | undefined => {
  const format = reader.any('format');
  if (format === undefined || format === '') return undefined;
  if (format === 'json') return { kind: 'json' };
  if (isObject(format)) return { kind: 'json-schema', schema: format };
  throw refuse(
    reader.dialect,
    `invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`,
  );
};

const reasoningOf = (reader: Members): SimulatedReasoning | undefined => {
  const think = reader.any('think');
  if (think === undefined) return undefined;
  if (typeof think === 'boolean') return { enabled: think };
  if (think === 'low' || think === 'medium' || think === 'high' || think === 'max') return { effort: think };
  throw refuse(
    reader.dialect,
    `invalid think value: ${JSON.stringify(think)} (must be "high", "medium", "low", true, or false)`,
  );
};

const beginnings: readonly (readonly [string, string])[] = [
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** Pictures stand as bare base64; what they are is seen in their first bytes. Only base64 is taken. */
export const imageParts = (reader: Members) =>
  (reader.strings('images') ?? []).map((data, index) => {
    if (!/^[A-Za-z0-9+/]+=*$/.test(data)) throw refuse(reader.dialect, `illegal base64 data at input byte ${index}`);
    const mimeType = beginnings.find(([beginning]) => data.startsWith(beginning))?.[1] ?? 'image/png';
    return { kind: 'image' as const, mimeType, source: { kind: 'base64' as const, data } };
  });
