import type { Block, MediaBlock, MediaKind, MediaSource } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { parseDataUrl } from '../../data-url.ts';
import { metaOf, own, readCacheMark, restOf } from './own.ts';

type MediaFacts = Omit<MediaBlock, 'kind' | 'media' | 'cache' | 'meta'>;

/** Reads one part of a message's content. Parts nobody knows, and known ones that are malformed, become opaque. */
export const readPart = (part: Json): Block => {
  if (typeof part === 'string') return { kind: 'text', text: part };
  if (!isObject(part)) return { kind: 'opaque', dialect: own, type: 'unknown', value: part };
  const type = stringAt(part, 'type') ?? 'unknown';
  return readers.get(type)?.(part) ?? { kind: 'opaque', dialect: own, type, value: part };
};

/** Reads content that is a string or a list of parts. Empty text is no block. */
export const readContent = (content: Json | undefined): readonly Block[] => {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return isArray(content) ? content.map(readPart).filter((block) => block.kind !== 'text' || block.text !== '') : [];
};

/** The text of a `thinking` part: a list of text pieces, or a string. */
export const thinkingText = (thinking: Json | undefined): string => {
  if (typeof thinking === 'string') return thinking;
  return isArray(thinking) ? thinking.map((piece) => stringAt(piece, 'text') ?? '').join('') : '';
};

const readText = (part: JsonObject): Block | undefined => {
  const text = part['text'];
  return typeof text === 'string' ? { kind: 'text', text, ...kept(part, knownText) } : undefined;
};

const readRefusal = (part: JsonObject): Block | undefined => {
  const text = part['refusal'];
  return typeof text === 'string' ? { kind: 'refusal', text, ...kept(part, knownRefusal) } : undefined;
};

const readThinking = (part: JsonObject): Block => {
  const pieces = part['thinking'];
  const foreign = isArray(pieces) && pieces.some((piece) => stringAt(piece, 'text') === undefined);
  return {
    kind: 'thinking',
    text: thinkingText(pieces),
    ...kept(part, knownThinking, { member: 'content', ...(foreign ? { pieces } : {}) }),
  };
};

const readUrl = (media: MediaKind, type: string) => {
  const known = new Set(['type', type, 'document_name']);
  return (part: JsonObject): Block | undefined => {
    const value = part[type];
    const url = typeof value === 'string' ? value : stringAt(value, 'url');
    if (url === undefined) return undefined;
    const detail = stringAt(value, 'detail');
    const filename = stringAt(part, 'document_name');
    const facts: MediaFacts = {
      ...located(url),
      ...(detail === undefined ? {} : { detail }),
      ...(filename === undefined ? {} : { filename }),
    };
    const form = {
      ...(media === 'document' ? { part: type } : {}),
      ...(typeof value === 'string' && media !== 'document' ? { bare: true } : {}),
    };
    return { kind: 'media', media, ...facts, ...kept(part, known, form) };
  };
};

const readAudio = (part: JsonObject): Block | undefined => {
  const value = part['input_audio'];
  if (typeof value === 'string')
    return { kind: 'media', media: 'audio', ...located(value), ...kept(part, knownAudio, { bare: true }) };
  const data = stringAt(value, 'data');
  if (data === undefined) return undefined;
  const format = stringAt(value, 'format');
  return {
    kind: 'media',
    media: 'audio',
    ...(format === undefined ? {} : { mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}` }),
    ...located(data),
    ...kept(part, knownAudio),
  };
};

const readFile = (part: JsonObject): Block | undefined => {
  const file = part['file'];
  const data = stringAt(file, 'file_data');
  const id = stringAt(file, 'file_id');
  const filename = stringAt(file, 'filename');
  const place = data !== undefined ? located(data) : id === undefined ? undefined : fileSource(id);
  if (place === undefined) return undefined;
  const media = mediaOf(place.mimeType);
  return {
    kind: 'media',
    media,
    ...place,
    ...(filename === undefined ? {} : { filename }),
    ...kept(part, knownFile, media === 'document' ? {} : { part: 'file' }),
  };
};

const fileSource = (id: string): { readonly mimeType?: string; readonly source: MediaSource } => ({
  source: { kind: 'file', id },
});

/** Where the data is: a data URL, another URL, or bare base64. */
const located = (text: string): { readonly mimeType?: string; readonly source: MediaSource } => {
  const inline = parseDataUrl(text);
  if (inline !== undefined) return { mimeType: inline.mimeType, source: { kind: 'base64', data: inline.data } };
  return { source: text.includes('://', 1) ? { kind: 'url', url: text } : { kind: 'base64', data: text } };
};

const mediaOf = (mimeType: string | undefined): MediaKind => {
  const family = mimeType?.slice(0, mimeType.indexOf('/'));
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
};

/** Cache mark and meta of a part. */
const kept = (part: JsonObject, known: ReadonlySet<string>, form: JsonObject = {}) => {
  const cache = readCacheMark(part);
  const rest = restOf(part, known);
  const members = rest === undefined || cache === undefined ? rest : restOf(rest, cacheControl);
  return {
    ...(cache === undefined ? {} : { cache }),
    ...metaOf({ ...form, members }),
  };
};

const cacheControl = new Set(['cache_control']);
const knownText = new Set(['type', 'text']);
const knownRefusal = new Set(['type', 'refusal']);
const knownThinking = new Set(['type', 'thinking']);
const knownAudio = new Set(['type', 'input_audio']);
const knownFile = new Set(['type', 'file']);

const readers: ReadonlyMap<string, (part: JsonObject) => Block | undefined> = new Map([
  ['text', readText],
  ['refusal', readRefusal],
  ['thinking', readThinking],
  ['image_url', readUrl('image', 'image_url')],
  ['video_url', readUrl('video', 'video_url')],
  ['document_url', readUrl('document', 'document_url')],
  ['input_audio', readAudio],
  ['file', readFile],
]);
