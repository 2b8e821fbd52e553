import { invalidField } from '../../../errors/gateway-error.ts';
import type { FunctionTool, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type Json, type JsonDraft, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { messageList, objectValue, scalarField, stringList } from '../door/read-fields.ts';
import { camelMembers } from '../member-names.ts';
import { jsonSchemaOf } from './schema.ts';

const knownDeclaration = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

/** Reads `tools`: each function on its own, each tool the provider runs as an opaque one. */
export const decodeTools = (value: Json): readonly Tool[] =>
  messageList(value, 'tools').flatMap((wire, index) => {
    const tool = camelMembers(wire);
    return Object.keys(tool).flatMap((type): readonly Tool[] => {
      const member = tool[type];
      if (member === undefined) return [];
      if (type !== 'functionDeclarations')
        return [{ kind: 'opaque', dialect: 'gemini', type, value: { [type]: member } }];
      const path = `tools[${index}].functionDeclarations`;
      return messageList(member, path).map((declaration, at) => decodeFunction(declaration, `${path}[${at}]`));
    });
  });

/** A function's `parameters` in Gemini's own schema language are kept beside the JSON Schema, so that they go home as they came. */
const decodeFunction = (wire: JsonObject, path: string): FunctionTool => {
  const declaration = camelMembers(wire);
  const name = scalarField(declaration, 'name', { type: 'string', path });
  if (name === undefined || name === '') throw invalidField(`${path}.name`, 'a function needs a name.');
  const description = scalarField(declaration, 'description', { type: 'string', path });
  const { parameters, parametersJsonSchema } = declaration;
  const native = parameters === undefined ? undefined : objectValue(parameters, `${path}.parameters`);
  const schema = isObject(parametersJsonSchema)
    ? parametersJsonSchema
    : native === undefined
      ? undefined
      : jsonSchemaOf(native);
  const rest = unknownMembers(declaration, knownDeclaration);
  const memory: JsonDraft = {};
  if (native !== undefined) memory['parameters'] = native;
  if (rest !== undefined) memory['declaration'] = rest;
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(Object.keys(memory).length === 0 ? {} : { meta: { gemini: memory } }),
  };
};

interface DecodedChoice {
  readonly choice: ToolChoice | undefined;
  /** What of `toolConfig` has no place in the IR. */
  readonly rest: JsonObject | undefined;
}

const knownCalling = new Set(['mode', 'allowedFunctionNames']);
const knownConfig = new Set(['functionCallingConfig']);

/** Reads `toolConfig`. */
export const decodeToolConfig = (value: Json): DecodedChoice => {
  const config = camelMembers(objectValue(value, 'toolConfig'));
  const rest: JsonDraft = { ...unknownMembers(config, knownConfig) };
  const path = 'toolConfig.functionCallingConfig';
  const calling =
    config['functionCallingConfig'] === undefined
      ? {}
      : camelMembers(objectValue(config['functionCallingConfig'], path));
  const mode = scalarField(calling, 'mode', { type: 'string', path })?.toUpperCase();
  const names = calling['allowedFunctionNames'];
  const allowed = names === undefined ? [] : stringList(names, `${path}.allowedFunctionNames`);
  const choice = mode === undefined ? undefined : decodeChoice(mode, allowed);
  const leftOver: JsonDraft = { ...unknownMembers(calling, knownCalling) };
  // Plain VALIDATED is AUTO with arguments held to their schema: other dialects get the choice, Gemini gets its word back.
  if (mode !== undefined && (choice === undefined || (mode === 'VALIDATED' && allowed.length === 0)))
    leftOver['mode'] = mode;
  if (Object.keys(leftOver).length > 0) rest['functionCallingConfig'] = leftOver;
  return { choice, rest: Object.keys(rest).length === 0 ? undefined : rest };
};

const decodeChoice = (mode: string, names: readonly string[]): ToolChoice | undefined => {
  const [only, more] = names;
  switch (mode) {
    case 'NONE':
      return { kind: 'none' };
    case 'AUTO':
    case 'VALIDATED':
      return only === undefined ? { kind: 'auto' } : { kind: 'allowed', mode: 'auto', names };
    case 'ANY':
      if (only === undefined) return { kind: 'required' };
      return more === undefined ? { kind: 'tool', name: only } : { kind: 'allowed', mode: 'required', names };
    default:
      return undefined;
  }
};
