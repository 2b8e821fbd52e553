import { isObject, type Json, type JsonDraft, type JsonObject } from '../../../core/json/json.ts';
import type { RequestHints, SimulatedPart, SimulatedRequest, SimulatedTool } from '../../simulated-request.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { resultParts } from '../tool-result-parts.ts';
import { imageParts, type Leftovers, refuse, requiredModel, sharedSettings } from './ollama-fields.ts';

const dialect = 'ollama';

/** Reads a request of /api/chat as its documentation describes it. */
export const decodeOllama = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members(dialect, body, '');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more: JsonObject) => void Object.assign(rest, more) };
  const model = requiredModel(reader, hints.model);
  const conversation = new Conversation();
  (reader.array('messages') ?? []).forEach((value, index) => {
    addMessage(new Members(dialect, value, `messages[${index}]`), conversation, leftovers);
  });
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? true,
    system: conversation.system,
    turns: conversation.turns,
    tools: (reader.array('tools') ?? []).map((value, index) =>
      readTool(new Members(dialect, value, `tools[${index}]`), leftovers),
    ),
    ...present(sharedSettings(reader, leftovers)),
    rest,
  };
  leftovers.add(reader.rest());
  return request;
};

const addMessage = (message: Members, conversation: Conversation, leftovers: Leftovers): void => {
  const role = message.string('role') ?? '';
  const content = message.string('content') ?? '';
  const words: readonly SimulatedPart[] = [...imageParts(message), { kind: 'text', text: content }];
  switch (role) {
    case 'system':
      conversation.addSystem(content);
      break;
    case 'user':
      conversation.add('user', words);
      break;
    case 'assistant':
      conversation.add('assistant', [...thoughts(message), ...words, ...calls(message, conversation, leftovers)]);
      break;
    case 'tool':
      addResult(message, words, conversation);
      break;
    default:
      throw refuse(dialect, `invalid role: ${role}. Must be one of: system, user, assistant, tool`);
  }
  leftovers.add(message.rest());
};

const thoughts = (message: Members): readonly SimulatedPart[] => {
  const text = message.string('thinking') ?? '';
  return text === '' ? [] : [{ kind: 'thinking', text }];
};

const calls = (message: Members, conversation: Conversation, leftovers: Leftovers): readonly SimulatedPart[] =>
  (message.array('tool_calls') ?? []).map((value, index) => {
    const call = new Members(dialect, value, `${message.path}.tool_calls[${index}]`);
    const called = call.members('function');
    const id = call.string('id') ?? '';
    const name = called?.string('name') ?? '';
    called?.skip('index');
    call.skip('type');
    const values = called?.object('arguments') ?? {};
    leftovers.add({ ...call.rest(), ...called?.rest() });
    return { kind: 'tool-call', id, call: conversation.openCall(id, name), name, arguments: values };
  });

/** A result names its call, its tool, or nothing: then it answers the first call that is open. */
const addResult = (message: Members, words: readonly SimulatedPart[], conversation: Conversation): void => {
  const id = message.string('tool_call_id') ?? '';
  const name = message.string('tool_name') ?? message.string('name') ?? conversation.openCalls[0]?.name;
  const call = conversation.answerCall(id, name);
  conversation.add('user', [{ kind: 'tool-result', id, call, parts: resultParts(words), failed: false }]);
};

const readTool = (tool: Members, leftovers: Leftovers): SimulatedTool => {
  const type = tool.string('type') ?? 'function';
  const declared = tool.members('function');
  if (declared === undefined) return { kind: 'other', name: type, value: tool.rest() };
  const name = declared.string('name') ?? '';
  const description = declared.string('description');
  const schema = declared.any('parameters');
  leftovers.add({ ...tool.rest(), ...declared.rest() });
  return { kind: 'function', name, ...present({ description, schema: isObject(schema) ? schema : undefined }) };
};
