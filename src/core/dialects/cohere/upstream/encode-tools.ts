import type { ChatRequest, CustomTool, FunctionTool, Tool } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { customSchema, writeCustomName } from '../../tooling/custom-tool.ts';
import { own, ownMembers } from '../wire/own.ts';

interface EncodedTools {
  readonly tools?: readonly JsonObject[];
  readonly strict_tools?: true;
  readonly tool_choice?: 'REQUIRED' | 'NONE';
}

/** The wire knows no choice of one tool: then that tool alone is sent, and required. Strictness is said of all tools at once. */
export const encodeTools = (request: ChatRequest, log: LossLog): EncodedTools => {
  const { toolChoice } = request;
  if (request.parallelToolCalls === false) log.dropped('parallelToolCalls', 'the model may call several tools at once');
  const allowed = allowedNames(request);
  if (allowed !== undefined) log.changed('toolChoice', 'only the allowed tools are sent');
  const strict = (request.tools ?? []).some((tool) => tool.kind === 'function' && tool.strict === true);
  const tools = (request.tools ?? []).flatMap((tool, index) => {
    if (allowed === undefined || (tool.kind !== 'opaque' && allowed.has(tool.name)))
      return encodeTool(tool, { path: `tools[${index}]`, log, strict });
    log.dropped(`tools[${index}]`, 'not among the allowed tools');
    return [];
  });
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.kind !== 'auto' && toolChoice.kind !== 'none') log.dropped('toolChoice');
    return {};
  }
  const choice = choiceWord(request, log);
  return { tools, ...(strict ? { strict_tools: true } : {}), ...(choice === undefined ? {} : { tool_choice: choice }) };
};

const allowedNames = ({ toolChoice }: ChatRequest): ReadonlySet<string> | undefined => {
  if (toolChoice?.kind === 'tool') return new Set([toolChoice.name]);
  return toolChoice?.kind === 'allowed' ? new Set(toolChoice.names) : undefined;
};

const choiceWord = ({ toolChoice }: ChatRequest, log: LossLog): 'REQUIRED' | 'NONE' | undefined => {
  switch (toolChoice?.kind) {
    case 'none':
      return 'NONE';
    case 'required':
    case 'tool':
      return 'REQUIRED';
    case 'allowed':
      return toolChoice.mode === 'required' ? 'REQUIRED' : undefined;
    case 'opaque':
      log.dropped('toolChoice', 'only its own provider understands it');
      return undefined;
    case 'auto':
    case undefined:
      return undefined;
  }
};

interface ToolSite {
  readonly path: string;
  readonly log: LossLog;
  readonly strict: boolean;
}

const encodeTool = (tool: Tool, site: ToolSite): readonly JsonObject[] => {
  switch (tool.kind) {
    case 'function':
      return [encodeFunction(tool, site)];
    case 'custom':
      return [encodeCustom(tool, site)];
    case 'opaque':
      if (tool.dialect === own && isObject(tool.value)) return [tool.value];
      site.log.dropped(site.path, `a ${tool.type} tool only its own provider runs`);
      return [];
  }
};

const encodeFunction = (tool: FunctionTool, { path, log, strict }: ToolSite): JsonObject => {
  if (tool.cache !== undefined) log.dropped(`${path}.cache`, 'the provider caches by itself');
  if (strict && tool.strict !== true) log.changed(`${path}.strict`, 'all tools are strict when one is');
  return functionTool({
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: tool.schema ?? { type: 'object', properties: {} },
    ...ownMembers(tool),
  });
};

const encodeCustom = (tool: CustomTool, { path, log }: ToolSite): JsonObject => {
  log.changed(path, 'a custom tool is sent as a function with one text argument');
  if (tool.format !== undefined && tool.format['type'] !== 'text') log.dropped(`${path}.format`);
  return functionTool({
    name: writeCustomName(tool.name),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: customSchema,
  });
};

const functionTool = (body: JsonObject): JsonObject => ({ type: 'function', function: body });
