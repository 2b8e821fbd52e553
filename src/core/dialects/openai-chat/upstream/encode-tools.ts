import type { ChatRequest, CustomTool, FunctionTool, OutputFormat, Tool, ToolChoice } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { own, ownMeta, writeCacheMark } from '../wire/own.ts';
import type { MessageWriting } from './encode-part.ts';

/** `tools`, `tool_choice` and `parallel_tool_calls`; the last two are refused by hosts when there is no tool. */
export const encodeTools = (request: ChatRequest, writing: MessageWriting): JsonDraft => {
  const tools = (request.tools ?? []).flatMap((tool, index) => encodeTool(tool, `tools[${index}]`, writing));
  if (tools.length === 0) {
    writing.log.dropPresent(request, ['toolChoice', 'parallelToolCalls'], 'there is no tool');
    return {};
  }
  const choice = request.toolChoice && encodeChoice(request.toolChoice, request.tools ?? []);
  if (request.toolChoice !== undefined && choice === undefined) writing.log.dropped('toolChoice');
  return { tools, tool_choice: choice, parallel_tool_calls: request.parallelToolCalls };
};

const encodeTool = (tool: Tool, at: string, writing: MessageWriting): readonly Json[] => {
  switch (tool.kind) {
    case 'function':
      return [encodeFunction(tool, at, writing)];
    case 'custom':
      return [encodeCustom(tool)];
    case 'opaque':
      if (tool.dialect === own) return [tool.value];
      writing.log.dropped(at, tool.type);
      return [];
  }
};

const encodeFunction = (tool: FunctionTool, at: string, { log, cacheMarks }: MessageWriting): JsonObject => {
  const meta = ownMeta(tool);
  if (tool.cache !== undefined && !cacheMarks) log.dropped(`${at}.cache`);
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.schema === undefined ? {} : { parameters: tool.schema }),
      ...(tool.strict === undefined ? {} : { strict: tool.strict }),
      ...(meta?.['function'] as JsonObject | undefined),
    },
    ...(tool.cache === undefined || !cacheMarks ? {} : { cache_control: writeCacheMark(tool.cache) }),
    ...(meta?.['members'] as JsonObject | undefined),
  };
};

const encodeCustom = (tool: CustomTool): JsonObject => ({
  type: 'custom',
  custom: {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(tool.format === undefined ? {} : { format: nestedFormat(tool.format) }),
  },
  ...(ownMeta(tool)?.['members'] as JsonObject | undefined),
});

const nestedFormat = (format: JsonObject): JsonObject => {
  const { type, ...grammar } = format;
  return type === 'grammar' ? { type, grammar } : format;
};

const encodeChoice = (choice: ToolChoice, tools: readonly Tool[]): Json | undefined => {
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return named(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: { mode: choice.mode, tools: choice.names.map((name) => named(name, tools)) },
      };
    case 'opaque':
      return choice.dialect === own ? choice.value : undefined;
  }
};

const named = (name: string, tools: readonly Tool[]): JsonObject =>
  tools.some((tool) => tool.kind === 'custom' && tool.name === name)
    ? { type: 'custom', custom: { name } }
    : { type: 'function', function: { name } };

export const encodeOutput = (output: OutputFormat): JsonObject => {
  switch (output.kind) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'json-schema':
      return {
        type: 'json_schema',
        json_schema: {
          name: output.name ?? 'response',
          ...(output.description === undefined ? {} : { description: output.description }),
          schema: output.schema,
          ...(output.strict === undefined ? {} : { strict: output.strict }),
        },
      };
  }
};
