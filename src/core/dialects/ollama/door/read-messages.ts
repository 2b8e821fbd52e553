import { invalidField } from '../../../errors/gateway-error.ts';
import type { Block, MediaBlock, ToolCallBlock, Turn } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { parseDataUrl } from '../../data-url.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readArray, readObject, readString } from '../../openai-chat/wire/read-member.ts';
import { imageType } from '../wire/image-type.ts';
import { metaOf } from '../wire/own.ts';
import { readArguments } from '../wire/tool-arguments.ts';
import { CallMatcher } from './call-matcher.ts';

const known = new Set(['role', 'content', 'thinking', 'images', 'tool_calls', 'tool_name', 'tool_call_id']);

/** Reads `messages`. Results that follow each other stand in one turn; a request without messages asks to load a model. */
export const readMessages = (body: JsonObject): readonly Turn[] => {
  const matcher = new CallMatcher();
  const turns: Turn[] = [];
  (readArray(body, 'messages') ?? []).forEach((value, index) => {
    const path = `messages[${index}]`;
    if (!isObject(value)) throw wrongType(path, 'an object', value);
    matcher.nextMessage(index);
    const turn = readMessage(value, path, matcher);
    const last = turns.at(-1);
    if (turn.role === 'tool' && last?.role === 'tool') (last.blocks as Block[]).push(...turn.blocks);
    else turns.push(turn);
  });
  return turns;
};

const readMessage = (message: JsonObject, path: string, matcher: CallMatcher): Turn => {
  const role = readString(message, 'role', `${path}.role`);
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
    case 'assistant':
      return { role, blocks: readBlocks(message, path, matcher), ...metaOf({ members: restOf(message, known) }) };
    case 'tool':
      return { role, blocks: [readResult(message, path, matcher)] };
    default:
      throw invalidField(`${path}.role`, 'must be one of "system", "user", "assistant", "tool".');
  }
};

const readBlocks = (message: JsonObject, path: string, matcher: CallMatcher): readonly Block[] => {
  const thinking = readString(message, 'thinking', `${path}.thinking`) ?? '';
  const calls = readArray(message, 'tool_calls', `${path}.tool_calls`) ?? [];
  return [
    ...(thinking === '' ? [] : [{ kind: 'thinking', text: thinking } as const]),
    ...readWords(message, path),
    ...calls.map((call, index) => readCall(call, `${path}.tool_calls[${index}]`, matcher)),
  ];
};

/** Pictures and text. The server puts pictures before the text of their message. */
const readWords = (message: JsonObject, path: string): readonly Block[] => {
  const text = readString(message, 'content', `${path}.content`) ?? '';
  return [...readImages(message, path), ...(text === '' ? [] : [{ kind: 'text', text } as const])];
};

/** Reads `images`: base64 without a word on its type, which the first bytes tell. */
export const readImages = (holder: JsonObject, path = ''): readonly MediaBlock[] => {
  const at = path === '' ? 'images' : `${path}.images`;
  return (readArray(holder, 'images', at) ?? []).map((image, index) => {
    if (typeof image !== 'string') throw wrongType(`${at}[${index}]`, 'a string of base64', image);
    return readImage(image);
  });
};

export const readImage = (image: string): MediaBlock => {
  const parsed = parseDataUrl(image);
  const data = parsed?.data ?? image;
  return {
    kind: 'media',
    media: 'image',
    mimeType: parsed?.mimeType ?? imageType(data),
    source: { kind: 'base64', data },
  };
};

const readCall = (value: Json, path: string, matcher: CallMatcher): ToolCallBlock => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  const called = readObject(value, 'function', `${path}.function`) ?? {};
  const name = readString(called, 'name', `${path}.function.name`);
  if (name === undefined || name === '')
    throw invalidField(`${path}.function.name`, 'the name of the tool is missing.');
  if (isArray(called['arguments'])) throw wrongType(`${path}.function.arguments`, 'an object', called['arguments']);
  const { id, madeUp } = matcher.call(readString(value, 'id', `${path}.id`), name);
  return {
    kind: 'tool-call',
    id,
    name,
    argumentsJson: readArguments(called['arguments']),
    ...metaOf({ madeUpId: madeUp ? true : undefined }),
  };
};

/** A tool's answer. Its call is found by id, by the tool's name, or by order. */
const readResult = (message: JsonObject, path: string, matcher: CallMatcher): Block => {
  const named = readString(message, 'tool_name', `${path}.tool_name`) ?? readString(message, 'name', `${path}.name`);
  const call = matcher.result(readString(message, 'tool_call_id', `${path}.tool_call_id`), named);
  const name = named ?? call.name;
  const text = readString(message, 'content', `${path}.content`) ?? '';
  const images = readImages(message, path);
  return {
    kind: 'tool-result',
    callId: call.id,
    ...(name === undefined ? {} : { name }),
    blocks: text === '' && images.length > 0 ? images : [{ kind: 'text', text }, ...images],
    failed: false,
    ...metaOf({
      madeUpId: call.madeUp ? true : undefined,
      unnamed: named === undefined ? true : undefined,
      members: restOf(message, knownOfResult),
    }),
  };
};

const knownOfResult = new Set([...known, 'name']);
