import type { Json, JsonDraft } from '../../../core/json/json.ts';
import type {
  RequestHints,
  SimulatedOutput,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
  SimulatedToolChoice,
  SimulatedTurn,
} from '../../simulated-request.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { cohereMessage, type Leftovers, readDocument, refuseCohere } from './cohere-message.ts';

/** Reads a /v2/chat request as its reference describes it. Documents stand before what the user said last. */
export const decodeCohereChat = (body: Json, _hints: RequestHints): SimulatedRequest => {
  const reader = new Members('cohere', body, '');
  const model = reader.string('model');
  if (model === undefined || model === '') throw refuseCohere('model: required');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more) => void Object.assign(rest, more) };
  const conversation = readMessages(reader, leftovers);
  const strict = reader.boolean('strict_tools') === true;
  const tools = (reader.array('tools') ?? []).map((value, index) => readTool(value, index, { strict, leftovers }));
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? false,
    system: conversation.system,
    turns: withDocuments(conversation.turns, reader.array('documents') ?? []),
    tools,
    ...present({
      toolChoice: readChoice(reader, tools.length),
      output: readOutput(reader, leftovers),
      reasoning: readThinking(reader, leftovers),
      maxOutputTokens: positive(reader, 'max_tokens'),
      temperature: within(reader, 'temperature', 2),
      topP: within(reader, 'p', 1),
      topK: within(reader, 'k', 500),
      presencePenalty: reader.number('presence_penalty'),
      frequencyPenalty: reader.number('frequency_penalty'),
      seed: reader.integer('seed'),
      stop: reader.strings('stop_sequences'),
      logprobs: reader.boolean('logprobs'),
    }),
    rest,
  };
  leftovers.add(reader.rest());
  return request;
};

const readMessages = (reader: Members, leftovers: Leftovers): Conversation => {
  const messages = reader.array('messages') ?? [];
  if (messages.length === 0) throw refuseCohere('messages: at least one message is required');
  const conversation = new Conversation();
  messages.forEach((value, index) => {
    cohereMessage(new Members('cohere', value, `messages[${index}]`), conversation, leftovers);
  });
  return conversation;
};

const withDocuments = (turns: readonly SimulatedTurn[], documents: readonly Json[]): readonly SimulatedTurn[] => {
  if (documents.length === 0) return turns;
  const parts = documents.map((value, index) => readDocument(value, `documents[${index}]`));
  const at = turns.findLastIndex((turn) => turn.role === 'user');
  const turn = turns[at];
  return turn === undefined
    ? [...turns, { role: 'user', parts }]
    : turns.with(at, { ...turn, parts: [...parts, ...turn.parts] });
};

const readTool = (
  value: Json,
  index: number,
  how: { readonly strict: boolean; readonly leftovers: Leftovers },
): SimulatedTool => {
  const tool = new Members('cohere', value, `tools[${index}]`);
  if (tool.string('type') !== 'function') throw refuseCohere(`${tool.path}.type: must be 'function'`);
  const body = tool.members('function');
  const name = body?.string('name');
  if (body === undefined || name === undefined) throw refuseCohere(`${tool.path}.function.name: required`);
  const schema = body.object('parameters');
  if (schema === undefined) throw refuseCohere(`${tool.path}.function.parameters: required`);
  const read = {
    kind: 'function' as const,
    name,
    schema,
    ...present({ description: body.string('description') }),
    ...(how.strict ? { strict: true as const } : {}),
  };
  how.leftovers.add(body.rest());
  how.leftovers.add(tool.rest());
  return read;
};

const readChoice = (reader: Members, tools: number): SimulatedToolChoice | undefined => {
  const word = reader.string('tool_choice');
  if (word === undefined) return undefined;
  if (word !== 'REQUIRED' && word !== 'NONE') throw refuseCohere("tool_choice: must be 'REQUIRED' or 'NONE'");
  if (word === 'REQUIRED' && tools === 0) throw refuseCohere('tool_choice: cannot be REQUIRED without tools');
  return { mode: word === 'REQUIRED' ? 'required' : 'none' };
};

const readOutput = (reader: Members, leftovers: Leftovers): SimulatedOutput | undefined => {
  const format = reader.members('response_format');
  if (format === undefined) return undefined;
  const type = format.string('type');
  const schema = format.object('json_schema') ?? format.object('schema');
  leftovers.add(format.rest());
  if (type === 'text') return { kind: 'text' };
  if (type !== 'json_object') throw refuseCohere("response_format.type: must be 'text' or 'json_object'");
  return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', schema };
};

const readThinking = (reader: Members, leftovers: Leftovers): SimulatedReasoning | undefined => {
  const thinking = reader.members('thinking');
  if (thinking === undefined) return undefined;
  const type = thinking.string('type');
  if (type !== 'enabled' && type !== 'disabled') throw refuseCohere("thinking.type: must be 'enabled' or 'disabled'");
  const budgetTokens = thinking.integer('token_budget');
  leftovers.add(thinking.rest());
  return { enabled: type === 'enabled', ...present({ budgetTokens }) };
};

const positive = (reader: Members, name: string): number | undefined => {
  const value = reader.integer(name);
  if (value !== undefined && value < 0) throw refuseCohere(`${name}: must not be negative`);
  return value;
};

const within = (reader: Members, name: string, most: number): number | undefined => {
  const value = reader.number(name);
  if (value !== undefined && (value < 0 || value > most)) throw refuseCohere(`${name}: must be between 0 and ${most}`);
  return value;
};
