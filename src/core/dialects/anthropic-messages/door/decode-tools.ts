import { invalidField } from '../../../errors/gateway-error.ts';
import type { Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { arrayField, booleanField, objectField, stringField } from '../../checked/fields.ts';
import { typeName } from '../../checked/site.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeShared, knownMembers } from '../wire/members.ts';

export const decodeTools = (body: JsonObject): readonly Tool[] | undefined =>
  arrayField(body, 'tools')?.map(decodeTool);

const toolMembers = knownMembers('name', 'description', 'input_schema', 'strict');

/** A tool without a type, or of type `custom`, is the client's own function; any other type is run by the provider or known to it. */
const decodeTool = (value: Json, index: number): Tool => {
  const path = `tools[${index}]`;
  if (!isObject(value)) throw invalidField(path, `must be an object, but is ${typeName(value)}.`);
  const type = stringField(value, 'type', `${path}.`);
  if (type !== undefined && type !== 'custom') return { kind: 'opaque', dialect: own, type, value };
  const name = stringField(value, 'name', `${path}.`);
  if (name === undefined || name === '') throw invalidField(`${path}.name`, 'is missing. Give the tool a name.');
  const description = stringField(value, 'description', `${path}.`);
  const schema = objectField(value, 'input_schema', `${path}.`);
  const strict = booleanField(value, 'strict', `${path}.`);
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    ...decodeShared(value, toolMembers),
  };
};

interface DecodedChoice {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

const choiceKinds: Readonly<Record<string, ToolChoice>> = {
  auto: { kind: 'auto' },
  any: { kind: 'required' },
  none: { kind: 'none' },
};

export const decodeToolChoice = (value: JsonObject | undefined): DecodedChoice => {
  if (value === undefined) return {};
  const toolChoice = choiceOf(value);
  const single = booleanField(value, 'disable_parallel_tool_use', 'tool_choice.');
  if (toolChoice.kind === 'opaque' || single === undefined) return { toolChoice };
  return { toolChoice, parallelToolCalls: !single };
};

const choiceOf = (value: JsonObject): ToolChoice => {
  const type = stringField(value, 'type', 'tool_choice.');
  if (type === undefined) throw invalidField('tool_choice.type', 'is missing. Use "auto", "any", "tool" or "none".');
  const known = Object.hasOwn(choiceKinds, type) ? choiceKinds[type] : undefined;
  if (known !== undefined) return known;
  if (type !== 'tool') return { kind: 'opaque', dialect: own, value };
  const name = stringAt(value, 'name');
  if (name === undefined) throw invalidField('tool_choice.name', 'is missing. Name the tool the model must call.');
  return { kind: 'tool', name };
};
