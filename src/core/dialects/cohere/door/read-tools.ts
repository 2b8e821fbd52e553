import { invalidField } from '../../../errors/gateway-error.ts';
import type { FunctionTool, OutputFormat, Reasoning, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { readArray, readBoolean, readNumber, readObject, readString } from '../../openai-chat/wire/read-member.ts';
import { metaOf, own, restOf } from '../wire/own.ts';

/** Reads `tools`; `strict_tools` speaks of all of them. */
export const readTools = (body: JsonObject): readonly Tool[] | undefined => {
  const strict = readBoolean(body, 'strict_tools');
  return readArray(body, 'tools')?.map((tool, place) => readTool(tool, `tools[${place}]`, strict));
};

const readTool = (tool: Json, path: string, strict: boolean | undefined): Tool => {
  if (!isObject(tool)) throw wrongType(path, 'an object', tool);
  const type = readString(tool, 'type', `${path}.type`) ?? 'function';
  if (type !== 'function') return { kind: 'opaque', dialect: own, type, value: tool };
  const body = readObject(tool, 'function', `${path}.function`);
  if (body === undefined) throw wrongType(`${path}.function`, 'an object with a name', tool['function']);
  const name = readString(body, 'name', `${path}.function.name`);
  if (name === undefined) throw wrongType(`${path}.function.name`, 'a string', body['name']);
  const description = readString(body, 'description', `${path}.function.description`);
  const schema = readObject(body, 'parameters', `${path}.function.parameters`);
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...metaOf({ members: restOf(body, knownFunction) }),
  } satisfies FunctionTool;
};

const knownFunction = new Set(['name', 'description', 'parameters']);

export const readToolChoice = (body: JsonObject): ToolChoice | undefined => {
  const word = readString(body, 'tool_choice');
  if (word === undefined) return undefined;
  const kind = choices.get(word.toUpperCase());
  if (kind === undefined)
    throw invalidField('tool_choice', 'must be "REQUIRED" or "NONE"; leave it out to let the model choose.');
  return { kind };
};

const choices: ReadonlyMap<string, 'required' | 'none' | 'auto'> = new Map([
  ['REQUIRED', 'required'],
  ['NONE', 'none'],
  ['AUTO', 'auto'],
]);

/** Reads `response_format`. The schema stands in `json_schema`; older clients write `schema`. */
export const readOutput = (body: JsonObject): OutputFormat | undefined => {
  const format = readObject(body, 'response_format');
  if (format === undefined) return undefined;
  const type = readString(format, 'type', 'response_format.type');
  if (type === 'text') return { kind: 'text' };
  if (type !== 'json_object') throw invalidField('response_format.type', 'must be "text" or "json_object".');
  const schema = readObject(format, 'json_schema', 'response_format.json_schema');
  if (schema !== undefined) return { kind: 'json-schema', schema };
  const older = readObject(format, 'schema', 'response_format.schema');
  return older === undefined
    ? { kind: 'json' }
    : { kind: 'json-schema', schema: older, ...metaOf({ member: 'schema' }) };
};

/** Reads `thinking`: on or off, with at most so many tokens. */
export const readThinking = (body: JsonObject): Reasoning | undefined => {
  const thinking = readObject(body, 'thinking');
  if (thinking === undefined) return undefined;
  const type = readString(thinking, 'type', 'thinking.type');
  if (type !== 'enabled' && type !== 'disabled')
    throw invalidField('thinking.type', 'must be "enabled" or "disabled".');
  const budgetTokens = readNumber(thinking, 'token_budget', 'thinking.token_budget');
  return { enabled: type === 'enabled', ...(budgetTokens === undefined ? {} : { budgetTokens }) };
};
