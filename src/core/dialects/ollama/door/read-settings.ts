import { invalidField } from '../../../errors/gateway-error.ts';
import { type ChatRequest, efforts, type OutputFormat, type Reasoning } from '../../../ir/index.ts';
import { isArray, isObject, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { present } from '../../openai-chat/door/read-settings.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readBoolean, readNumber, readObject } from '../../openai-chat/wire/read-member.ts';

/** Members that both `/api/chat` and `/api/generate` take. */
export const settingNames = ['model', 'stream', 'format', 'think', 'options', 'logprobs', 'top_logprobs'] as const;

/** Options that have a place in the representation. */
export const optionFields = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  seed: 'seed',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
} as const satisfies Readonly<Record<string, keyof ChatRequest>>;

const knownOptions: ReadonlySet<string> = new Set([...Object.keys(optionFields), 'num_predict', 'stop']);

export interface ReadSettings {
  readonly settings: Partial<ChatRequest>;
  /** Options without a place in the representation, such as `num_ctx`. */
  readonly options: JsonObject | undefined;
}

/** Reads the settings of a body; an empty format, as old clients send it, says nothing. */
export const readSettings = (body: JsonObject): ReadSettings => {
  const options = readObject(body, 'options') ?? {};
  const limit = readNumber(options, 'num_predict', 'options.num_predict');
  const rest: JsonDraft = { ...restOf(options, knownOptions) };
  // 0 and below say "without end" or "until the window is full".
  if (limit !== undefined && limit <= 0) rest['num_predict'] = limit;
  const read: Record<string, number | undefined> = {};
  for (const [wire, field] of Object.entries(optionFields)) read[field] = readNumber(options, wire, `options.${wire}`);
  return {
    settings: present({
      ...read,
      maxOutputTokens: limit !== undefined && limit > 0 ? limit : undefined,
      stop: readStops(options),
      output: readFormat(body),
      reasoning: readThink(body),
      logprobs: readBoolean(body, 'logprobs'),
      topLogprobs: readNumber(body, 'top_logprobs'),
    }),
    options: Object.keys(rest).length === 0 ? undefined : rest,
  };
};

const readStops = (options: JsonObject): readonly string[] | undefined => {
  const value = options['stop'];
  if (value === undefined || value === null) return undefined;
  const list = typeof value === 'string' ? [value] : value;
  if (!isArray(list)) throw wrongType('options.stop', 'a string or an array of strings', value);
  const wrong = list.findIndex((stop) => typeof stop !== 'string');
  if (wrong >= 0) throw wrongType(`options.stop[${wrong}]`, 'a string', list[wrong]);
  return list.length === 0 ? undefined : (list as readonly string[]);
};

const readFormat = (body: JsonObject): OutputFormat | undefined => {
  const { format } = body;
  if (format === undefined || format === null || format === '') return undefined;
  if (format === 'json') return { kind: 'json' };
  if (isObject(format)) return { kind: 'json-schema', schema: format };
  throw wrongType('format', '"json" or a JSON schema', format);
};

/** A client that asks for thoughts wants to see them: they have a member of their own. */
const readThink = (body: JsonObject): Reasoning | undefined => {
  const { think } = body;
  if (think === undefined || think === null || think === '') return undefined;
  if (typeof think === 'boolean') return think ? { enabled: true, show: true } : { enabled: false };
  const effort = efforts.find((word) => word === think);
  if (effort === undefined) throw invalidField('think', 'must be true, false, "low", "medium" or "high".');
  return effort === 'none' ? { enabled: false } : { effort, show: true };
};
