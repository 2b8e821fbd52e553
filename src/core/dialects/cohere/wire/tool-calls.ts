import type { ToolCallBlock } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { customInput, customText, readCustomName, writeCustomName } from '../../tooling/custom-tool.ts';
import { metaOf, ownMembers, restOf, textOf } from './own.ts';

/** Reads `tool_calls`. A call without arguments may say `null`. */
export const readToolCalls = (message: JsonObject): readonly ToolCallBlock[] =>
  arrayAt(message, 'tool_calls').filter(isObject).map(readToolCall);

export const readToolCall = (call: JsonObject, place = 0): ToolCallBlock => {
  const body = objectAt(call, 'function');
  const { name, custom } = readCustomName(stringAt(body, 'name') ?? '');
  const words = argumentsOf(textOf(body?.['arguments']));
  return {
    kind: 'tool-call',
    id: stringAt(call, 'id') ?? `${name}_${place}`,
    name,
    argumentsJson: custom ? customText(words) : words,
    ...(custom ? { custom: true } : {}),
    ...metaOf({ members: restOf(call, knownCall) }),
  };
};

export const argumentsOf = (text: string): string => (text.trim() === 'null' ? '{}' : text);

/** Writes a call. Clients parse the arguments, so a call without any gets an empty object. */
export const writeToolCall = (block: ToolCallBlock): JsonObject => ({
  id: block.id,
  type: 'function',
  function:
    block.custom === true
      ? { name: writeCustomName(block.name), arguments: JSON.stringify(customInput(block.argumentsJson)) }
      : { name: block.name, arguments: block.argumentsJson === '' ? '{}' : block.argumentsJson },
  ...ownMembers(block),
});

/** Writes a call for a client: a custom tool's free text is one argument, under the tool's own name. */
export const writeShownCall = (block: ToolCallBlock): JsonObject =>
  block.custom === true
    ? writeToolCall({
        kind: 'tool-call',
        id: block.id,
        name: block.name,
        argumentsJson: JSON.stringify(customInput(block.argumentsJson)),
      })
    : writeToolCall(block);

const knownCall = new Set(['id', 'type', 'function']);
