import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { MediaBlock } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { BlockSite } from './encode-block.ts';

/** Writes an image or a document. Sound and film cannot be said on this wire, nor media in what the model or the system says. */
export const encodeMedia = (block: MediaBlock, site: BlockSite): JsonObject | undefined => {
  if (site.role !== 'user') {
    site.log.dropped(site.path, `media in a ${site.role} turn`);
    return undefined;
  }
  if (block.seal !== undefined) site.log.dropped(`${site.path}.seal`, 'signed by another provider');
  if (block.media === 'image') return encodeImage(block, site);
  if (block.media === 'document') return encodeDocument(block, site);
  throw unsupportedByTarget(
    site.path,
    `this provider takes images and documents, not ${block.media}. Send a transcript.`,
  );
};

const encodeImage = (block: MediaBlock, site: BlockSite): JsonObject => {
  if (block.detail !== undefined && block.detail !== 'auto') site.log.dropped(`${site.path}.detail`);
  if (block.filename !== undefined) site.log.dropped(`${site.path}.filename`);
  return { type: 'image', source: imageSource(block, site) };
};

const imageSource = ({ source, mimeType }: MediaBlock, site: BlockSite): JsonObject => {
  switch (source.kind) {
    case 'base64':
      return { type: 'base64', media_type: mimeType ?? sniffImage(source.data), data: source.data };
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      return { type: 'file', file_id: source.id };
    case 'text':
      throw unsupportedByTarget(site.path, 'an image cannot be given as text. Send base64 data or a URL.');
  }
};

/** How base64 of each image type begins; a client that names no type is believed to send what its first bytes say. */
const imageBeginnings = [
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

const sniffImage = (data: string): string =>
  imageBeginnings.find(([beginning]) => data.startsWith(beginning))?.[1] ?? 'image/png';

const encodeDocument = (block: MediaBlock, site: BlockSite): JsonObject => {
  const title = block.title ?? block.filename;
  return {
    type: 'document',
    source: documentSource(block, site),
    ...(title === undefined ? {} : { title }),
    ...(block.context === undefined ? {} : { context: block.context }),
    ...(block.citable === undefined ? {} : { citations: { enabled: block.citable } }),
  };
};

const documentSource = ({ source, mimeType }: MediaBlock, site: BlockSite): JsonObject => {
  switch (source.kind) {
    case 'text':
      return { type: 'text', media_type: mimeType ?? 'text/plain', data: source.text };
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      return { type: 'file', file_id: source.id };
    case 'base64':
      return inlineDocument(source.data, mimeType ?? 'application/pdf', site);
  }
};

const inlineDocument = (data: string, mimeType: string, site: BlockSite): JsonObject => {
  if (mimeType === 'application/pdf') return { type: 'base64', media_type: mimeType, data };
  const text = isText(mimeType) ? decodeText(data) : undefined;
  if (text === undefined)
    throw unsupportedByTarget(
      site.path,
      `this provider takes PDF and plain text, not ${mimeType}. Convert the document.`,
    );
  return { type: 'text', media_type: 'text/plain', data: text };
};

const isText = (mimeType: string): boolean => mimeType.startsWith('text/') || mimeType === 'application/json';

const decodeText = (data: string): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
};
