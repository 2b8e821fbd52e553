import { isObject, type Json, type JsonDraft, type JsonObject } from '../../../core/json/json.ts';
import type {
  RequestHints,
  SimulatedOutput,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
} from '../../simulated-request.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import {
  customTool,
  functionTool,
  refuse,
  requireModel,
  schemaOutput,
  sharedFields,
  toolChoice,
} from './openai-fields.ts';
import { responsesItem } from './responses-items.ts';

/** Reads a responses request as its documentation describes it. */
export const decodeOpenaiResponses = (body: Json, _hints: RequestHints): SimulatedRequest => {
  const reader = new Members('openai-responses', body, '');
  const model = !isObject(body) || !isObject(body['prompt']) ? requireModel(reader) : (reader.string('model') ?? '');
  const rest: JsonDraft = {};
  const leftovers = { add: (more: JsonObject) => void Object.assign(rest, more) };
  const conversation = readInput(reader, body, leftovers);
  const text = reader.members('text');
  const include = reader.strings('include');
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? false,
    system: conversation.system,
    turns: conversation.turns,
    tools: responsesTools(reader, leftovers),
    ...present({
      ...sharedFields(reader),
      toolChoice: toolChoice(reader),
      parallelToolCalls: reader.boolean('parallel_tool_calls'),
      output: text === undefined ? undefined : responsesOutput(text),
      verbosity: text?.string('verbosity'),
      reasoning: responsesReasoning(reader, leftovers),
      maxOutputTokens: outputLimit(reader),
      // 0 asks for none beside the chosen one.
      topLogprobs: reader.integer('top_logprobs') || undefined,
      include,
      logprobs: include?.includes('message.output_text.logprobs') === true ? true : undefined,
    }),
    rest,
  };
  // A knob of the stream's form: nothing a model sees.
  reader.skip('stream_options');
  leftovers.add(reader.rest());
  return request;
};

/** Members that point at a conversation the provider keeps: calls may stand there. */
const heldStateNames = ['previous_response_id', 'conversation', 'prompt'];

const readInput = (reader: Members, body: Json, leftovers: { add(rest: JsonObject): void }): Conversation => {
  const input = reader.any('input');
  const holdsState = isObject(body) && heldStateNames.some((name) => body[name] !== undefined && body[name] !== null);
  const conversation = new Conversation();
  const instructions = reader.any('instructions');
  if (typeof instructions === 'string') conversation.addSystem(instructions);
  if (input === undefined && !holdsState) {
    throw refuse(
      reader,
      { param: 'input', code: 'missing_required_parameter' },
      "Missing required parameter: 'input'.",
    );
  }
  if (typeof input === 'string') conversation.add('user', [{ kind: 'text', text: input }]);
  else readItems(reader, { conversation, leftovers, holdsState });
  if (holdsState) return conversation;
  const open = conversation.openCalls.find((call) => call.id !== '');
  if (open !== undefined && endsWithOther(conversation)) {
    throw refuse(reader, 'input', `No tool output found for function call ${open.id}.`);
  }
  return conversation;
};

/** A call may stay open only when nothing of the user's follows. */
const endsWithOther = (conversation: Conversation): boolean => conversation.turns.at(-1)?.role === 'user';

const readItems = (
  reader: Members,
  into: { conversation: Conversation; leftovers: { add(rest: JsonObject): void }; holdsState: boolean },
): void => {
  const items = reader.array('input') ?? [];
  if (items.length === 0 && !into.holdsState) {
    throw refuse(
      reader,
      { param: 'input', code: 'empty_array' },
      "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    );
  }
  items.forEach((value, index) => {
    responsesItem({ item: new Members(reader.dialect, value, `input[${index}]`), value }, into);
  });
};

const outputLimit = (reader: Members): number | undefined => {
  const limit = reader.integer('max_output_tokens');
  if (limit === undefined || limit >= 1) return limit;
  const message = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 1, but got ${limit} instead.`;
  throw refuse(reader, { param: 'max_output_tokens', code: 'integer_below_min_value' }, message);
};

const responsesOutput = (text: Members): SimulatedOutput | undefined => {
  const format = text.members('format');
  if (format === undefined) return undefined;
  const type = format.string('type');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  if (type === 'json_schema') return schemaOutput(format);
  const message = `Invalid value: '${type}'. Supported values are: 'text', 'json_object', and 'json_schema'.`;
  throw refuse(format, { param: 'text.format.type', code: 'invalid_value' }, message);
};

const responsesReasoning = (
  reader: Members,
  leftovers: { add(rest: JsonObject): void },
): SimulatedReasoning | undefined => {
  const reasoning = reader.members('reasoning');
  if (reasoning === undefined) return undefined;
  const read = present({
    effort: reasoning.string('effort'),
    show: reasoning.string('summary') ?? reasoning.string('generate_summary'),
  });
  leftovers.add(reasoning.rest());
  return Object.keys(read).length === 0 ? undefined : read;
};

const responsesTools = (reader: Members, leftovers: { add(rest: JsonObject): void }): readonly SimulatedTool[] =>
  (reader.array('tools') ?? []).map((value, index) => {
    const tool = new Members(reader.dialect, value, `tools[${index}]`);
    const type = tool.string('type');
    if (type === undefined) {
      throw refuse(
        tool,
        { param: tool.at('type'), code: 'missing_required_parameter' },
        `Missing required parameter: '${tool.at('type')}'.`,
      );
    }
    if (type !== 'function' && type !== 'custom') return { kind: 'other', name: type, value };
    const own = type === 'function' ? functionTool(tool) : customTool(tool);
    leftovers.add(tool.rest());
    return own;
  });
