import { isObject, type Json, type JsonDraft, type JsonObject } from '../../../core/json/json.ts';
import type {
  MediaPart,
  RequestHints,
  SimulatedPart,
  SimulatedRequest,
  SimulatedTool,
} from '../../simulated-request.ts';
import { refusal } from '../../simulator-refusal.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { canonicalJson, resultParts } from '../tool-result-parts.ts';

const refuse = (message: string) => refusal('cohere-v1', { status: 400, message: `invalid request: ${message}` });

/** What was read of a request so far. Calls have no ids: a result says its call again, and answers the open one that says the same. */
class Reading {
  readonly conversation = new Conversation();
  readonly rest: JsonDraft = {};
  #open: { readonly id: string; readonly words: string; readonly name: string }[] = [];
  #calls = 0;

  call(value: Json, path: string): SimulatedPart {
    const call = new Members('cohere-v1', value, path);
    const name = call.string('name');
    if (name === undefined) throw refuse(`${path}.name: required`);
    const parameters = call.object('parameters') ?? {};
    const id = `call ${this.#calls++}`;
    this.#open.push({ id, name, words: canonicalJson(parameters) });
    return { kind: 'tool-call', id, call: this.conversation.openCall(id, name), name, arguments: parameters };
  }

  /** Results of calls nobody made in the history are results of calls all the same: a client may leave out the turn that made them. */
  results(values: readonly Json[], path: string): void {
    const read = values.map((value, index) => {
      const result = new Members('cohere-v1', value, `${path}[${index}]`);
      const call = result.object('call');
      const outputs = result.array('outputs') ?? [];
      if (call === undefined) throw refuse(`${result.path}.call: required`);
      if (outputs.some((output) => !isObject(output)))
        throw refuse(`${result.path}.outputs: must be a list of objects`);
      return { call, outputs, id: this.#answered(call) };
    });
    const made = read.flatMap(({ call, id }) => (id === undefined ? [this.call(call, `${path}.call`)] : []));
    if (made.length > 0) this.conversation.add('assistant', made);
    const parts = read.map(({ call, outputs, id }): SimulatedPart => {
      const known = id ?? this.#answered(call) ?? '';
      const text = JSON.stringify(outputs.length === 1 ? outputs[0] : outputs);
      return {
        kind: 'tool-result',
        id: known,
        call: this.conversation.answerCall(known),
        parts: resultParts([{ kind: 'text', text }]),
        failed: false,
      };
    });
    this.conversation.add('user', parts);
  }

  #answered(call: JsonObject): string | undefined {
    const words = canonicalJson(isObject(call['parameters']) ? call['parameters'] : {});
    const at = this.#open.findIndex((open) => open.name === call['name'] && open.words === words);
    return at < 0 ? undefined : this.#open.splice(at, 1)[0]?.id;
  }
}

/** Reads a /v1/chat request as its reference describes it. */
export const decodeCohereV1Chat = (body: Json, _hints: RequestHints): SimulatedRequest => {
  const reader = new Members('cohere-v1', body, '');
  const reading = new Reading();
  readConversation(reader, reading);
  const tools = (reader.array('tools') ?? []).map((value, index) => readTool(value, index, reading));
  const format = reader.members('response_format');
  const request: SimulatedRequest = {
    model: reader.string('model') ?? '',
    stream: reader.boolean('stream') ?? false,
    system: reading.conversation.system,
    turns: reading.conversation.turns,
    tools,
    ...present({
      output: format === undefined ? undefined : readFormat(format),
      maxOutputTokens: reader.integer('max_tokens'),
      temperature: reader.number('temperature'),
      topP: within(reader, 'p', 1),
      topK: within(reader, 'k', 500),
      presencePenalty: reader.number('presence_penalty'),
      frequencyPenalty: reader.number('frequency_penalty'),
      seed: reader.integer('seed'),
      stop: reader.strings('stop_sequences'),
    }),
    rest: Object.assign(reading.rest, reader.rest()),
  };
  return request;
};

