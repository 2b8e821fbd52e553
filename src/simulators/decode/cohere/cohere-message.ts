import { isArray, isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { MediaPart, SimulatedPart } from '../../simulated-request.ts';
import { refusal } from '../../simulator-refusal.ts';
import { argumentsValue, type Conversation } from '../conversation.ts';
import { sourceOfUrl } from '../data-url.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { resultParts } from '../tool-result-parts.ts';

export const refuseCohere = (message: string) =>
  refusal('cohere', { status: 400, message: `invalid request: ${message}` });

export interface Leftovers {
  add(rest: JsonObject): void;
}

/** Adds one message to the conversation, as the reference of /v2/chat describes it. */
export const cohereMessage = (message: Members, conversation: Conversation, leftovers: Leftovers): void => {
  const role = message.string('role');
  switch (role) {
    case 'system':
      for (const part of contentParts(message, leftovers, true))
        if (part.kind === 'text') conversation.addSystem(part.text);
      break;
    case 'user':
      conversation.add('user', contentParts(message, leftovers, true));
      break;
    case 'assistant':
      conversation.add('assistant', assistantParts(message, conversation, leftovers));
      break;
    case 'tool':
      conversation.add('user', [toolResult(message, conversation, leftovers)]);
      break;
    default:
      throw refuseCohere(`${message.path}.role: must be one of 'system', 'user', 'assistant', 'tool'`);
  }
  leftovers.add(message.rest());
};

const assistantParts = (
  message: Members,
  conversation: Conversation,
  leftovers: Leftovers,
): readonly SimulatedPart[] => {
  const said = contentParts(message, leftovers, false);
  const plan = message.string('tool_plan');
  const calls = (message.array('tool_calls') ?? []).map((value, index): SimulatedPart => {
    const call = new Members('cohere', value, `${message.at('tool_calls')}[${index}]`);
    const body = call.members('function');
    const id = call.string('id');
    const name = body?.string('name');
    if (id === undefined || name === undefined) throw refuseCohere(`${call.path}: id and function.name are required`);
    if (call.string('type') !== 'function') throw refuseCohere(`${call.path}.type: must be 'function'`);
    const words = body?.string('arguments') ?? '';
    return { kind: 'tool-call', id, call: conversation.openCall(id, name), name, arguments: argumentsValue(words) };
  });
  message.skip('citations');
  if (said.length === 0 && calls.length === 0 && plan === undefined)
    throw refuseCohere(`${message.path}: an assistant message needs content, tool_calls or tool_plan`);
  return [...said, ...(plan === undefined || plan === '' ? [] : [{ kind: 'thinking' as const, text: plan }]), ...calls];
};

const toolResult = (message: Members, conversation: Conversation, leftovers: Leftovers): SimulatedPart => {
  const id = message.string('tool_call_id');
  if (id === undefined) throw refuseCohere(`${message.path}.tool_call_id: required`);
  if (!conversation.hasCall(id)) throw refuseCohere(`${message.path}.tool_call_id: no tool call has the id '${id}'`);
  const call = conversation.answerCall(id);
  return { kind: 'tool-result', id, call, parts: resultParts(contentParts(message, leftovers, true)), failed: false };
};

const contentParts = (message: Members, leftovers: Leftovers, required: boolean): readonly SimulatedPart[] => {
  const content = message.any('content');
  if (content === undefined && required) throw refuseCohere(`${message.path}.content: required`);
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (content !== undefined && !isArray(content))
    throw refuseCohere(`${message.path}.content: must be a string or a list`);
  return (content ?? []).map((value, index) => {
    const part = new Members('cohere', value, `${message.at('content')}[${index}]`);
    const read = contentPart(part, value);
    if (read.kind !== 'other') leftovers.add(part.rest());
    return read;
  });
};

const contentPart = (part: Members, value: Json): SimulatedPart => {
  const type = part.string('type');
  switch (type) {
    case 'text':
      return { kind: 'text', text: part.string('text') ?? missing(part, 'text') };
    case 'thinking':
      return { kind: 'thinking', text: part.string('thinking') ?? missing(part, 'thinking') };
    case 'image_url': {
      const holder = part.members('image_url');
      const url = holder?.string('url') ?? missing(part, 'image_url.url');
      return { kind: 'image', ...sourceOfUrl(url), ...present({ detail: holder?.string('detail') }) };
    }
    case 'document':
      return readDocument(part.any('document') ?? missing(part, 'document'), part.at('document'));
    default:
      return { kind: 'other', type: type ?? missing(part, 'type'), value };
  }
};

const missing = (part: Members, name: string): never => {
  throw refuseCohere(`${part.path}.${name}: required`);
};

/** A document: a text, or data whose members are its fields. Fields beside title and text are lines of their own, as the model sees them. */
export const readDocument = (value: Json, path: string): MediaPart => {
  if (typeof value === 'string') return plainDocument(value);
  const data = isObject(value) ? value['data'] : undefined;
  if (!isObject(data)) throw refuseCohere(`${path}.data: must be an object`);
  const { title, text, ...others } = data;
  const name = typeof title === 'string' ? title : undefined;
  if (typeof text === 'string' && Object.keys(others).length === 0) return plainDocument(text, name);
  const { title: _, ...fields } = data;
  const lines = Object.entries(fields).map(
    ([field, told]) => `${field}: ${typeof told === 'string' ? told : JSON.stringify(told)}`,
  );
  return plainDocument(lines.join('\n'), name);
};

const plainDocument = (text: string, filename?: string): MediaPart => ({
  kind: 'document',
  mimeType: 'text/plain',
  source: { kind: 'text', text },
  ...present({ filename }),
});
