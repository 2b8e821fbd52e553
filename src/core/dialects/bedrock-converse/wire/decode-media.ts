import type { MediaBlock, MediaKind, MediaSource } from '../../../ir/index.ts';
import { booleanAt, isObject, type Json, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { own } from './dialect-name.ts';
import { mimeTypeOf } from './media-format.ts';

const mediaMembers: ReadonlySet<string> = new Set(['format', 'source']);
const documentMembers: ReadonlySet<string> = new Set(['format', 'source', 'name', 'context', 'citations']);

/** A picture, document, film or sound; undefined when it is none we can carry (a document made of parts, an unknown format). */
export const decodeMedia = (media: MediaKind, content: Json): MediaBlock | undefined => {
  if (!isObject(content)) return undefined;
  const known = media === 'document' ? documentMembers : mediaMembers;
  if (Object.keys(content).some((name) => !known.has(name))) return undefined;
  const decoded = decodeSource(objectAt(content, 'source'), media);
  const format = stringAt(content, 'format');
  const mimeType = format === undefined ? undefined : mimeTypeOf(media, format);
  if (decoded === undefined || (format !== undefined && mimeType === undefined)) return undefined;
  return {
    kind: 'media',
    media,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...decoded,
    ...(media === 'document' ? documentSaid(content) : {}),
  };
};

const documentSaid = (content: JsonObject): Partial<MediaBlock> => {
  const title = stringAt(content, 'name');
  const context = stringAt(content, 'context');
  const citable = booleanAt(content['citations'], 'enabled');
  return {
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(citable === undefined ? {} : { citable }),
  };
};

/** An object in S3 is an address; whose bucket it is stays a note. */
const decodeSource = (
  source: JsonObject | undefined,
  media: MediaKind,
): Pick<MediaBlock, 'source' | 'meta'> | undefined => {
  const data = stringAt(source, 'bytes');
  if (data !== undefined) return { source: { kind: 'base64', data } };
  const text = media === 'document' ? stringAt(source, 'text') : undefined;
  if (text !== undefined) return { source: { kind: 'text', text } };
  const stored = objectAt(source, 's3Location');
  const url = stringAt(stored, 'uri');
  if (url === undefined) return undefined;
  const address: MediaSource = { kind: 'url', url };
  const bucketOwner = stringAt(stored, 'bucketOwner');
  return bucketOwner === undefined ? { source: address } : { source: address, meta: { [own]: { bucketOwner } } };
};
