import { isObject, type Json, type JsonDraft, type JsonObject } from '../../../core/json/json.ts';
import type {
  RequestHints,
  SimulatedOutput,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
  SimulatedToolChoice,
} from '../../simulated-request.ts';
import { cacheMark } from '../cache-mark.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { chatMessage, checkCallsAnswered } from './openai-chat-message.ts';
import {
  customTool,
  functionTool,
  inRange,
  refuse,
  requireModel,
  schemaOutput,
  sharedFields,
  stopList,
  toolChoice,
} from './openai-fields.ts';

/** Reads a chat completions request as its documentation describes it. */
export const decodeOpenaiChat = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members('openai-chat', body, '');
  const model = requireModel(reader, hints.model);
  const rest: JsonDraft = {};
  const leftovers = { add: (more: JsonObject) => void Object.assign(rest, more) };
  const conversation = readMessages(reader, leftovers);
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? false,
    system: conversation.system,
    turns: conversation.turns,
    tools: chatTools(reader, leftovers),
    ...present({
      ...sharedFields(reader),
      toolChoice: chatToolChoice(reader),
      parallelToolCalls: reader.boolean('parallel_tool_calls'),
      output: chatOutput(reader),
      verbosity: reader.string('verbosity'),
      reasoning: chatReasoning(reader),
      ...samplingFields(reader),
      modalities: reader.strings('modalities'),
      streamUsage: reader.members('stream_options')?.boolean('include_usage'),
      cache: cacheMark(reader.any('cache_control')),
    }),
    rest,
  };
  leftovers.add(reader.rest());
  return request;
};

const samplingFields = (reader: Members) => {
  const current = limitTokens(reader, 'max_completion_tokens');
  const old = limitTokens(reader, 'max_tokens');
  return {
    maxOutputTokens: current ?? old,
    topK: reader.number('top_k'),
    seed: reader.integer('seed') ?? reader.integer('random_seed'),
    stop: stopList(reader),
    presencePenalty: inRange(reader, 'presence_penalty', { from: -2, to: 2 }),
    frequencyPenalty: inRange(reader, 'frequency_penalty', { from: -2, to: 2 }),
    n: reader.integer('n'),
    logprobs: reader.boolean('logprobs'),
    // 0 asks for none beside the chosen one.
    topLogprobs: reader.integer('top_logprobs') || undefined,
    logitBias: reader.object('logit_bias'),
  };
};

const limitTokens = (reader: Members, name: string): number | undefined => {
  const value = reader.integer(name);
  if (value === undefined || value >= 1) return value;
  const message = `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ${value} instead.`;
  throw refuse(reader, { param: name, code: 'integer_below_min_value' }, message);
};

const readMessages = (reader: Members, leftovers: { add(rest: JsonObject): void }): Conversation => {
  const messages = reader.array('messages');
  if (messages === undefined) {
    throw refuse(
      reader,
      { param: 'messages', code: 'missing_required_parameter' },
      "Missing required parameter: 'messages'.",
    );
  }
  if (messages.length === 0) {
    const message =
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
    throw refuse(reader, { param: 'messages', code: 'empty_array' }, message);
  }
  const conversation = new Conversation();
  messages.forEach((value, index) => {
    chatMessage(new Members('openai-chat', value, `messages[${index}]`), conversation, leftovers);
  });
  checkCallsAnswered(reader, messages);
  return conversation;
};

const chatTools = (reader: Members, leftovers: { add(rest: JsonObject): void }): readonly SimulatedTool[] => {
  const current = (reader.array('tools') ?? []).map((value, index) => {
    const tool = new Members('openai-chat', value, `tools[${index}]`);
    const type = tool.string('type') ?? 'function';
    const own = chatTool(tool, type, value);
    if (own.kind !== 'other') leftovers.add(tool.rest());
    return own;
  });
  const old = (reader.array('functions') ?? []).map((value, index) =>
    functionTool(new Members('openai-chat', value, `functions[${index}]`)),
  );
  return [...current, ...old];
};

const chatTool = (tool: Members, type: string, value: Json): SimulatedTool => {
  const inner = type === 'function' || type === 'custom' ? tool.members(type) : undefined;
  if (inner === undefined) {
    if (type !== 'function') return { kind: 'other', name: type, value };
    throw refuse(
      tool,
      { param: tool.at('function'), code: 'missing_required_parameter' },
      `Missing required parameter: '${tool.at('function')}'.`,
    );
  }
  return type === 'custom' ? customTool(inner) : functionTool(inner, cacheMark(tool.any('cache_control')));
};

const chatToolChoice = (reader: Members): SimulatedToolChoice | undefined => {
  const old = reader.any('function_call');
  const current = toolChoice(reader);
  if (current !== undefined || old === undefined) return current;
  if (isObject(old) && typeof old['name'] === 'string') return { mode: 'required', names: [old['name']] };
  return { mode: old === 'none' ? 'none' : 'auto' };
};

const chatOutput = (reader: Members): SimulatedOutput | undefined => {
  const format = reader.members('response_format');
  if (format === undefined) return undefined;
  const type = format.string('type');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') {
    const message = `Invalid value: '${type}'. Supported values are: 'json_object', 'json_schema', and 'text'.`;
    throw refuse(format, { param: 'response_format.type', code: 'invalid_value' }, message);
  }
  const inner = format.members('json_schema');
  if (inner !== undefined) return schemaOutput(inner);
  const path = 'response_format.json_schema';
  throw refuse(format, { param: path, code: 'missing_required_parameter' }, `Missing required parameter: '${path}'.`);
};

/** OpenAI's effort, and the spellings of hosts that speak this dialect (`thinking`, `reasoning`, `enable_thinking`). */
const chatReasoning = (reader: Members): SimulatedReasoning | undefined => {
  const effort = reader.string('reasoning_effort');
  const thinking = reader.members('thinking');
  const reasoning = reader.members('reasoning');
  const switched = reader.boolean('enable_thinking');
  const shown = reader.boolean('include_reasoning');
  const said = [effort, thinking, reasoning, switched, shown];
  if (said.every((member) => member === undefined)) return undefined;
  const type = thinking?.string('type');
  const exclude = reasoning?.boolean('exclude');
  return present({
    enabled: type === undefined ? (reasoning?.boolean('enabled') ?? switched) : type !== 'disabled',
    effort: effort ?? reasoning?.string('effort'),
    budgetTokens: thinking?.integer('budget_tokens') ?? reasoning?.integer('max_tokens'),
    show: exclude === undefined ? (reasoning?.string('summary') ?? shown?.toString()) : String(!exclude),
  });
};
