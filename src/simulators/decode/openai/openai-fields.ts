import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { SimulatedOutput, SimulatedTool, SimulatedToolChoice } from '../../simulated-request.ts';
import { refusal } from '../../simulator-refusal.ts';
import type { Members } from '../members.ts';

/** A request refused in OpenAI's words: 400 with the member it is about, and a code where the provider gives one. */
export const refuse = (
  reader: Members,
  at: string | { readonly param: string; readonly code: string },
  message: string,
) => refusal(reader.dialect, { status: 400, message, ...(typeof at === 'string' ? { param: at } : at) });

/** The model of the body; hosts that name it in the path give it as a hint. */
export const requireModel = (reader: Members, hint?: string): string => {
  const model = reader.string('model') ?? hint;
  if (model === undefined || model === '') {
    throw refusal(reader.dialect, { status: 400, message: 'you must provide a model parameter' });
  }
  return model;
};

export const inRange = (reader: Members, name: string, range: { from: number; to: number }): number | undefined => {
  const value = reader.number(name);
  if (value === undefined || (value >= range.from && value <= range.to)) return value;
  const [bound, limit, code] =
    value < range.from
      ? ['minimum', `>= ${range.from}`, 'decimal_below_min_value']
      : ['maximum', `<= ${range.to}`, 'decimal_above_max_value'];
  const message = `Invalid '${name}': decimal ${bound === 'minimum' ? 'below minimum' : 'above maximum'} value. Expected a value ${limit}, but got ${value} instead.`;
  throw refuse(reader, { param: name, code: code }, message);
};

/** Members that mean the same in chat, legacy completions and responses. */
export const sharedFields = (reader: Members) => ({
  temperature: inRange(reader, 'temperature', { from: 0, to: 2 }),
  topP: inRange(reader, 'top_p', { from: 0, to: 1 }),
  user: reader.string('user') ?? reader.string('safety_identifier'),
  metadata: reader.object('metadata'),
  serviceTier: reader.string('service_tier'),
  store: reader.boolean('store'),
  promptCacheKey: reader.string('prompt_cache_key'),
});

/** `stop` as a list. */
export const stopList = (reader: Members): readonly string[] | undefined => {
  const stop = reader.any('stop');
  if (stop === undefined) return undefined;
  if (typeof stop === 'string') return [stop];
  const list = reader.strings('stop');
  return list?.length === 0 ? undefined : list;
};

const choiceNames = (value: Json): readonly string[] => {
  if (!isObject(value)) return [];
  const inner = isObject(value['function']) ? value['function'] : isObject(value['custom']) ? value['custom'] : value;
  const name = inner['name'];
  return typeof name === 'string' ? [name] : [];
};

const choiceWords: Readonly<Record<string, SimulatedToolChoice['mode']>> = {
  auto: 'auto',
  none: 'none',
  required: 'required',
  any: 'required',
};

/** `tool_choice` of chat and responses; the two differ only in where a name stands. */
export const toolChoice = (reader: Members): SimulatedToolChoice | undefined => {
  const value = reader.any('tool_choice');
  if (value === undefined) return undefined;
  if (typeof value === 'string') {
    const mode = choiceWords[value];
    if (mode !== undefined) return { mode };
    const message = `Invalid value: '${value}'. Supported values are: 'none', 'auto', and 'required'.`;
    throw refuse(reader, { param: 'tool_choice', code: 'invalid_value' }, message);
  }
  if (!isObject(value))
    throw refuse(
      reader,
      { param: 'tool_choice', code: 'invalid_type' },
      "Invalid type for 'tool_choice': expected an object.",
    );
  if (value['type'] === 'allowed_tools') return allowedTools(value);
  const names = choiceNames(value);
  return names.length === 0 ? { mode: 'other', value } : { mode: 'required', names };
};

const allowedTools = (value: JsonObject): SimulatedToolChoice => {
  const inner = isObject(value['allowed_tools']) ? value['allowed_tools'] : value;
  const tools = Array.isArray(inner['tools']) ? (inner['tools'] as readonly Json[]) : [];
  return { mode: inner['mode'] === 'required' ? 'required' : 'auto', names: tools.flatMap(choiceNames) };
};

/** A function tool's own members, wherever the wire nests them. */
export const functionTool = (reader: Members, cache?: string): SimulatedTool => {
  const name = reader.string('name');
  if (name === undefined || name === '') {
    throw refuse(
      reader,
      { param: reader.at('name'), code: 'missing_required_parameter' },
      `Missing required parameter: '${reader.at('name')}'.`,
    );
  }
  const description = reader.string('description');
  const schema = reader.object('parameters');
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(reader.boolean('strict') === true ? { strict: true } : {}),
    ...(cache === undefined ? {} : { cache }),
  };
};

export const customTool = (reader: Members): SimulatedTool => {
  const description = reader.string('description');
  const written = reader.object('format');
  // Chat nests the grammar's members one deeper than responses.
  const { grammar, ...outer } = written ?? {};
  const format = isObject(grammar) ? { ...outer, ...grammar } : written;
  return {
    kind: 'custom',
    name: reader.string('name') ?? '',
    ...(description === undefined ? {} : { description }),
    ...(format === undefined ? {} : { value: format }),
  };
};

/** The members of a `json_schema` output format. */
export const schemaOutput = (reader: Members): SimulatedOutput => {
  const schema = reader.object('schema');
  const name = reader.string('name');
  const description = reader.string('description');
  const strict = reader.boolean('strict');
  return {
    kind: 'json-schema',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
  };
};
