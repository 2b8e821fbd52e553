import { invalidField } from '../../../errors/gateway-error.ts';
import type { Meta, Tool, ToolChoice } from '../../../ir/index.ts';
import {
  arrayAt,
  isObject,
  isString,
  type Json,
  type JsonObject,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import { optionalArray, optionalBoolean, optionalObject, optionalString, requiredString } from './fields.ts';
import { joinNames } from './namespaces.ts';
import { own, withoutNulls } from './own.ts';

/** Tools of the client's own become the model's tools; those the provider runs stay opaque. Throws `invalid_request` naming the path. */
export const decodeTools = (tools: readonly Json[]): readonly Tool[] =>
  tools.flatMap((tool, index) => decodeTool(tool, `tools[${index}]`));

const decodeTool = (tool: Json, path: string): readonly Tool[] => {
  if (!isObject(tool)) throw invalidField(path, `must be an object, but is ${typeName(tool)}.`);
  const type = requiredString(tool, 'type', `${path}.`);
  if (type === 'namespace') return namespaceTools(tool, path);
  return [clientTool(tool, path, undefined) ?? { kind: 'opaque', dialect: own, type, value: tool }];
};

/** An empty namespace, or one with tools of another kind, stays whole. */
const namespaceTools = (tool: JsonObject, path: string): readonly Tool[] => {
  const { tools: _tools, ...namespace } = tool;
  requiredString(tool, 'name', `${path}.`);
  const members = (optionalArray(tool, 'tools', `${path}.`) ?? []).map((member, index) =>
    isObject(member) ? clientTool(member, `${path}.tools[${index}]`, namespace) : undefined,
  );
  const known = members.filter((member) => member !== undefined);
  if (known.length > 0 && known.length === members.length) return known;
  return [{ kind: 'opaque', dialect: own, type: 'namespace', value: tool }];
};

const functionMembers = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const customMembers = new Set(['type', 'name', 'description', 'format']);

const clientTool = (tool: JsonObject, path: string, namespace: JsonObject | undefined): Tool | undefined => {
  if (tool['type'] !== 'function' && tool['type'] !== 'custom') return undefined;
  const name = requiredString(tool, 'name', `${path}.`);
  const description = optionalString(tool, 'description', `${path}.`);
  const common = {
    name: namespace === undefined ? name : joinNames(stringAt(namespace, 'name') ?? '', name),
    ...(description === undefined ? {} : { description }),
  };
  if (tool['type'] === 'custom') {
    const format = optionalObject(tool, 'format', `${path}.`);
    const meta = toolMeta(tool, customMembers, namespace);
    return { kind: 'custom', ...common, ...(format === undefined ? {} : { format }), ...meta };
  }
  const schema = optionalObject(tool, 'parameters', `${path}.`);
  const strict = optionalBoolean(tool, 'strict', `${path}.`);
  return {
    kind: 'function',
    ...common,
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...toolMeta(tool, functionMembers, namespace),
  };
};

const toolMeta = (
  tool: JsonObject,
  known: ReadonlySet<string>,
  namespace: JsonObject | undefined,
): { readonly meta?: Meta } => {
  const members = withoutNulls(unknownMembers(tool, known));
  if (members === undefined && namespace === undefined) return {};
  const names = namespace === undefined ? {} : { namespace, name: stringAt(tool, 'name') };
  return { meta: { [own]: { ...(members === undefined ? {} : { members }), ...names } } };
};

const words = new Set(['auto', 'none', 'required'] as const);
type Word = typeof words extends Set<infer W> ? W : never;
const isWord = (value: string): value is Word => (words as ReadonlySet<string>).has(value);

/** A choice that no other dialect can express (a hosted tool, a namespaced one) stays opaque. */
export const decodeToolChoice = (choice: Json | undefined): ToolChoice | undefined => {
  if (choice === undefined || choice === null) return undefined;
  if (isString(choice)) return isWord(choice) ? { kind: choice } : { kind: 'opaque', dialect: own, value: choice };
  if (!isObject(choice))
    throw invalidField('tool_choice', `must be a string or an object, but is ${typeName(choice)}.`);
  return namedTool(choice) ?? allowedTools(choice) ?? { kind: 'opaque', dialect: own, value: choice };
};

const toolName = (choice: Json): string | undefined => {
  if (!isObject(choice) || Object.keys(choice).length !== 2) return undefined;
  return choice['type'] === 'function' || choice['type'] === 'custom' ? stringAt(choice, 'name') : undefined;
};

const namedTool = (choice: JsonObject): ToolChoice | undefined => {
  const name = toolName(choice);
  return name === undefined ? undefined : { kind: 'tool', name };
};

const allowedTools = (choice: JsonObject): ToolChoice | undefined => {
  const mode = choice['mode'];
  if (choice['type'] !== 'allowed_tools' || (mode !== 'auto' && mode !== 'required')) return undefined;
  const names = arrayAt(choice, 'tools').map(toolName).filter(isString);
  return names.length === arrayAt(choice, 'tools').length ? { kind: 'allowed', mode, names } : undefined;
};
