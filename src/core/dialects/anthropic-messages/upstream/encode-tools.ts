import type { ChatRequest, CustomTool, FunctionTool, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { customSchema, grammarNote, writeCustomName } from '../../tooling/custom-tool.ts';
import { own } from '../wire/dialect-name.ts';
import { cacheControl, ownMembers } from './encode-block.ts';

interface EncodedTools {
  readonly tools?: readonly JsonObject[];
  readonly tool_choice?: JsonObject;
}

export const encodeTools = (request: ChatRequest, log: LossLog): EncodedTools => {
  const { toolChoice } = request;
  const allowed = toolChoice?.kind === 'allowed' ? new Set(toolChoice.names) : undefined;
  if (allowed !== undefined) log.changed('toolChoice', 'only the allowed tools are sent');
  const isAllowed = (tool: Tool): boolean =>
    allowed === undefined || (tool.kind !== 'opaque' && allowed.has(tool.name));
  const tools = (request.tools ?? [])
    .map((tool, index) => (isAllowed(tool) ? encodeTool(tool, index, log) : undefined))
    .filter((wire) => wire !== undefined);
  if (tools.length === 0) {
    // Without tools there is nothing to choose from, and the provider refuses a choice.
    if (toolChoice !== undefined && toolChoice.kind !== 'auto' && toolChoice.kind !== 'none') log.dropped('toolChoice');
    if (request.parallelToolCalls === false) log.dropped('parallelToolCalls');
    return {};
  }
  const choice = encodeChoice(request, log);
  return { tools, ...(choice === undefined ? {} : { tool_choice: choice }) };
};

const encodeTool = (tool: Tool, index: number, log: LossLog): JsonObject | undefined => {
  const path = `tools[${index}]`;
  switch (tool.kind) {
    case 'function':
      return encodeFunction(tool);
    case 'custom':
      return encodeCustom(tool, path, log);
    case 'opaque':
      if (tool.dialect === own && isObject(tool.value)) return tool.value;
      log.dropped(path, `a ${tool.type} tool only its own provider runs`);
      return undefined;
  }
};

const encodeFunction = (tool: FunctionTool): JsonObject => ({
  name: tool.name,
  ...(tool.description === undefined ? {} : { description: tool.description }),
  input_schema: objectSchema(tool.schema),
  ...(tool.strict === true ? { strict: true } : {}),
  ...ownMembers(tool.meta),
  ...cacheControl(tool),
});

/** The provider wants `type: object` even where JSON Schema does not. */
const objectSchema = (schema: JsonObject | undefined): JsonObject => {
  if (schema === undefined) return { type: 'object', properties: {} };
  return schema['type'] === undefined ? { type: 'object', ...schema } : schema;
};

const encodeCustom = (tool: CustomTool, path: string, log: LossLog): JsonObject => {
  log.changed(path, 'a custom tool is sent as a function with one text argument');
  if (tool.format !== undefined && tool.format['type'] !== 'text') log.changed(`${path}.format`, 'described in words');

  const said = [tool.description, grammarNote(tool.format)].filter((part) => part !== undefined).join('\n\n');
  return {
    name: writeCustomName(tool.name),
    ...(said === '' ? {} : { description: said }),
    input_schema: customSchema,
  };
};

const encodeChoice = (request: ChatRequest, log: LossLog): JsonObject | undefined => {
  const { toolChoice, parallelToolCalls } = request;
  if (toolChoice?.kind === 'opaque') {
    if (toolChoice.dialect === own && isObject(toolChoice.value)) return toolChoice.value;
    log.dropped('toolChoice', 'only its own provider understands it');
  }
  const choice = wireChoice(toolChoice, request.tools ?? []);
  // `none` takes no further member. True is the provider's own way, so it is said only beside a choice the client made.
  if (choice?.['type'] === 'none' || parallelToolCalls === undefined) return choice;
  if (choice === undefined && parallelToolCalls) return undefined;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: !parallelToolCalls };
};

const wireChoice = (choice: ToolChoice | undefined, tools: readonly Tool[]): JsonObject | undefined => {
  switch (choice?.kind) {
    case 'auto':
      return { type: 'auto' };
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any' };
    case 'allowed':
      return { type: choice.mode === 'required' ? 'any' : 'auto' };
    case 'tool': {
      const custom = tools.some((tool) => tool.kind === 'custom' && tool.name === choice.name);
      return { type: 'tool', name: custom ? writeCustomName(choice.name) : choice.name };
    }
    case 'opaque':
    case undefined:
      return undefined;
  }
};
