import type { Tool, ToolChoice } from '../../../ir/index.ts';
import { arrayAt, type Json, type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { namespacedName } from './namespaces.ts';
import { own } from './own.ts';

interface ToolsScope {
  readonly losses: LossLog;
  /** Whether the request came by another door; then what that door leaves open is said, since the default here differs. */
  readonly translated: boolean;
}

/** Tools of one namespace that follow each other share its wrapper again. Provider-run tools of other dialects are dropped. */
export const encodeTools = (tools: readonly Tool[], scope: ToolsScope): readonly JsonObject[] => {
  const wire: JsonDraft[] = [];
  let namespace: JsonObject | undefined;
  for (const [index, tool] of tools.entries()) {
    const written = encodeTool(tool, `tools[${index}]`, scope);
    const named = namespacedName(tool);
    if (written === undefined) continue;
    if (named === undefined) wire.push(written);
    else if (named.namespace['name'] === namespace?.['name']) append(wire, written);
    else wire.push({ ...named.namespace, tools: [written] });
    namespace = named?.namespace;
  }
  return wire;
};

const append = (wire: JsonDraft[], tool: JsonObject): void => {
  const last = wire.at(-1);
  if (last !== undefined) last['tools'] = [...arrayAt(last as JsonObject, 'tools'), tool];
};

const encodeTool = (tool: Tool, path: string, scope: ToolsScope): JsonObject | undefined => {
  switch (tool.kind) {
    case 'function':
      if (tool.cache !== undefined) scope.losses.dropped(`${path}.cache`);
      return {
        type: 'function',
        ...named(tool),
        ...functionDefaults(scope.translated),
        ...(tool.schema === undefined ? {} : { parameters: tool.schema }),
        ...(tool.strict === undefined ? {} : { strict: tool.strict }),
        ...members(tool),
      };
    case 'custom':
      return {
        type: 'custom',
        ...named(tool),
        ...(tool.format === undefined ? {} : { format: tool.format }),
        ...members(tool),
      };
    case 'opaque':
      if (tool.dialect === own) return tool.value as JsonObject;
      scope.losses.dropped(path, `${tool.type} is run by another provider`);
      return undefined;
  }
};

/** This wire takes an absent `strict` for true and requires `parameters`; elsewhere absent means not strict. */
const functionDefaults = (translated: boolean): JsonObject =>
  translated ? { parameters: { type: 'object', properties: {} }, strict: false } : {};

type ClientTool = Exclude<Tool, { readonly kind: 'opaque' }>;

const named = (tool: ClientTool): JsonObject => ({
  name: namespacedName(tool)?.name ?? tool.name,
  ...(tool.description === undefined ? {} : { description: tool.description }),
});

const members = (tool: ClientTool): JsonObject => objectAt(tool.meta?.[own], 'members') ?? {};

/** Undefined when the choice belongs to another dialect. */
export const encodeToolChoice = (choice: ToolChoice, tools: readonly Tool[]): Json | undefined => {
  const custom = new Set(tools.filter((tool) => tool.kind === 'custom').map((tool) => tool.name));
  const entry = (name: string): JsonObject => ({ type: custom.has(name) ? 'custom' : 'function', name });
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return entry(choice.name);
    case 'allowed':
      return { type: 'allowed_tools', mode: choice.mode, tools: choice.names.map(entry) };
    case 'opaque':
      return choice.dialect === own ? choice.value : undefined;
  }
};