const readConversation = (reader: Members, reading: Reading): void => {
  reading.conversation.addSystem(reader.string('preamble') ?? '');
  (reader.array('chat_history') ?? []).forEach((value, index) => {
    readEntry(new Members('cohere-v1', value, `chat_history[${index}]`), reading);
  });
  const message = reader.string('message') ?? '';
  const results = reader.array('tool_results') ?? [];
  const documents = (reader.array('documents') ?? []).map(readDocument);
  if (message === '' && results.length === 0)
    throw refuse('message must be at least 1 token long or tool results must be specified.');
  reading.conversation.add('user', [
    ...documents,
    ...(message === '' ? [] : [{ kind: 'text', text: message } as const]),
  ]);
  if (results.length > 0) reading.results(results, 'tool_results');
};

const readEntry = (entry: Members, reading: Reading): void => {
  const role = entry.string('role')?.toUpperCase();
  const text = entry.string('message') ?? '';
  const words: readonly SimulatedPart[] = text === '' ? [] : [{ kind: 'text', text }];
  switch (role) {
    case 'SYSTEM':
      reading.conversation.addSystem(text);
      break;
    case 'USER':
      reading.conversation.add('user', words);
      break;
    case 'CHATBOT': {
      const calls = entry.array('tool_calls') ?? [];
      const parts = calls.map((call, index) => reading.call(call, `${entry.at('tool_calls')}[${index}]`));
      reading.conversation.add('assistant', [...words, ...parts]);
      break;
    }
    case 'TOOL':
      reading.results(entry.array('tool_results') ?? [], entry.at('tool_results'));
      break;
    default:
      throw refuse(`${entry.path}.role: must be one of 'CHATBOT', 'USER', 'SYSTEM', 'TOOL'`);
  }
  Object.assign(reading.rest, entry.rest());
};

/** A document: its members stand side by side, and all but its id are shown to the model. */
const readDocument = (value: Json, index: number): MediaPart => {
  if (!isObject(value)) throw refuse(`documents[${index}]: must be an object`);
  const { id: _, title, ...fields } = value;
  const [only] = Object.values(fields);
  const alone = Object.keys(fields).length === 1 && ('text' in fields || 'snippet' in fields);
  const lines = Object.entries(fields).map(
    ([name, told]) => `${name}: ${typeof told === 'string' ? told : JSON.stringify(told)}`,
  );
  return {
    kind: 'document',
    mimeType: 'text/plain',
    source: { kind: 'text', text: alone && typeof only === 'string' ? only : lines.join('\n') },
    ...present({ filename: typeof title === 'string' ? title : undefined }),
  };
};

const types: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
};

const readTool = (value: Json, index: number, reading: Reading): SimulatedTool => {
  const tool = new Members('cohere-v1', value, `tools[${index}]`);
  const name = tool.string('name');
  const description = tool.string('description');
  if (name === undefined) throw refuse(`${tool.path}.name: required`);
  if (description === undefined) throw refuse(`${tool.path}.description: required`);
  const definitions = Object.entries(tool.object('parameter_definitions') ?? {});
  const properties = definitions.map(([parameter, definition]) => [parameter, propertyOf(definition)] as const);
  const required = definitions.flatMap(([parameter, definition]) =>
    isObject(definition) && definition['required'] === true ? [parameter] : [],
  );
  Object.assign(reading.rest, tool.rest());
  return {
    kind: 'function',
    name,
    ...(description === '' ? {} : { description }),
    schema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
    },
  };
};

const propertyOf = (definition: Json | undefined): JsonObject => {
  if (!isObject(definition)) return {};
  const written = String(definition['type'] ?? '');
  const inner = /^List\[(\w+)\]$/.exec(written)?.[1];
  const type = inner === undefined ? types[written] : 'array';
  const items = inner === undefined ? undefined : types[inner];
  return {
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items: { type: items } }),
    ...(typeof definition['description'] === 'string' ? { description: definition['description'] } : {}),
  };
};

const readFormat = (format: Members): SimulatedRequest['output'] => {
  const type = format.string('type');
  const schema = format.object('schema') ?? format.object('json_schema');
  if (type === 'text') return { kind: 'text' };
  if (type !== 'json_object') throw refuse("response_format.type: must be 'text' or 'json_object'");
  return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', schema };
};

const within = (reader: Members, name: string, most: number): number | undefined => {
  const value = reader.number(name);
  if (value !== undefined && (value < 0 || value > most)) throw refuse(`${name}: must be between 0 and ${most}`);
  return value;
};
