import { type ChatRequest, type Effort, efforts, type Reasoning } from '../../../ir/index.ts';
import {
  isObject,
  type JsonDraft,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { decodeReasoning } from '../../thinking/decode-reasoning.ts';
import { own } from '../wire/dialect-name.ts';

interface DecodedFields {
  readonly said: Partial<ChatRequest>;
  readonly rest?: JsonObject;
}

/** The members of `additionalModelRequestFields` that mean something to every dialect. */
const understood: ReadonlySet<string> = new Set([
  'thinking',
  'output_config',
  'reasoning_config',
  'reasoningConfig',
  'reasoning_effort',
  'top_k',
  'inferenceConfig',
]);

/**
 * Each family of models has fields of its own, named as that family names them: how to think, and how many of the likeliest tokens to choose from. What is
 * understood is read into the request and kept as it was besides, so that it returns home in the model's own words.
 */
export const decodeAdditionalFields = (fields: JsonObject | undefined): DecodedFields => {
  if (fields === undefined) return { said: {} };
  const reasoning = readReasoning(fields);
  const topK = numberAt(fields, 'top_k') ?? numberAt(objectAt(fields, 'inferenceConfig'), 'topK');
  const single = objectAt(fields, 'tool_choice')?.['disable_parallel_tool_use'] === true;
  const kept: JsonDraft = {};
  const rest: JsonDraft = { ...unknownMembers(fields, understood) };
  for (const name of understood) {
    const value = fields[name];
    if (value === undefined) continue;
    if (isRead(name, value, { reasoning, topK })) kept[name] = value;
    else rest[name] = value;
  }
  return {
    said: {
      ...(reasoning === undefined ? {} : { reasoning }),
      ...(topK === undefined ? {} : { topK }),
      ...(single ? { parallelToolCalls: false } : {}),
      ...(Object.keys(kept).length === 0 ? {} : { meta: { [own]: { fields: kept } } }),
    },
    ...(Object.keys(rest).length === 0 ? {} : { rest }),
  };
};

const isRead = (
  name: string,
  value: unknown,
  read: { readonly reasoning: Reasoning | undefined; readonly topK: number | undefined },
): boolean => {
  if (name === 'top_k') return typeof value === 'number';
  if (name === 'inferenceConfig')
    return isObject(value) && Object.keys(value).every((member) => member === 'topK') && read.topK !== undefined;
  return read.reasoning !== undefined;
};

/** Messages' own form (under either of its names), then the forms of other families. */
const readReasoning = (fields: JsonObject): Reasoning | undefined => {
  const { reasoning_config: config } = fields;
  if (fields['thinking'] !== undefined || fields['output_config'] !== undefined || isObject(config)) {
    const thinking = isObject(config) ? config : fields['thinking'];
    return decodeReasoning({
      ...(thinking === undefined ? {} : { thinking }),
      ...(fields['output_config'] === undefined ? {} : { output_config: fields['output_config'] }),
    }).reasoning;
  }
  const own = objectAt(fields, 'reasoningConfig');
  if (own?.['type'] === 'disabled') return { enabled: false };
  const effort = effortOf(
    stringAt(own, 'maxReasoningEffort') ?? (typeof config === 'string' ? config : stringAt(fields, 'reasoning_effort')),
  );
  if (own?.['type'] === 'enabled') return { enabled: true, ...(effort === undefined ? {} : { effort }) };
  return effort === undefined ? undefined : { effort };
};

const effortOf = (word: string | undefined): Effort | undefined => efforts.find((known) => known === word);
