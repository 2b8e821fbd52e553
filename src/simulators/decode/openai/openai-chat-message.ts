import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../core/json/json.ts';
import type { SimulatedPart } from '../../simulated-request.ts';
import { argumentsValue, type Conversation } from '../conversation.ts';
import type { Members } from '../members.ts';
import { Members as PartMembers } from '../members.ts';
import { present } from '../present.ts';
import { resultParts } from '../tool-result-parts.ts';
import { type Leftovers, openaiContent } from './openai-content.ts';
import { refuse } from './openai-fields.ts';

type MessageReader = (message: Members, conversation: Conversation, leftovers: Leftovers) => void;

const system: MessageReader = (message, conversation, leftovers) => {
  for (const part of openaiContent(message, leftovers)) {
    if (part.kind === 'text') conversation.addSystem(part.text, part.cache);
    else
      throw refuse(
        message,
        { param: message.at('content'), code: 'invalid_value' },
        `Invalid content type. ${part.kind} is only supported in user messages.`,
      );
  }
};

const user: MessageReader = (message, conversation, leftovers) => {
  if (message.any('content') === undefined) throw missingContent(message);
  conversation.add('user', openaiContent(message, leftovers));
};

const assistant: MessageReader = (message, conversation, leftovers) => {
  const content = openaiContent(message, leftovers);
  const calls = toolCalls(message, conversation, leftovers);
  const refused = message.string('refusal');
  if (message.any('content') === undefined && calls.length === 0 && refused === undefined)
    throw missingContent(message);
  conversation.add('assistant', [
    ...reasoningParts(message),
    ...content,
    ...(refused === undefined ? [] : [{ kind: 'refusal' as const, text: refused }]),
    ...calls,
  ]);
  message.skip('annotations');
};

const tool: MessageReader = (message, conversation, leftovers) => {
  const id = message.string('tool_call_id') ?? '';
  const name = message.string('name');
  const call = conversation.answerCall(id, name);
  if (call < 0) {
    const words = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
    throw refuse(message, `${message.path.replace('[', '.[')}.role`, `Invalid parameter: ${words}`);
  }
  const parts = resultParts(openaiContent(message, leftovers));
  conversation.add('user', [{ kind: 'tool-result', id, call, parts, failed: false }]);
};

const legacyFunction: MessageReader = (message, conversation, leftovers) => {
  const call = conversation.answerCall('', message.string('name'));
  const parts = resultParts(openaiContent(message, leftovers));
  conversation.add('user', [{ kind: 'tool-result', id: '', call, parts, failed: false }]);
};

const readers: Readonly<Record<string, MessageReader>> = {
  system,
  developer: system,
  user,
  assistant,
  tool,
  function: legacyFunction,
};

const missingContent = (message: Members) =>
  refuse(message, message.at('content'), `Invalid value for 'content': expected a string, got null.`);

/** Adds one chat message to the conversation. */
export const chatMessage: MessageReader = (message, conversation, leftovers) => {
  const role = message.string('role');
  const path = message.at('role');
  if (role === undefined)
    throw refuse(
      message,
      { param: path, code: 'missing_required_parameter' },
      `Missing required parameter: '${path}'.`,
    );
  const reader = readers[role];
  if (reader === undefined) {
    const known = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";
    throw refuse(
      message,
      { param: path, code: 'invalid_value' },
      `Invalid value: '${role}'. Supported values are: ${known}.`,
    );
  }
  reader(message, conversation, leftovers);
  leftovers.add(message.rest());
};

const toolCalls = (message: Members, conversation: Conversation, leftovers: Leftovers): readonly SimulatedPart[] => {
  const calls = (message.array('tool_calls') ?? []).map((value, index): SimulatedPart => {
    const call = new PartMembers(message.dialect, value, `${message.at('tool_calls')}[${index}]`);
    const custom = call.string('type') === 'custom';
    const inner = call.members(custom ? 'custom' : 'function');
    const id = call.string('id') ?? '';
    const name = inner?.string('name') ?? '';
    const written = inner?.any(custom ? 'input' : 'arguments') ?? '';
    call.skip('index');
    const signature = stringAt(
      isObject(call.any('extra_content')) ? call.object('extra_content')?.['google'] : undefined,
      'thought_signature',
    );
    leftovers.add(call.rest());
    const value_ = typeof written === 'string' ? (custom ? written : argumentsValue(written)) : written;
    return {
      kind: 'tool-call',
      id,
      call: conversation.openCall(id, name),
      name,
      arguments: value_,
      ...present({ signature }),
    };
  });
  const old = message.members('function_call');
  if (old === undefined) return calls;
  const name = old.string('name') ?? '';
  const call = conversation.openCall('', name);
  return [
    ...calls,
    { kind: 'tool-call', id: '', call, name, arguments: argumentsValue(old.string('arguments') ?? '') },
  ];
};

/** Earlier thoughts, in the members that hosts of this dialect use for them. */
const reasoningParts = (message: Members): readonly SimulatedPart[] => {
  const content = message.string('reasoning_content');
  const plain = message.any('reasoning');
  const details = message.array('reasoning_details');
  if (details !== undefined && details.length > 0) return details.flatMap(reasoningDetail);
  const text = content ?? (typeof plain === 'string' ? plain : undefined);
  return text === undefined || text === '' ? [] : [{ kind: 'thinking', text }];
};

const reasoningDetail = (detail: Json): readonly SimulatedPart[] => {
  const text = stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? '';
  const signature = stringAt(detail, 'signature') ?? stringAt(detail, 'data');
  return [{ kind: 'thinking', text, ...present({ signature }) }];
};

const idsOf = (message: JsonObject): readonly string[] =>
  (isArray(message['tool_calls']) ? message['tool_calls'] : []).flatMap((call) => stringAt(call, 'id') ?? []);

/** OpenAI refuses a call that the messages right after it do not answer. The last message may leave its calls open. */
export const checkCallsAnswered = (reader: Members, messages: readonly Json[]): void => {
  messages.forEach((message, index) => {
    if (!isObject(message) || message['role'] !== 'assistant' || index === messages.length - 1) return;
    const answered = new Set<string>();
    for (const next of messages.slice(index + 1)) {
      if (stringAt(next, 'role') !== 'tool') break;
      answered.add(stringAt(next, 'tool_call_id') ?? '');
    }
    const open = idsOf(message).filter((id) => !answered.has(id));
    if (open.length === 0) return;
    const words = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`;
    throw refuse(reader, `messages.[${index + 1}].role`, words);
  });
};
