import { type GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import type { Block, MediaBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { readArray, readObject, readString } from '../../openai-chat/wire/read-member.ts';
import { metaOf, restOf } from '../wire/own.ts';
import { readAssistant } from '../wire/read-assistant.ts';
import { readContent } from '../wire/read-part.ts';

/** Reads `messages`. Results that follow each other are one turn; the request's documents stand before what the user said last. */
export const readMessages = (body: JsonObject, documents: readonly MediaBlock[]): readonly Turn[] => {
  const messages = body['messages'];
  if (!isArray(messages)) throw wrongType('messages', 'an array of messages', messages);
  if (messages.length === 0) throw invalidField('messages', 'is empty; send at least one message.');
  const turns: Turn[] = [];
  let results: Block[] | undefined;
  messages.forEach((message, place) => {
    const turn = readMessage(message, `messages[${place}]`);
    if (turn.role !== 'tool') {
      results = undefined;
      turns.push(turn);
    } else if (results === undefined) {
      results = [...turn.blocks];
      turns.push({ role: 'tool', blocks: results });
    } else results.push(...turn.blocks);
  });
  return documents.length === 0 ? turns : withDocuments(turns, documents);
};

const withDocuments = (turns: readonly Turn[], documents: readonly MediaBlock[]): readonly Turn[] => {
  const at = turns.findLastIndex((turn) => turn.role === 'user');
  const turn = turns[at];
  if (turn === undefined) return [...turns, { role: 'user', blocks: documents }];
  return turns.with(at, { ...turn, blocks: [...documents, ...turn.blocks] });
};

const readMessage = (message: Json, path: string): Turn => {
  if (!isObject(message)) throw wrongType(path, 'an object', message);
  const role = readString(message, 'role', `${path}.role`) ?? '';
  const read = readers.get(role);
  if (read === undefined)
    throw invalidField(
      `${path}.role`,
      `must be one of ${[...readers.keys()].map((known) => `"${known}"`).join(', ')}.`,
    );
  checkContent(message, path);
  return read(message, path);
};

const checkContent = (message: JsonObject, path: string): void => {
  const content = message['content'];
  if (content === undefined || content === null || typeof content === 'string') return;
  if (!isArray(content)) throw wrongType(`${path}.content`, 'a string or an array of parts', content);
  content.forEach((part, place) => {
    const at = `${path}.content[${place}]`;
    if (!isObject(part)) throw wrongType(at, 'an object with a "type"', part);
    const type = readString(part, 'type', `${at}.type`);
    if (type === undefined) throw wrongType(`${at}.type`, 'a string', part['type']);
    if ((type === 'text' || type === 'thinking') && typeof part[type] !== 'string')
      throw wrongType(`${at}.${type}`, 'a string', part[type]);
  });
};

const spoken =
  (role: 'system' | 'user') =>
  (message: JsonObject, path: string): Turn => {
    if (message['content'] === undefined || message['content'] === null) throw noContent(path);
    return { role, blocks: readContent(message['content']), ...kept(message) };
  };

const noContent = (path: string): GatewayError =>
  wrongType(`${path}.content`, 'a string or an array of parts', undefined);

const assistant = (message: JsonObject, path: string): Turn => {
  readString(message, 'tool_plan', `${path}.tool_plan`);
  (readArray(message, 'tool_calls', `${path}.tool_calls`) ?? []).forEach((call, place) => {
    checkCall(call, `${path}.tool_calls[${place}]`);
  });
  const { blocks, otherCitations } = readAssistant(message);
  const rest = restOf(message, knownMembers);
  const members = otherCitations.length === 0 ? rest : { ...rest, citations: otherCitations };
  return { role: 'assistant', blocks, ...metaOf({ members }) };
};

const checkCall = (call: Json, path: string): void => {
  if (!isObject(call)) throw wrongType(path, 'an object', call);
  if (typeof call['id'] !== 'string') throw wrongType(`${path}.id`, 'a string', call['id']);
  const body = readObject(call, 'function', `${path}.function`);
  if (body === undefined) throw wrongType(`${path}.function`, 'an object with name and arguments', call['function']);
  if (typeof body['name'] !== 'string') throw wrongType(`${path}.function.name`, 'a string', body['name']);
  readString(body, 'arguments', `${path}.function.arguments`);
};

const tool = (message: JsonObject, path: string): Turn => {
  const callId = message['tool_call_id'];
  if (typeof callId !== 'string') throw wrongType(`${path}.tool_call_id`, 'a string', callId);
  const blocks: readonly Block[] = readContent(message['content']);
  const result: ToolResultBlock = { kind: 'tool-result', callId, blocks, failed: false, ...kept(message) };
  return { role: 'tool', blocks: [result] };
};

const kept = (message: JsonObject) => metaOf({ members: restOf(message, knownMembers) });

const knownMembers = new Set(['role', 'content', 'tool_calls', 'tool_plan', 'citations', 'tool_call_id']);

const readers: ReadonlyMap<string, (message: JsonObject, path: string) => Turn> = new Map([
  ['system', spoken('system')],
  ['user', spoken('user')],
  ['assistant', assistant],
  ['tool', tool],
]);
