import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../core/json/json.ts';
import type { SimulatedPart } from '../../simulated-request.ts';
import { argumentsValue, type Conversation } from '../conversation.ts';
import { mediaKindOf, sourceOfUrl } from '../data-url.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { resultParts } from '../tool-result-parts.ts';
import { refuse } from './openai-fields.ts';

interface Into {
  readonly conversation: Conversation;
  readonly leftovers: { add(rest: JsonObject): void };
  /** The request continues a conversation the provider keeps: calls may stand there. */
  readonly holdsState: boolean;
}

interface Item {
  readonly item: Members;
  readonly value: Json;
}

type ItemReader = (item: Members, into: Into) => void;

const message: ItemReader = (item, into) => {
  const role = item.string('role');
  const parts = itemContent(item, 'content', into);
  item.skip('id', 'status');
  if (role === 'system' || role === 'developer') {
    for (const part of parts) if (part.kind === 'text') into.conversation.addSystem(part.text, part.cache);
    return;
  }
  if (role === 'user' || role === 'assistant') return into.conversation.add(role, parts);
  const known = "'assistant', 'system', 'developer', and 'user'";
  throw refuse(
    item,
    { param: item.at('role'), code: 'invalid_value' },
    `Invalid value: '${role ?? ''}'. Supported values are: ${known}.`,
  );
};

const call =
  (member: 'arguments' | 'input'): ItemReader =>
  (item, into) => {
    const id = item.string('call_id') ?? '';
    const name = item.string('name') ?? '';
    const written = item.string(member) ?? '';
    item.skip('id', 'status');
    const value = member === 'input' ? written : argumentsValue(written);
    into.conversation.add('assistant', [
      { kind: 'tool-call', id, call: into.conversation.openCall(id, name), name, arguments: value },
    ]);
  };

const callOutput: ItemReader = (item, into) => {
  const id = item.string('call_id') ?? '';
  const number = into.conversation.answerCall(id);
  if (number < 0 && !into.holdsState && !into.conversation.hasCall(id)) {
    throw refuse(item, 'input', `No tool call found for function call output with call_id ${id}.`);
  }
  item.skip('id', 'status');
  const parts = resultParts(itemContent(item, 'output', into));
  into.conversation.add('user', [{ kind: 'tool-result', id, call: number, parts, failed: false }]);
};

const wordsOf = (list: readonly Json[] | undefined): string =>
  (list ?? []).map((piece) => stringAt(piece, 'text') ?? '').join('\n\n');

const reasoning: ItemReader = (item, into) => {
  const summary = wordsOf(item.array('summary'));
  const content = wordsOf(item.array('content'));
  item.skip('id', 'status');
  const signature = item.string('encrypted_content');
  into.conversation.add('assistant', [
    { kind: 'thinking', text: content === '' ? summary : content, ...present({ signature }) },
  ]);
};

const readers: Readonly<Record<string, ItemReader>> = {
  message,
  function_call: call('arguments'),
  custom_tool_call: call('input'),
  function_call_output: callOutput,
  custom_tool_call_output: callOutput,
  reasoning,
};

/** Adds one input item to the conversation. Items without a type are messages; ones that only the provider knows stay whole. */
export const responsesItem = (at: Item, into: Into): void => {
  const type = at.item.string('type') ?? 'message';
  const reader = readers[type];
  if (reader === undefined) {
    const id = stringAt(at.value, 'call_id');
    if (type.endsWith('_call') && id !== undefined) into.conversation.noteCall(id, type);
    const answers = type.endsWith('_output') || type.endsWith('_response') || type === 'additional_tools';
    into.conversation.add(answers ? 'user' : 'assistant', [{ kind: 'other', type, value: at.value }]);
    return;
  }
  reader(at.item, into);
  into.leftovers.add(at.item.rest());
};

const itemContent = (item: Members, name: string, into: Into): readonly SimulatedPart[] => {
  const content = item.any(name);
  if (content === undefined) {
    throw refuse(
      item,
      { param: item.at(name), code: 'missing_required_parameter' },
      `Missing required parameter: '${item.at(name)}'.`,
    );
  }
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!isArray(content)) {
    throw refuse(
      item,
      { param: item.at(name), code: 'invalid_type' },
      `Invalid type for '${item.at(name)}': expected one of an array of objects or string.`,
    );
  }
  return content.map((value, index) =>
    contentPart(new Members(item.dialect, value, `${item.at(name)}[${index}]`), value, into),
  );
};

const breakpoint = (part: Members): string | undefined =>
  isObject(part.any('prompt_cache_breakpoint')) ? '5m' : undefined;

const contentPart = (part: Members, value: Json, into: Into): SimulatedPart => {
  const type = part.string('type') ?? '';
  const read = partReaders[type]?.(part);
  if (read === undefined) {
    const known = "'input_text', 'input_image', 'output_text', 'refusal', 'input_file', and 'summary_text'";
    if (type === '')
      throw refuse(
        part,
        { param: part.at('type'), code: 'invalid_value' },
        `Invalid value: ''. Supported values are: ${known}.`,
      );
    return { kind: 'other', type, value };
  }
  into.leftovers.add(part.rest());
  return read;
};

const text = (part: Members): SimulatedPart => {
  part.skip('annotations', 'logprobs');
  return { kind: 'text', text: part.string('text') ?? '', ...present({ cache: breakpoint(part) }) };
};

const image = (part: Members): SimulatedPart => {
  const url = part.string('image_url');
  const id = part.string('file_id');
  const detail = part.string('detail');
  const found = url === undefined ? { source: { kind: 'file' as const, id: id ?? '' } } : sourceOfUrl(url);
  if (url === undefined && id === undefined) {
    const path = part.at('image_url');
    throw refuse(part, { param: path, code: 'missing_required_parameter' }, `Missing required parameter: '${path}'.`);
  }
  return { kind: 'image', ...found, ...present({ detail }) };
};

const file = (part: Members): SimulatedPart => {
  const filename = part.string('filename');
  const id = part.string('file_id');
  const url = part.string('file_url') ?? part.string('file_data') ?? '';
  part.skip('detail');
  if (id !== undefined) return { kind: 'document', source: { kind: 'file', id }, ...present({ filename }) };
  const found = sourceOfUrl(url);
  return { kind: mediaKindOf(found.mimeType), ...found, ...present({ filename }) };
};

const audio = (part: Members): SimulatedPart => {
  const inner = part.members('input_audio');
  const format = inner?.string('format') ?? 'wav';
  const data = inner?.string('data') ?? '';
  return {
    kind: 'audio',
    mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    source: { kind: 'base64', data },
  };
};

const partReaders: Readonly<Record<string, (part: Members) => SimulatedPart>> = {
  input_text: text,
  output_text: text,
  text,
  input_image: image,
  input_file: file,
  input_audio: audio,
  refusal: (part) => ({ kind: 'refusal', text: part.string('refusal') ?? '' }),
};
