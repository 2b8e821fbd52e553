import type { ToolCallBlock, ToolResultBlock } from '../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, parseJson, stringAt } from '../../json/json.ts';
import { customInput, customText, readCustomName, writeCustomName } from '../tooling/custom-tool.ts';
import { metaOf, ownMeta } from './own.ts';

/** Reads a call, which has no id on this wire: `id` is one derived from its place. */
export const readCall = (call: JsonObject, id: string): ToolCallBlock => {
  const { name, custom } = readCustomName(stringAt(call, 'name') ?? '');
  const parameters = call['parameters'];
  const words = typeof parameters === 'string' ? parameters : JSON.stringify(parameters ?? {});
  return {
    kind: 'tool-call',
    id,
    name,
    argumentsJson: custom ? customText(words) : words,
    ...(custom ? { custom: true } : {}),
  };
};

/** Writes a call. Arguments that are no object, which the wire cannot say, become the member `input` of one. */
export const writeCall = (block: ToolCallBlock): JsonObject => {
  if (block.custom === true) return { name: writeCustomName(block.name), parameters: customInput(block.argumentsJson) };
  const words = block.argumentsJson.trim();
  const parameters = words === '' || words === 'null' ? {} : parseJson(words);
  return { name: block.name, parameters: isObject(parameters) ? parameters : { input: block.argumentsJson } };
};

/** What a tool answered as text: a lone text of one object is the text, everything else is JSON. */
export const readOutputs = (outputs: readonly Json[]): Pick<ToolResultBlock, 'blocks' | 'meta'> => {
  const [only] = outputs;
  const lone = outputs.length === 1 && isObject(only) && Object.keys(only).length === 1 ? only['output'] : undefined;
  const text = typeof lone === 'string' ? lone : JSON.stringify(outputs.length === 1 ? only : outputs);
  return {
    blocks: [{ kind: 'text', text }],
    ...(typeof lone === 'string' ? {} : metaOf({ outputs })),
  };
};

/** What a tool answered, as the objects the wire wants. */
export const writeOutputs = (block: ToolResultBlock, text: string): readonly Json[] => {
  const kept = ownMeta(block)?.['outputs'];
  return isArray(kept) ? kept : [{ output: text }];
};
