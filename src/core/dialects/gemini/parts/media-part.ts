import type { MediaBlock, MediaKind } from '../../../ir/index.ts';
import { type JsonObject, stringAt } from '../../../json/json.ts';
import { camelMembers } from '../member-names.ts';
import { dataMembers, partMeta, partModifiers, rememberedData } from './part-meta.ts';

const dataKeys = new Set(['mimeType', 'data']);
const fileKeys = new Set(['mimeType', 'fileUri']);

/** Reads `inlineData`. The wire takes base64 of either alphabet; the block has the standard one. */
export const readInlineData = (part: JsonObject, inlineData: JsonObject): MediaBlock => {
  const data = camelMembers(inlineData);
  return {
    kind: 'media',
    ...describe(data),
    source: { kind: 'base64', data: standardBase64(stringAt(data, 'data') ?? '') },
    ...partMeta({ part: partModifiers(part, 'inlineData'), data: dataMembers(data, dataKeys) }),
  };
};

/** Reads `fileData`: a file of the Files API is held by the provider, any other address is a URL. */
export const readFileData = (part: JsonObject, fileData: JsonObject): MediaBlock => {
  const data = camelMembers(fileData);
  const uri = stringAt(data, 'fileUri') ?? '';
  return {
    kind: 'media',
    ...describe(data),
    source: heldFile.test(uri) ? { kind: 'file', id: uri } : { kind: 'url', url: uri },
    ...partMeta({ part: partModifiers(part, 'fileData'), data: dataMembers(data, fileKeys) }),
  };
};

/** The data member of a media block's part. */
export const writeMediaData = (block: MediaBlock): JsonObject => {
  const extra = rememberedData(block);
  switch (block.source.kind) {
    case 'base64':
      return {
        inlineData: { mimeType: block.mimeType ?? defaultTypes[block.media], data: block.source.data, ...extra },
      };
    case 'text':
      return { text: block.source.text };
    case 'url':
      return { fileData: { ...fileType(block, block.source.url), fileUri: block.source.url, ...extra } };
    case 'file':
      return { fileData: { ...fileType(block, block.source.id), fileUri: block.source.id, ...extra } };
  }
};

const heldFile = /^files\/|\/v\d+(?:alpha|beta)?\d*\/files\/[^/]+$/;

const describe = (data: JsonObject): Pick<MediaBlock, 'media' | 'mimeType' | 'filename'> => {
  const mimeType = stringAt(data, 'mimeType');
  const filename = stringAt(data, 'displayName');
  return {
    media: mediaKind(mimeType),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(filename === undefined ? {} : { filename }),
  };
};

const mediaKind = (mimeType: string | undefined): MediaKind => {
  const family = mimeType?.slice(0, mimeType.indexOf('/'));
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
};

const standardBase64 = (data: string): string => {
  if (!/[-_]/.test(data)) return data;
  const standard = data.replaceAll('-', '+').replaceAll('_', '/');
  return standard.endsWith('=') ? standard : standard.padEnd(Math.ceil(standard.length / 4) * 4, '=');
};

const defaultTypes: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  document: 'application/pdf',
  audio: 'audio/mpeg',
  video: 'video/mp4',
};

const typesByExtension: ReadonlyMap<string, string> = new Map(
  Object.entries({
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    heic: 'image/heic',
    heif: 'image/heif',
    pdf: 'application/pdf',
    txt: 'text/plain',
    md: 'text/markdown',
    csv: 'text/csv',
    html: 'text/html',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    flac: 'audio/flac',
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
  }),
);

/** The API wants a type with an address. A file it holds has one already; for a URL it is guessed from the name. */
const fileType = (block: MediaBlock, uri: string): JsonObject => {
  if (block.mimeType !== undefined) return { mimeType: block.mimeType };
  if (block.source.kind === 'file') return {};
  const extension = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  return { mimeType: typesByExtension.get(extension) ?? defaultTypes[block.media] };
};
