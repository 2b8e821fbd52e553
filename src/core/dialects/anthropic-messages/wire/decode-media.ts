import type { MediaBlock, MediaSource } from '../../../ir/index.ts';
import { booleanAt, isObject, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { decodeShared, knownMembers } from './members.ts';

const imageMembers = knownMembers('source');
const documentMembers = knownMembers('source', 'title', 'context', 'citations');

/** An image; undefined when its source is none we know. */
export const decodeImage = (value: JsonObject): MediaBlock | undefined => {
  const source = decodeSource(objectAt(value, 'source'));
  if (source === undefined || source.source.kind === 'text') return undefined;
  return { kind: 'media', media: 'image', ...source, ...decodeShared(value, imageMembers) };
};

/** A document; undefined when its source is none we know (such as `content`, a list of blocks). */
export const decodeDocument = (value: JsonObject): MediaBlock | undefined => {
  const source = decodeSource(objectAt(value, 'source'));
  if (source === undefined) return undefined;
  const citations = value['citations'] ?? undefined;
  const citable = booleanAt(citations, 'enabled');
  if (citations !== undefined && (!isObject(citations) || citable === undefined || Object.keys(citations).length > 1))
    return undefined;
  const title = stringAt(value, 'title');
  const context = stringAt(value, 'context');
  return {
    kind: 'media',
    media: 'document',
    ...source,
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(citable === undefined ? {} : { citable }),
    ...decodeShared(value, documentMembers),
  };
};

interface DecodedSource {
  readonly source: MediaSource;
  readonly mimeType?: string;
}

const decodeSource = (source: JsonObject | undefined): DecodedSource | undefined => {
  const members = Object.keys(source ?? {}).length;
  const mimeType = stringAt(source, 'media_type');
  const data = stringAt(source, 'data');
  switch (stringAt(source, 'type')) {
    case 'base64':
      if (mimeType === undefined || data === undefined || members !== 3) return undefined;
      return { source: { kind: 'base64', data }, mimeType };
    case 'text':
      if (mimeType === undefined || data === undefined || members !== 3) return undefined;
      return { source: { kind: 'text', text: data }, mimeType };
    case 'url': {
      const url = stringAt(source, 'url');
      return url === undefined || members !== 2 ? undefined : { source: { kind: 'url', url } };
    }
    case 'file': {
      const id = stringAt(source, 'file_id');
      return id === undefined || members !== 2 ? undefined : { source: { kind: 'file', id } };
    }
    default:
      return undefined;
  }
};
