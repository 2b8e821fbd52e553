import type { Block, MediaBlock } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { parseDataUrl } from '../../data-url.ts';
import { readDocument } from './documents.ts';
import { metaOf, own, restOf } from './own.ts';

/** Reads one part of a message's content. Parts nobody knows, and known ones that are malformed, become opaque. */
export const readPart = (part: Json): Block => {
  if (typeof part === 'string') return { kind: 'text', text: part };
  const type = stringAt(part, 'type') ?? 'unknown';
  const read = isObject(part) ? readers.get(type)?.(part) : undefined;
  return read ?? { kind: 'opaque', dialect: own, type, value: part };
};

/** Reads content that is a string or a list of parts. Empty text is no block. */
export const readContent = (content: Json | undefined): readonly Block[] => {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return isArray(content) ? content.map(readPart).filter(saysSomething) : [];
};

/** An empty text stands where a model only calls tools; other wires refuse it. */
export const saysSomething = (block: Block): boolean =>
  (block.kind !== 'text' && block.kind !== 'thinking') || block.text !== '';

const readWords =
  (kind: 'text' | 'thinking') =>
  (part: JsonObject): Block | undefined => {
    const text = stringAt(part, kind);
    return text === undefined
      ? undefined
      : { kind, text, ...metaOf({ members: restOf(part, new Set(['type', kind])) }) };
  };

const readImage = (part: JsonObject): MediaBlock | undefined => {
  const value = part['image_url'];
  const url = typeof value === 'string' ? value : stringAt(value, 'url');
  if (url === undefined) return undefined;
  const inline = parseDataUrl(url);
  const detail = stringAt(value, 'detail');
  return {
    kind: 'media',
    media: 'image',
    ...(inline === undefined
      ? { source: { kind: 'url', url } }
      : { mimeType: inline.mimeType, source: { kind: 'base64', data: inline.data } }),
    ...(detail === undefined ? {} : { detail }),
    ...metaOf({ members: restOf(part, knownImage) }),
  };
};

const readers: ReadonlyMap<string, (part: JsonObject) => Block | undefined> = new Map([
  ['text', readWords('text')],
  ['thinking', readWords('thinking')],
  ['image_url', readImage],
  ['document', (part) => (part['document'] === undefined ? undefined : readDocument(part['document']))],
]);

const knownImage = new Set(['type', 'image_url']);
