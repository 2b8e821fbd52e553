import { invalidField } from '../../../errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { readArray, readObject, readString } from '../wire/read-member.ts';

/**
 * Refuses messages that are wrong in a way no host takes: unknown roles, content of a wrong type, results of calls never made. What this
 * gateway merely does not know (part types, members) passes.
 */
export const checkMessages = (body: JsonObject): readonly JsonObject[] => {
  const messages = body['messages'];
  if (!isArray(messages)) throw wrongType('messages', 'an array of messages', messages);
  if (messages.length === 0) throw invalidField('messages', 'is empty; send at least one message.');
  const called: Calls = { ids: new Set(), functions: new Set() };
  messages.forEach((message, place) => {
    checkMessage(message, `messages[${place}]`, called);
  });
  return messages as readonly JsonObject[];
};

interface Calls {
  readonly ids: Set<string>;
  readonly functions: Set<string>;
}

const checkMessage = (message: Json, path: string, called: Calls): void => {
  if (!isObject(message)) throw wrongType(path, 'an object', message);
  const check = checks.get(readString(message, 'role', `${path}.role`) ?? '');
  if (check === undefined)
    throw invalidField(`${path}.role`, `must be one of ${[...checks.keys()].map((role) => `"${role}"`).join(', ')}.`);
  check(message, path, called);
  readString(message, 'name', `${path}.name`);
};

const checkPrompt = (message: JsonObject, path: string): void => {
  if (message['content'] === undefined || message['content'] === null)
    throw wrongType(`${path}.content`, 'a string or an array of parts', message['content']);
  checkContent(message, path);
};

const checkAssistant = (message: JsonObject, path: string, called: Calls): void => {
  checkContent(message, path);
  for (const name of ['reasoning_content', 'refusal']) readString(message, name, `${path}.${name}`);
  (readArray(message, 'tool_calls', `${path}.tool_calls`) ?? []).forEach((call, place) => {
    const id = checkCall(call, `${path}.tool_calls[${place}]`);
    if (id !== undefined) called.ids.add(id);
  });
  const legacy = readObject(message, 'function_call', `${path}.function_call`);
  if (legacy !== undefined) called.functions.add(checkFunction(legacy, `${path}.function_call`));
};

/** The id of a call; undefined when it names no tool, as the empty calls that some hosts answer with and clients bring back. */
const checkCall = (call: Json, path: string): string | undefined => {
  if (!isObject(call)) throw wrongType(path, 'an object', call);
  const id = call['id'];
  if (typeof id !== 'string') throw wrongType(`${path}.id`, 'a string', id);
  const custom = readObject(call, 'custom', `${path}.custom`);
  if (custom !== undefined) {
    return requireString(custom, 'name', `${path}.custom`) === '' ? undefined : id;
  }
  const body = call['function'];
  if (!isObject(body)) throw wrongType(`${path}.function`, 'an object with name and arguments', body);
  return checkFunction(body, `${path}.function`) === '' ? undefined : id;
};

const checkFunction = (body: JsonObject, path: string): string => {
  readString(body, 'arguments', `${path}.arguments`);
  return requireString(body, 'name', path);
};

const requireString = (body: JsonObject, name: string, path: string): string => {
  const value = body[name];
  if (typeof value !== 'string') throw wrongType(`${path}.${name}`, 'a string', value);
  return value;
};

const checkToolResult = (message: JsonObject, path: string, called: Calls): void => {
  checkContent(message, path);
  const id = requireString(message, 'tool_call_id', path);
  if (!called.ids.has(id))
    throw invalidField(
      `${path}.tool_call_id`,
      'answers a call that no assistant message before it makes; send that message with its "tool_calls" first.',
    );
};

const checkFunctionResult = (message: JsonObject, path: string, called: Calls): void => {
  checkContent(message, path);
  if (!called.functions.has(requireString(message, 'name', path)))
    throw invalidField(`${path}.name`, 'answers a function that no assistant message before it calls.');
};

const checkContent = (message: JsonObject, path: string): void => {
  const content = message['content'];
  if (content === undefined || content === null || typeof content === 'string') return;
  if (!isArray(content)) throw wrongType(`${path}.content`, 'a string or an array of parts', content);
  content.forEach((part, place) => {
    checkPart(part, `${path}.content[${place}]`);
  });
};

const checkPart = (part: Json, path: string): void => {
  if (!isObject(part)) throw wrongType(path, 'an object with a "type"', part);
  const type = requireString(part, 'type', path);
  partChecks.get(type)?.(part, path);
};

const stringPart = (name: string) => (part: JsonObject, path: string) => {
  requireString(part, name, path);
};

/** Parts whose value is an object with one string that must be there, or that string itself. */
const valuePart = (name: string, member: string) => (part: JsonObject, path: string) => {
  const value = part[name];
  if (typeof value === 'string' || stringAt(value, member) !== undefined) return;
  if (!isObject(value)) throw wrongType(`${path}.${name}`, `an object with "${member}"`, value);
  throw wrongType(`${path}.${name}.${member}`, 'a string', value[member]);
};

const checkFile = (part: JsonObject, path: string): void => {
  const file = readObject(part, 'file', `${path}.file`);
  if (file === undefined) throw wrongType(`${path}.file`, 'an object', part['file']);
  const data = readString(file, 'file_data', `${path}.file.file_data`);
  if (data === undefined && readString(file, 'file_id', `${path}.file.file_id`) === undefined)
    throw invalidField(`${path}.file`, 'needs "file_data" or "file_id".');
};

const partChecks: ReadonlyMap<string, (part: JsonObject, path: string) => void> = new Map([
  ['text', stringPart('text')],
  ['refusal', stringPart('refusal')],
  ['image_url', valuePart('image_url', 'url')],
  ['video_url', valuePart('video_url', 'url')],
  ['document_url', valuePart('document_url', 'url')],
  ['input_audio', valuePart('input_audio', 'data')],
  ['file', checkFile],
]);

const checks: ReadonlyMap<string, (message: JsonObject, path: string, called: Calls) => void> = new Map([
  ['system', checkPrompt],
  ['developer', checkPrompt],
  ['user', checkPrompt],
  ['assistant', checkAssistant],
  ['tool', checkToolResult],
  ['function', checkFunctionResult],
]);
