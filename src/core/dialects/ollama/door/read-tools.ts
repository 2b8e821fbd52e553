import { invalidField } from '../../../errors/gateway-error.ts';
import type { Tool } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readArray, readObject, readString } from '../../openai-chat/wire/read-member.ts';
import { metaOf, own } from '../wire/own.ts';

/** Reads `tools`. */
export const readTools = (body: JsonObject): readonly Tool[] =>
  (readArray(body, 'tools') ?? []).map((tool, index) => readTool(tool, `tools[${index}]`));

const knownTool = new Set(['type', 'function']);
const knownFunction = new Set(['name', 'description', 'parameters']);

const readTool = (wire: Json, path: string): Tool => {
  if (!isObject(wire)) throw wrongType(path, 'an object', wire);
  const type = readString(wire, 'type', `${path}.type`) ?? 'function';
  if (type !== 'function' && wire['function'] === undefined) return { kind: 'opaque', dialect: own, type, value: wire };
  const declared = readObject(wire, 'function', `${path}.function`);
  if (declared === undefined)
    throw invalidField(`${path}.function`, 'is missing; send {"type": "function", "function": {…}}.');
  const name = readString(declared, 'name', `${path}.function.name`);
  if (name === undefined || name === '') throw invalidField(`${path}.function.name`, 'a tool needs a name.');
  const description = readString(declared, 'description', `${path}.function.description`);
  const schema = readObject(declared, 'parameters', `${path}.function.parameters`);
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...metaOf({ members: restOf(wire, knownTool), function: restOf(declared, knownFunction) }),
  };
};
