import type { ChatRequest, CustomTool, FunctionTool, Tool } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { own, ownMeta } from '../wire/own.ts';

/** Writes `tools`. The model always chooses by itself; a request that forbids calls is sent without its tools. */
export const encodeTools = (request: ChatRequest, losses: LossLog): readonly JsonObject[] => {
  const tools = request.tools ?? [];
  const kind = request.toolChoice?.kind;
  if (kind === 'none') {
    losses.changed('toolChoice', 'sent without tools');
    losses.dropped('tools', 'no call is allowed');
    return [];
  }
  if (kind !== undefined && kind !== 'auto') losses.dropped('toolChoice', 'the model chooses by itself');
  return tools.flatMap((tool, index) => encodeTool(tool, `tools[${index}]`, losses));
};

const encodeTool = (tool: Tool, path: string, losses: LossLog): readonly JsonObject[] => {
  switch (tool.kind) {
    case 'function':
      return [encodeFunction(tool, path, losses)];
    case 'custom':
      return [encodeCustom(tool, path, losses)];
    case 'opaque':
      if (tool.dialect === own && isObject(tool.value)) return [tool.value];
      losses.dropped(path, `${tool.type} is run by ${tool.dialect} providers only`);
      return [];
  }
};

const encodeFunction = (tool: FunctionTool, path: string, losses: LossLog): JsonObject => {
  if (tool.strict === true) losses.dropped(`${path}.strict`);
  if (tool.cache !== undefined) losses.dropped(`${path}.cache`);
  const meta = ownMeta(tool);
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.schema === undefined ? {} : { parameters: tool.schema }),
      ...(meta?.['function'] as JsonObject | undefined),
    },
    ...(meta?.['members'] as JsonObject | undefined),
  };
};

/** A custom tool's free text travels as one argument, `input`. */
const encodeCustom = (tool: CustomTool, path: string, losses: LossLog): JsonObject => {
  losses.changed(path, 'a custom tool, written as a function with one text argument, input');
  if (tool.format !== undefined) losses.dropped(`${path}.format`);
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    },
  };
};
