import type { CustomTool, FunctionTool, Tool, ToolChoice } from '../../../ir/index.ts';
import { isObject, type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';

/** Writes `tools`: all functions in one entry, where the first of them stood, each tool of Gemini's own in its own. */
export const encodeTools = (tools: readonly Tool[], losses: LossLog): readonly JsonObject[] => {
  const declarations: JsonObject[] = [];
  const entries: JsonObject[] = [];
  tools.forEach((tool, index) => {
    if (tool.kind === 'opaque') {
      if (tool.dialect === 'gemini' && isObject(tool.value)) entries.push(tool.value);
      else losses.dropped(`tools[${index}]`, `${tool.type} is run by ${tool.dialect} providers only`);
      return;
    }
    if (declarations.length === 0) entries.push({ functionDeclarations: declarations });
    declarations.push(
      tool.kind === 'function'
        ? encodeFunction(tool, `tools[${index}]`, losses)
        : encodeCustom(tool, `tools[${index}]`, losses),
    );
  });
  return entries;
};

const encodeFunction = (tool: FunctionTool, path: string, losses: LossLog): JsonObject => {
  if (tool.strict === true) losses.dropped(`${path}.strict`);
  if (tool.cache !== undefined) losses.dropped(`${path}.cache`);
  const native = tool.meta?.gemini?.['parameters'];
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(native !== undefined
      ? { parameters: native }
      : tool.schema === undefined
        ? {}
        : { parametersJsonSchema: tool.schema }),
    ...objectAt(tool.meta?.gemini, 'declaration'),
  };
};

/** A custom tool's free text travels as one argument, `input`. */
const encodeCustom = (tool: CustomTool, path: string, losses: LossLog): JsonObject => {
  losses.changed(path, 'a custom tool, written as a function with one text argument, input');
  if (tool.format !== undefined) losses.dropped(`${path}.format`);
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parametersJsonSchema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
  };
};

/** Writes `toolConfig.functionCallingConfig`. */
export const encodeToolChoice = (choice: ToolChoice, losses: LossLog): JsonObject | undefined => {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed': {
      // AUTO takes no list; VALIDATED is AUTO that does.
      const draft: JsonDraft = { mode: choice.mode === 'required' ? 'ANY' : 'VALIDATED' };
      if (choice.names.length > 0) draft['allowedFunctionNames'] = choice.names;
      return draft;
    }
    case 'opaque':
      if (choice.dialect === 'gemini' && isObject(choice.value)) return choice.value;
      losses.dropped('toolChoice');
      return undefined;
  }
};
