import { invalidField } from '../../../errors/gateway-error.ts';
import type { CustomTool, FunctionTool, OutputFormat, Tool, ToolChoice } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { metaOf, own, readCacheMark, restOf } from '../wire/own.ts';
import { readArray, readBoolean, readObject, readString } from '../wire/read-member.ts';

/** Tools of a request: `tools`, or the older `functions`, whose clients also expect the older form of a call. */
export const readTools = (body: JsonObject): readonly Tool[] | undefined => {
  const tools = readArray(body, 'tools');
  const functions = readArray(body, 'functions');
  if (tools === undefined && functions === undefined) return undefined;
  return [...(tools ?? []).map(readTool), ...(functions ?? []).map(readLegacyFunction)];
};

const readTool = (tool: Json, place: number): Tool => {
  const path = `tools[${place}]`;
  if (!isObject(tool)) throw wrongType(path, 'an object', tool);
  const type = readString(tool, 'type', `${path}.type`) ?? 'function';
  if (type === 'function') return readFunctionTool(tool, path);
  if (type === 'custom') return readCustomTool(tool, path);
  return { kind: 'opaque', dialect: own, type, value: tool };
};

const readFunctionTool = (tool: JsonObject, path: string): FunctionTool => {
  const body = readObject(tool, 'function', `${path}.function`);
  if (body === undefined)
    throw invalidField(`${path}.function`, 'is missing; write {"type": "function", "function": {"name": ...}}.');
  const cache = readCacheMark(tool);
  const members = restOf(tool, cache === undefined ? knownTool : knownMarkedTool);
  return {
    ...readFunction(body, `${path}.function`),
    ...(cache === undefined ? {} : { cache }),
    ...metaOf({ members, function: restOf(body, knownFunction) }),
  };
};

const readLegacyFunction = (body: Json, place: number): FunctionTool => {
  const path = `functions[${place}]`;
  if (!isObject(body)) throw wrongType(path, 'an object', body);
  return { ...readFunction(body, path), ...metaOf({ legacy: true, function: restOf(body, knownFunction) }) };
};

const readFunction = (body: JsonObject, path: string): FunctionTool => {
  const description = readString(body, 'description', `${path}.description`);
  const schema = readObject(body, 'parameters', `${path}.parameters`);
  const strict = readBoolean(body, 'strict', `${path}.strict`);
  return {
    kind: 'function',
    name: readName(body, path),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
  };
};

const readName = (body: JsonObject, path: string): string => {
  const name = readString(body, 'name', `${path}.name`);
  if (name === undefined || name === '') throw invalidField(`${path}.name`, 'is missing; a tool needs a name.');
  return name;
};

const readCustomTool = (tool: JsonObject, path: string): CustomTool => {
  const body = readObject(tool, 'custom', `${path}.custom`) ?? {};
  const description = readString(body, 'description', `${path}.custom.description`);
  const format = readObject(body, 'format', `${path}.custom.format`);
  return {
    kind: 'custom',
    name: readName(body, `${path}.custom`),
    ...(description === undefined ? {} : { description }),
    ...(format === undefined ? {} : { format: flatFormat(format) }),
    ...metaOf({ members: restOf(tool, knownCustom) }),
  };
};

/** Chat nests a grammar one level deeper than the responses dialect, whose form the IR keeps. */
const flatFormat = (format: JsonObject): JsonObject => {
  const grammar = objectAt(format, 'grammar');
  return grammar === undefined ? format : { type: stringAt(format, 'type') ?? 'grammar', ...grammar };
};

/** `tool_choice`, or the older `function_call`. */
export const readToolChoice = (body: JsonObject): ToolChoice | undefined => {
  const choice = body['tool_choice'];
  if (choice !== undefined && choice !== null) return readChoice(choice);
  const legacy = body['function_call'];
  if (legacy === undefined || legacy === null) return undefined;
  const name = stringAt(legacy, 'name');
  if (name !== undefined) return { kind: 'tool', name };
  if (legacy === 'auto' || legacy === 'none') return { kind: legacy };
  throw invalidField('function_call', 'must be "auto", "none" or {"name": ...}.');
};

const readChoice = (choice: Json): ToolChoice => {
  if (typeof choice === 'string') return choiceWords.get(choice) ?? { kind: 'opaque', dialect: own, value: choice };
  if (!isObject(choice)) throw wrongType('tool_choice', 'a string or an object', choice);
  const named = objectAt(choice, 'function') ?? objectAt(choice, 'custom');
  const name = stringAt(named, 'name');
  if (name !== undefined) return { kind: 'tool', name };
  const allowed = objectAt(choice, 'allowed_tools');
  if (allowed === undefined) return { kind: 'opaque', dialect: own, value: choice };
  const names = arrayAt(allowed, 'tools')
    .map((tool) => stringAt(objectAt(tool, 'function') ?? objectAt(tool, 'custom'), 'name'))
    .filter((each) => each !== undefined);
  return { kind: 'allowed', mode: allowed['mode'] === 'required' ? 'required' : 'auto', names };
};

/** `any` is how some hosts of this dialect say `required`. */
const choiceWords: ReadonlyMap<string, ToolChoice> = new Map([
  ['auto', { kind: 'auto' }],
  ['none', { kind: 'none' }],
  ['required', { kind: 'required' }],
  ['any', { kind: 'required' }],
]);

/** `response_format`; undefined for a type this gateway does not know (the member then stays as it is). */
export const readOutput = (body: JsonObject): OutputFormat | undefined => {
  const format = readObject(body, 'response_format');
  if (format === undefined) return undefined;
  const type = readString(format, 'type', 'response_format.type');
  if (type === 'text') return { kind: 'text' };
  // Some hosts take the schema beside the type.
  if (type === 'json_object') {
    const schema = objectAt(format, 'schema');
    return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', schema };
  }
  if (type !== 'json_schema') return undefined;
  const path = 'response_format.json_schema';
  const wire = readObject(format, 'json_schema', path);
  if (wire === undefined) throw invalidField(path, 'is missing; it holds name and schema.');
  const name = readString(wire, 'name', `${path}.name`);
  const description = readString(wire, 'description', `${path}.description`);
  const strict = readBoolean(wire, 'strict', `${path}.strict`);
  return {
    kind: 'json-schema',
    schema: readObject(wire, 'schema', `${path}.schema`) ?? {},
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
};

const knownTool = new Set(['type', 'function']);
const knownMarkedTool = new Set(['type', 'function', 'cache_control']);
const knownCustom = new Set(['type', 'custom']);
const knownFunction = new Set(['name', 'description', 'parameters', 'strict']);
