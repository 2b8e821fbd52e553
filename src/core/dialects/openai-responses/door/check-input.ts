import { invalidField } from '../../../errors/gateway-error.ts';
import { isObject, isString, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import { optionalArray, optionalString, requiredString } from '../wire/fields.ts';
import { lookup } from '../wire/lookup.ts';

const roles: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant']);

/** An item's type; a message may leave it out. */
export const itemType = (item: JsonObject): string =>
  stringAt(item, 'type') ?? (item['role'] === undefined ? '' : 'message');

/**
 * Refuses items that are malformed, naming the path. Unknown item and part types pass. `heldCalls` says that calls may stand in a
 * conversation the provider holds, so that an output need not follow its call here.
 */
export const checkInput = (input: readonly Json[], heldCalls: boolean): readonly JsonObject[] => {
  const items = input.map((item, index) => checkedItem(item, `input[${index}]`));
  if (!heldCalls && !items.some((item) => heldTypes.has(itemType(item)))) checkCalls(items);
  return items;
};

/** Items that stand for a conversation that is not in the request. */
const heldTypes: ReadonlySet<string> = new Set(['item_reference', 'compaction', 'compaction_summary']);

const checkedItem = (item: Json, path: string): JsonObject => {
  if (!isObject(item)) throw invalidField(path, `must be an object, but is ${typeName(item)}.`);
  const type = itemType(item);
  if (type === '') {
    optionalString(item, 'type', `${path}.`);
    throw invalidField(path, 'needs a "type", or a "role" for a message.');
  }
  lookup(checks, type)?.(item, `${path}.`);
  return item;
};

type Check = (item: JsonObject, prefix: string) => void;

const checkMessage: Check = (item, prefix) => {
  const role = requiredString(item, 'role', prefix);
  if (!roles.has(role))
    throw invalidField(`${prefix}role`, `must be one of ${[...roles].map((known) => `"${known}"`).join(', ')}.`);
  checkContent(item, 'content', prefix);
};

const checkContent = (item: JsonObject, key: string, prefix: string): void => {
  const content = item[key];
  if (isString(content)) return;
  if (!Array.isArray(content))
    throw invalidField(`${prefix}${key}`, `must be a string or an array of parts, but is ${typeName(content)}.`);
  for (const [index, part] of (content as readonly Json[]).entries()) checkPart(part, `${prefix}${key}[${index}]`);
};

const partStrings: Readonly<Record<string, string>> = {
  input_text: 'text',
  output_text: 'text',
  text: 'text',
  refusal: 'refusal',
};

/** Where the media of a part may come from; one of them must be there. */
const partSources: Readonly<Record<string, readonly string[]>> = {
  input_image: ['image_url', 'file_id'],
  input_file: ['file_data', 'file_url', 'file_id'],
};

const checkPart = (part: Json, path: string): void => {
  if (!isObject(part)) throw invalidField(path, `must be an object, but is ${typeName(part)}.`);
  const type = requiredString(part, 'type', `${path}.`);
  const text = lookup(partStrings, type);
  if (text !== undefined) requiredString(part, text, `${path}.`);
  const sources = lookup(partSources, type);
  if (sources === undefined) return;
  if (!sources.map((key) => optionalString(part, key, `${path}.`)).some(isString))
    throw invalidField(path, `needs one of ${sources.join(', ')}.`);
};

const checkReasoning: Check = (item, prefix) => {
  optionalArray(item, 'summary', prefix);
  optionalArray(item, 'content', prefix);
  optionalString(item, 'encrypted_content', prefix);
};

const checkCall =
  (input: string): Check =>
  (item, prefix) => {
    for (const key of ['call_id', 'name', input]) requiredString(item, key, prefix);
  };

const checkOutput: Check = (item, prefix) => {
  requiredString(item, 'call_id', prefix);
  checkContent(item, 'output', prefix);
};

const checks: Readonly<Record<string, Check>> = {
  message: checkMessage,
  reasoning: checkReasoning,
  function_call: checkCall('arguments'),
  custom_tool_call: checkCall('input'),
  function_call_output: checkOutput,
  custom_tool_call_output: checkOutput,
};

const outputs: ReadonlySet<string> = new Set(['function_call_output', 'custom_tool_call_output']);

const checkCalls = (items: readonly JsonObject[]): void => {
  const calls = new Set<string>();
  for (const [index, item] of items.entries()) {
    const id = stringAt(item, 'call_id');
    if (id === undefined) continue;
    if (!outputs.has(itemType(item))) calls.add(id);
    else if (!calls.has(id))
      throw invalidField(
        `input[${index}].call_id`,
        'no earlier tool call has this id. Send the call before its output.',
      );
  }
};
