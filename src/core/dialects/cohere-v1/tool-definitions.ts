import type { ChatRequest, FunctionTool, Tool } from '../../ir/index.ts';
import {
  arrayAt,
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../json/json.ts';
import { wrongType } from '../checked/site.ts';
import { restOf } from '../cohere/wire/own.ts';
import type { LossLog } from '../loss-log.ts';
import { readArray, readObject, readString } from '../openai-chat/wire/read-member.ts';
import { customSchema, writeCustomName } from '../tooling/custom-tool.ts';
import { metaOf, ownMembers, ownMeta } from './own.ts';

/** Reads `tools`: a name, a description, and the parameters as a table of Python's types. */
export const readTools = (body: JsonObject): readonly Tool[] | undefined => {
  const tools = readArray(body, 'tools');
  return tools === undefined || tools.length === 0 ? undefined : tools.map(readTool);
};

const readTool = (tool: Json, place: number): FunctionTool => {
  const path = `tools[${place}]`;
  if (!isObject(tool)) throw wrongType(path, 'an object', tool);
  const name = readString(tool, 'name', `${path}.name`);
  if (name === undefined) throw wrongType(`${path}.name`, 'a string', tool['name']);
  const description = readString(tool, 'description', `${path}.description`);
  const definitions = readObject(tool, 'parameter_definitions', `${path}.parameter_definitions`);
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    schema: schemaOf(definitions ?? {}),
    ...metaOf({ definitions, members: restOf(tool, knownTool) }),
  };
};

const knownTool = new Set(['name', 'description', 'parameter_definitions']);

const schemaOf = (definitions: JsonObject): JsonObject => {
  const properties: JsonDraft = {};
  const required: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    const description = stringAt(definition, 'description');
    properties[name] = {
      ...typeOf(stringAt(definition, 'type') ?? ''),
      ...(description === undefined ? {} : { description }),
    };
    if (isObject(definition) && definition['required'] === true) required.push(name);
  }
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
};

const typeNames: ReadonlyMap<string, string> = new Map([
  ['str', 'string'],
  ['string', 'string'],
  ['int', 'integer'],
  ['integer', 'integer'],
  ['float', 'number'],
  ['number', 'number'],
  ['bool', 'boolean'],
  ['boolean', 'boolean'],
  ['list', 'array'],
  ['array', 'array'],
  ['dict', 'object'],
  ['object', 'object'],
]);

/** A schema of a type in Python's words, such as `List[str]`; one that says nothing for a type that is not known. */
const typeOf = (written: string): JsonObject => {
  const [, outer = '', inner] = /^\s*(?:typing\.)?(\w+)\s*(?:\[(.*)\])?\s*$/.exec(written) ?? [];
  if (outer === 'Optional') return typeOf(inner ?? '');
  const type = typeNames.get(outer.toLowerCase());
  if (type === undefined) return {};
  const items = type === 'array' && inner !== undefined ? typeOf(inner) : {};
  return { type, ...(Object.keys(items).length === 0 ? {} : { items }) };
};

/** Writes `tools`. There is no choice of a tool: one that may not be called is not sent. */
export const encodeTools = (request: ChatRequest, log: LossLog): readonly JsonObject[] => {
  const { toolChoice } = request;
  if (request.parallelToolCalls === false) log.dropped('parallelToolCalls', 'the model may call several tools at once');
  const offered = offeredNames(request);
  const tools = (request.tools ?? []).flatMap((tool, index) => {
    const path = `tools[${index}]`;
    if (tool.kind === 'opaque') {
      log.dropped(path, `a ${tool.type} tool only its own provider runs`);
      return [];
    }
    if (offered !== undefined && !offered.has(tool.name)) {
      log.dropped(path, 'not among the tools that may be called');
      return [];
    }
    return [tool.kind === 'custom' ? encodeCustom(tool, path, log) : encodeFunction(tool, path, log)];
  });
  if (toolChoice !== undefined && toolChoice.kind !== 'auto')
    if (toolChoice.kind === 'none') log.changed('toolChoice', 'no tools are sent');
    else log.changed('toolChoice', 'this interface cannot make the model call a tool');
  return tools;
};

