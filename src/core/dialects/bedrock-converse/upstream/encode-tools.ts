import type { ChatRequest, CustomTool, FunctionTool, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { customSchema, grammarNote, writeCustomName } from '../../tooling/custom-tool.ts';
import { encodeCachePoint } from '../wire/cache-point.ts';
import { own } from '../wire/dialect-name.ts';
import type { WireMessage } from './encode-turns.ts';

interface ToolSite {
  readonly context: EncodeContext;
  readonly messages: readonly WireMessage[];
  readonly log: LossLog;
}

/** `toolConfig`; undefined when there are no tools. */
export const encodeToolConfig = (request: ChatRequest, site: ToolSite): JsonObject | undefined => {
  const { toolChoice } = request;
  const allowed = toolChoice?.kind === 'allowed' ? new Set(toolChoice.names) : undefined;
  if (allowed !== undefined) site.log.changed('toolChoice', 'only the allowed tools are sent');
  const isAllowed = (tool: Tool): boolean =>
    allowed === undefined || (tool.kind !== 'opaque' && allowed.has(tool.name));
  const sent = (request.tools ?? []).flatMap((tool, index) => (isAllowed(tool) ? encodeTool(tool, index, site) : []));
  const used = toolsUsed(site.messages);
  // There is no word for "call none". Leaving the tools out says it, where nothing in the conversation needs them.
  const none = toolChoice?.kind === 'none';
  if (none && used.length > 0 && sent.length > 0) site.log.dropped('toolChoice', 'this provider cannot forbid calls');
  const tools = none && used.length === 0 ? [] : sent.length > 0 ? sent : standIns(used, site.log);
  if (tools.length === 0) {
    if (none && sent.length > 0) site.log.changed('toolChoice', 'the tools are left out, so that none is called');
    else if (toolChoice !== undefined) site.log.dropped('toolChoice', 'there are no tools to choose from');
    return objectAt(request.extras?.[own], 'toolConfig');
  }
  const choice = encodeChoice(toolChoice, request.tools ?? [], site.log);
  return {
    ...objectAt(request.extras?.[own], 'toolConfig'),
    tools,
    ...(choice === undefined ? {} : { toolChoice: choice }),
  };
};

/** Names of the tools that the conversation calls. */
const toolsUsed = (messages: readonly WireMessage[]): readonly string[] => [
  ...new Set(messages.flatMap(({ content }) => content.flatMap((block) => stringAt(block['toolUse'], 'name') ?? []))),
];

/** The provider refuses a conversation with calls in it when the request names no tools. */
const standIns = (used: readonly string[], log: LossLog): readonly JsonObject[] => {
  if (used.length > 0)
    log.changed('tools', 'the tools the conversation has called were named, as the provider demands');
  return used.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } }));
};

const encodeTool = (tool: Tool, index: number, site: ToolSite): readonly JsonObject[] => {
  const path = `tools[${index}]`;
  switch (tool.kind) {
    case 'function':
      return [{ toolSpec: encodeFunction(tool) }, ...encodeMark(tool, path, site)];
    case 'custom':
      return [{ toolSpec: encodeCustom(tool, path, site.log) }];
    case 'opaque':
      if (tool.dialect === own && isObject(tool.value)) return [tool.value];
      site.log.dropped(path, `a ${tool.type} tool only its own provider runs`);
      return [];
  }
};

const encodeMark = (tool: FunctionTool, path: string, { context, log }: ToolSite): readonly JsonObject[] => {
  if (tool.cache === undefined) return [];
  if (!context.traits.has('no-cache-points')) return [encodeCachePoint(tool.cache)];
  log.dropped(`${path}.cache`, 'the model takes no cache points');
  return [];
};

const encodeFunction = (tool: FunctionTool): JsonObject => ({
  name: tool.name,
  // An empty description is refused.
  ...(tool.description === undefined || tool.description === '' ? {} : { description: tool.description }),
  inputSchema: { json: objectSchema(tool.schema) },
  ...(tool.strict === true ? { strict: true } : {}),
  ...objectAt(tool.meta?.[own], 'members'),
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
    inputSchema: { json: customSchema },
  };
};

const encodeChoice = (choice: ToolChoice | undefined, tools: readonly Tool[], log: LossLog): JsonObject | undefined => {
  switch (choice?.kind) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'allowed':
      return choice.mode === 'required' ? { any: {} } : { auto: {} };
    case 'tool': {
      const custom = tools.some((tool) => tool.kind === 'custom' && tool.name === choice.name);
      return { tool: { name: custom ? writeCustomName(choice.name) : choice.name } };
    }
    case 'opaque':
      if (choice.dialect === own && isObject(choice.value)) return choice.value;
      log.dropped('toolChoice', 'only its own provider understands it');
      return undefined;
    case 'none':
    case undefined:
      return undefined;
  }
};
