import { type Seal, type ToolCallBlock, unwrapSeal, wrapSeal } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { metaOf, ownMeta, restOf, textOf } from './own.ts';

/**
 * Reads the calls of a message: `tool_calls`, and the older `function_call`, which has no id. `makeId` gives one to a call that came
 * without (the number is the call's place). An entry without a name calls nothing: some hosts fill the list with empty ones.
 */
export const readToolCalls = (message: JsonObject, makeId: (place: number) => string): readonly ToolCallBlock[] => {
  const calls = arrayAt(message, 'tool_calls')
    .filter(isObject)
    .map((call, place) => readToolCall(call, makeId(place)))
    .filter((call) => call.name !== '');
  const legacy = objectAt(message, 'function_call');
  if (legacy === undefined || stringAt(legacy, 'name') === '') return calls;
  return [...calls, readFunctionCall(legacy, makeId(calls.length))];
};

export const readToolCall = (call: JsonObject, fallbackId: string): ToolCallBlock => {
  const custom = objectAt(call, 'custom');
  const body = custom ?? objectAt(call, 'function');
  const seal = readCallSeal(call);
  const id = stringAt(call, 'id');
  return {
    kind: 'tool-call',
    id: id === undefined || id === '' ? fallbackId : id,
    name: stringAt(body, 'name') ?? '',
    argumentsJson: textOf(custom === undefined ? body?.['arguments'] : body?.['input']),
    ...(custom === undefined ? {} : { custom: true }),
    ...(seal === undefined ? {} : { seal }),
    ...metaOf({ members: restOf(call, knownCall) }),
  };
};

export const readFunctionCall = (call: JsonObject, id: string): ToolCallBlock => ({
  kind: 'tool-call',
  id,
  name: stringAt(call, 'name') ?? '',
  argumentsJson: textOf(call['arguments']),
  ...metaOf({ legacy: true }),
});

/** The signature of a call or message, where Google's hosts of this dialect put it. A bare one is Gemini's; any other came through a door, wrapped. */
export const readCallSeal = (holder: JsonObject): Seal | undefined => {
  const extra = holder['extra_content'];
  if (extra === undefined || extra === null) return undefined;
  const signature = stringAt(objectAt(extra, 'google'), 'thought_signature');
  return signature === undefined ? undefined : unwrapSeal(signature, 'gemini');
};

export const writeCallSeal = (seal: Seal): JsonObject => ({
  extra_content: { google: { thought_signature: wrapSeal(seal, 'gemini') } },
});

/** Writes a call. Clients parse the arguments, so a call without any gets an empty object. */
export const writeToolCall = (block: ToolCallBlock, seal: Seal | undefined): JsonObject => {
  const members = ownMeta(block)?.['members'] as JsonObject | undefined;
  const rest = { ...members, ...(seal === undefined ? {} : writeCallSeal(seal)) };
  if (block.custom === true)
    return { id: block.id, type: 'custom', custom: { name: block.name, input: block.argumentsJson }, ...rest };
  return { id: block.id, type: 'function', function: writeFunction(block), ...rest };
};

export const writeFunction = (block: ToolCallBlock): JsonObject => ({
  name: block.name,
  arguments: block.argumentsJson === '' ? '{}' : block.argumentsJson,
});

const knownCall = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content']);