const offeredNames = ({ toolChoice }: ChatRequest): ReadonlySet<string> | undefined => {
  switch (toolChoice?.kind) {
    case 'none':
      return new Set();
    case 'tool':
      return new Set([toolChoice.name]);
    case 'allowed':
      return new Set(toolChoice.names);
    case 'auto':
    case 'required':
    case 'opaque':
    case undefined:
      return undefined;
  }
};

const encodeFunction = (tool: FunctionTool, path: string, log: LossLog): JsonObject => {
  if (tool.cache !== undefined) log.dropped(`${path}.cache`, 'the provider caches by itself');
  if (tool.strict === true) log.dropped(`${path}.strict`);
  const kept = ownMeta(tool)?.['definitions'];
  const definitions = kept ?? definitionsOf(tool.schema ?? {}, () => log.changed(`${path}.schema`, flatOnly));
  return {
    name: tool.name,
    description: tool.description ?? '',
    parameter_definitions: definitions,
    ...ownMembers(tool),
  };
};

const flatOnly = 'this interface takes a name, a type and a description of each parameter; the rest is told in words';

const encodeCustom = (tool: Extract<Tool, { kind: 'custom' }>, path: string, log: LossLog): JsonObject => {
  log.changed(path, 'a custom tool is sent as a function with one text argument');
  if (tool.format !== undefined && tool.format['type'] !== 'text') log.dropped(`${path}.format`);
  return {
    name: writeCustomName(tool.name),
    description: tool.description ?? '',
    parameter_definitions: definitionsOf(customSchema, () => undefined),
  };
};

/** A schema's properties as a table. What the table has no column for stands in the description, as JSON Schema. */
const definitionsOf = (schema: JsonObject, lost: () => void): JsonObject => {
  const required = new Set(arrayAt(schema, 'required'));
  const table: JsonDraft = {};
  if (isArray(schema['required']) && schema['required'].length === 0) lost();
  if (Object.keys(schema).some((name) => !toldOfAll.has(name))) lost();
  for (const [name, property] of Object.entries(objectAt(schema, 'properties') ?? {})) {
    const type = pythonType(property);
    const whole = isObject(property) && Object.keys(property).every((member) => toldOfOne.has(member));
    const exact = whole && JSON.stringify(typeOf(type)['type']) === JSON.stringify(objectOf(property)['type']);
    if (!exact && !isList(property)) lost();
    const words = [
      stringAt(property, 'description'),
      exact || isList(property) ? undefined : `JSON Schema: ${JSON.stringify(property)}`,
    ].filter((part) => part !== undefined);
    table[name] = {
      ...(words.length === 0 ? {} : { description: words.join('\n') }),
      type,
      required: required.has(name),
    };
  }
  return table;
};

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const toldOfAll: ReadonlySet<string> = new Set(['type', 'properties', 'required']);
const toldOfOne: ReadonlySet<string> = new Set(['type', 'description']);

const pythonNames: ReadonlyMap<string, string> = new Map([
  ['string', 'str'],
  ['integer', 'int'],
  ['number', 'float'],
  ['boolean', 'bool'],
  ['array', 'list'],
  ['object', 'dict'],
]);

const pythonType = (property: Json | undefined): string => {
  const type = pythonNames.get(stringAt(property, 'type') ?? '') ?? 'Any';
  return isList(property) ? `List[${pythonType(objectAt(property, 'items'))}]` : type;
};

/** An array whose items are of one plain type. */
const isList = (property: Json | undefined): boolean => {
  const items = objectAt(property, 'items');
  return (
    isObject(property) &&
    items !== undefined &&
    stringAt(property, 'type') === 'array' &&
    Object.keys(property).every((name) => name === 'items' || toldOfOne.has(name)) &&
    Object.keys(items).every((name) => name === 'type') &&
    pythonNames.has(stringAt(items, 'type') ?? '')
  );
};
