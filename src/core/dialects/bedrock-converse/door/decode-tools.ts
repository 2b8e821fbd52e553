import { invalidField } from '../../../errors/gateway-error.ts';
import type { CacheMark, ChatRequest, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt, unknownMembers } from '../../../json/json.ts';
import { arrayField, booleanField, objectField, stringField } from '../../checked/fields.ts';
import { typeName } from '../../checked/site.ts';
import { readCustomName } from '../../tooling/custom-tool.ts';
import { attachMarks } from '../wire/cache-point.ts';
import { own } from '../wire/dialect-name.ts';

interface DecodedTools {
  readonly said: Partial<ChatRequest>;
  readonly rest?: JsonObject;
}

const configMembers: ReadonlySet<string> = new Set(['tools', 'toolChoice']);
const specMembers: ReadonlySet<string> = new Set(['name', 'description', 'inputSchema', 'strict']);

export const decodeToolConfig = (config: JsonObject | undefined): DecodedTools => {
  if (config === undefined) return { said: {} };
  const values = arrayField(config, 'tools', 'toolConfig.');
  const tools = values === undefined ? undefined : attachMarks(values, decodeTool, markTool);
  const toolChoice = decodeChoice(objectField(config, 'toolChoice', 'toolConfig.'));
  const rest = unknownMembers(config, configMembers);
  return {
    said: { ...(tools === undefined ? {} : { tools }), ...(toolChoice === undefined ? {} : { toolChoice }) },
    ...(rest === undefined ? {} : { rest }),
  };
};

const markTool = (tool: Tool, cache: CacheMark): Tool | undefined =>
  tool.kind === 'function' && tool.cache === undefined ? { ...tool, cache } : undefined;

const decodeTool = (value: Json, index: number): Tool => {
  const path = `toolConfig.tools[${index}]`;
  if (!isObject(value)) throw invalidField(path, `must be an object, but is ${typeName(value)}.`);
  const spec = objectField(value, 'toolSpec', `${path}.`);
  if (spec === undefined) {
    return { kind: 'opaque', dialect: own, type: Object.keys(value)[0] ?? 'empty', value };
  }
  const name = stringField(spec, 'name', `${path}.toolSpec.`);
  if (name === undefined || name === '')
    throw invalidField(`${path}.toolSpec.name`, 'is missing. Give the tool a name.');
  const description = stringField(spec, 'description', `${path}.toolSpec.`);
  const schema = objectAt(objectField(spec, 'inputSchema', `${path}.toolSpec.`), 'json');
  const strict = booleanField(spec, 'strict', `${path}.toolSpec.`);
  const members = unknownMembers(spec, specMembers);
  const { custom, name: plain } = readCustomName(name);
  if (custom) return { kind: 'custom', name: plain, ...(description === undefined ? {} : { description }) };
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...(members === undefined ? {} : { meta: { [own]: { members } } }),
  };
};

const decodeChoice = (choice: JsonObject | undefined): ToolChoice | undefined => {
  if (choice === undefined) return undefined;
  if (choice['auto'] !== undefined) return { kind: 'auto' };
  if (choice['any'] !== undefined) return { kind: 'required' };
  const name = stringAt(choice['tool'], 'name');
  return name === undefined
    ? { kind: 'opaque', dialect: own, value: choice }
    : { kind: 'tool', name: readCustomName(name).name };
};
