import type { Block, MediaKind, MediaSource } from '../../../ir/index.ts';
import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  objectAt,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { parseDataUrl } from '../../data-url.ts';
import { decodeAnnotation } from './annotations.ts';
import { lookup } from './lookup.ts';
import { own, withoutNulls, writeMeta } from './own.ts';

/** Reads one content part of a message or a tool's output. A part this code does not know stays whole, marked as a part. */
export const decodePart = (part: JsonObject): Block =>
  lookup(readers, stringAt(part, 'type'))?.(part) ?? {
    kind: 'opaque',
    dialect: own,
    type: stringAt(part, 'type') ?? 'unknown',
    value: part,
    ...writeMeta({ part: {} }),
  };

type PartReader = (part: JsonObject) => Block | undefined;

const textMembers = new Set(['type', 'text']);
const outputTextMembers = new Set(['type', 'text', 'annotations', 'logprobs']);
const refusalMembers = new Set(['type', 'refusal']);
const imageMembers = new Set(['type', 'image_url', 'file_id', 'detail']);
const fileMembers = new Set(['type', 'file_data', 'file_url', 'file_id', 'filename', 'detail']);
const audioMembers = new Set(['type', 'input_audio']);

const rest = (part: JsonObject, known: ReadonlySet<string>) => {
  const members = withoutNulls(unknownMembers(part, known));
  return {
    ...(isObject(members?.['prompt_cache_breakpoint']) ? { cache: cacheMark(members['prompt_cache_breakpoint']) } : {}),
    ...writeMeta(members === undefined ? {} : { part: members }),
  };
};

const cacheMark = (breakpoint: JsonObject) => (breakpoint['ttl'] === '12h' ? { ttl: '1h' as const } : {});

const inputText: PartReader = (part) => {
  const text = stringAt(part, 'text');
  return text === undefined ? undefined : { kind: 'text', text, ...rest(part, textMembers) };
};

const outputText: PartReader = (part) => {
  const text = stringAt(part, 'text');
  if (text === undefined) return undefined;
  const citations = arrayAt(part, 'annotations').map(decodeAnnotation);
  return {
    kind: 'text',
    text,
    ...(citations.length === 0 ? {} : { citations }),
    ...rest(part, outputTextMembers),
  };
};

const refusal: PartReader = (part) => {
  const text = stringAt(part, 'refusal');
  return text === undefined ? undefined : { kind: 'refusal', text, ...rest(part, refusalMembers) };
};

const mediaCommon = (part: JsonObject, known: ReadonlySet<string>) => {
  const filename = stringAt(part, 'filename');
  const detail = stringAt(part, 'detail');
  return {
    ...(filename === undefined ? {} : { filename }),
    ...(detail === undefined ? {} : { detail }),
    ...rest(part, known),
  };
};

/** A URL, or the bytes when it is a `data:` URL. */
const fromUrl = (url: string): { readonly mimeType?: string; readonly source: MediaSource } => {
  const inline = parseDataUrl(url);
  if (inline === undefined) return { source: { kind: 'url', url } };
  return { mimeType: inline.mimeType, source: { kind: 'base64', data: inline.data } };
};

const media = (kind: MediaKind, found: ReturnType<typeof fromUrl>, more: object): Block =>
  ({ kind: 'media', media: kind, ...found, ...more }) as Block;

const inputImage: PartReader = (part) => {
  const common = mediaCommon(part, imageMembers);
  const url = stringAt(part, 'image_url');
  if (url !== undefined) return media('image', fromUrl(url), common);
  const id = stringAt(part, 'file_id');
  return id === undefined ? undefined : media('image', { source: { kind: 'file', id } }, common);
};

const inputFile: PartReader = (part) => {
  const common = mediaCommon(part, fileMembers);
  const data = stringAt(part, 'file_data');
  // Data without a `data:` prefix is base64 of an untold type.
  if (data !== undefined)
    return media('document', parseDataUrl(data) ? fromUrl(data) : { source: { kind: 'base64', data } }, common);
  const url = stringAt(part, 'file_url');
  if (url !== undefined) return media('document', { source: { kind: 'url', url } }, common);
  const id = stringAt(part, 'file_id');
  return id === undefined ? undefined : media('document', { source: { kind: 'file', id } }, common);
};

const audioMimeTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', wav: 'audio/wav' };

const inputAudio: PartReader = (part) => {
  const audio = objectAt(part, 'input_audio');
  const data = stringAt(audio, 'data');
  const format = stringAt(audio, 'format');
  if (data === undefined || format === undefined) return undefined;
  const mimeType = lookup(audioMimeTypes, format) ?? `audio/${format}`;
  return media('audio', { mimeType, source: { kind: 'base64', data } }, rest(part, audioMembers));
};

const readers: Readonly<Record<string, PartReader>> = {
  input_text: inputText,
  text: inputText,
  output_text: outputText,
  refusal,
  input_image: inputImage,
  input_file: inputFile,
  input_audio: inputAudio,
};

/** The parts of a message: a bare string is one text, an empty one is none. */
export const decodeContent = (content: Json | undefined): readonly Block[] => {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return Array.isArray(content) ? (content as readonly Json[]).filter(isObject).map(decodePart) : [];
};
