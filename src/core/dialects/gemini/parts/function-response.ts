import type { Block, ToolResultBlock } from '../../../ir/index.ts';
import {
  arrayAt,
  isObject,
  type JsonDraft,
  type JsonObject,
  objectAt,
  parseJson,
  stringAt,
} from '../../../json/json.ts';
import { camelMembers } from '../member-names.ts';
import { readFileData, readInlineData } from './media-part.ts';
import {
  dataMembers,
  hasMadeUpId,
  hasOutput,
  partMeta,
  partModifiers,
  rememberedData,
  rememberedPart,
} from './part-meta.ts';
import { type PartContext, writePart } from './write-part.ts';

const known = new Set(['id', 'name', 'response', 'parts']);

interface ResponseText {
  readonly text: string;
  readonly failed: boolean;
  /** The one member the text stood in; undefined when the text is the whole object as JSON. */
  readonly member: string | undefined;
}

/** Members that hold what a function gave. `result` is the one most clients write, `output` the one the API documents. */
const resultMembers = new Set(['result', 'output']);

/**
 * Reads a `response` object. By convention `result` or `output` holds what the function gave and `error` what went wrong; an object that
 * is only one such text becomes that text, any other becomes its JSON.
 */
export const readResponseObject = (response: JsonObject): ResponseText => {
  const members = Object.keys(response);
  const failed =
    response['error'] !== undefined && response['error'] !== null && !members.some((name) => resultMembers.has(name));
  const [only, more] = members;
  const known = only !== undefined && more === undefined && (failed || resultMembers.has(only));
  const text = known ? response[only] : undefined;
  if (typeof text === 'string' && objectToSend(text, failed) === undefined) return { text, failed, member: only };
  return { text: JSON.stringify(response), failed, member: undefined };
};

/** Writes a tool's text as the object the API wants: a JSON object as it is, any other text as the value of `member`. */
export const writeResponseObject = (text: string, failed: boolean, member: string): JsonObject =>
  objectToSend(text, failed) ?? { [failed ? 'error' : member]: text };

/** A JSON object that would be read back as this very text. Long digit runs stay text, since numbers would lose digits. */
const objectToSend = (text: string, failed: boolean): JsonObject | undefined => {
  if (!text.trimStart().startsWith('{') || /\d{16}/.test(text)) return undefined;
  const object = parseJson(text);
  if (!isObject(object)) return undefined;
  const read = readResponseObject(object);
  return read.member === undefined && read.failed === failed ? object : undefined;
};

/** Reads a part with `functionResponse`; its media stand after its text. */
export const readFunctionResponse = (
  part: JsonObject,
  call: { readonly id: string; readonly madeUp: boolean },
): ToolResultBlock => {
  const data = camelMembers(objectAt(part, 'functionResponse') ?? {});
  const { text, failed, member } = readResponseObject(objectAt(data, 'response') ?? {});
  const name = stringAt(data, 'name');
  const parts = arrayAt(data, 'parts').filter(isObject).map(readResultPart);
  return {
    kind: 'tool-result',
    callId: call.id,
    ...(name === undefined ? {} : { name }),
    blocks: text === '' && parts.length > 0 ? parts : [{ kind: 'text', text }, ...parts],
    failed,
    ...partMeta({
      part: partModifiers(part, 'functionResponse'),
      data: dataMembers(data, known),
      madeUpId: call.madeUp,
      output: member === 'output',
    }),
  };
};

const readResultPart = (wire: JsonObject): Block => {
  const part = camelMembers(wire);
  const inlineData = objectAt(part, 'inlineData');
  if (inlineData !== undefined) return readInlineData(part, inlineData);
  const fileData = objectAt(part, 'fileData');
  if (fileData !== undefined) return readFileData(part, fileData);
  return { kind: 'opaque', dialect: 'gemini', type: Object.keys(part)[0] ?? 'part', value: part };
};

/** Writes a tool's answer. `context` is that of the block. */
export const writeFunctionResponse = (
  block: ToolResultBlock,
  name: string,
  { losses, path }: Pick<PartContext, 'losses' | 'path'>,
): JsonObject => {
  const texts: string[] = [];
  const parts: JsonObject[] = [];
  block.blocks.forEach((inner, index) => {
    const place = `${path}.blocks[${index}]`;
    if (inner.kind === 'media' || inner.kind === 'opaque') {
      const part = writePart(inner, { losses, path: place, seal: () => undefined });
      if (part !== undefined) parts.push(part);
      return;
    }
    if (inner.kind !== 'text' && inner.kind !== 'refusal') {
      losses.dropped(place);
      return;
    }
    texts.push(inner.text);
    if (inner.cache !== undefined) losses.dropped(`${place}.cache`);
  });
  if (texts.length > 1) losses.changed(`${path}.blocks`, 'its texts are joined to one');
  const draft: JsonDraft = {};
  if (block.callId !== '' && !hasMadeUpId(block)) draft['id'] = block.callId;
  draft['name'] = name;
  draft['response'] = writeResponseObject(texts.join('\n'), block.failed, hasOutput(block) ? 'output' : 'result');
  if (parts.length > 0) draft['parts'] = parts;
  return { functionResponse: { ...draft, ...rememberedData(block) }, ...rememberedPart(block) };
};
