import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { MediaBlock } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { own } from '../wire/dialect-name.ts';
import { formatOf } from '../wire/media-format.ts';
import type { BlockSite } from './encode-block.ts';

/** Writes a picture, a document, a film or a sound. Bytes and objects in S3 can be said, other addresses cannot. */
export const encodeMedia = (block: MediaBlock, site: BlockSite): JsonObject | undefined => {
  if (site.role === 'system') {
    site.log.dropped(site.path, 'media in a system turn');
    return undefined;
  }
  if (block.seal !== undefined) site.log.dropped(`${site.path}.seal`, 'signed by another provider');
  if (block.media === 'document') return { document: encodeDocument(block, site) };
  if (block.detail !== undefined && block.detail !== 'auto') site.log.dropped(`${site.path}.detail`);
  if (block.filename !== undefined) site.log.dropped(`${site.path}.filename`);
  return { [block.media]: { format: mediaFormat(block, site), source: encodeSource(block, site) } };
};

const encodeDocument = (block: MediaBlock, site: BlockSite): JsonObject => {
  const { name, changed } = site.documents.take(block);
  if (changed) {
    const field = block.title === undefined && block.filename !== undefined ? 'filename' : 'title';
    site.log.changed(`${site.path}.${field}`, 'the provider wants a name, in letters it allows');
  }
  return {
    format: mediaFormat(block, site),
    name,
    source: encodeSource(block, site),
    ...(block.context === undefined ? {} : { context: block.context }),
    ...(block.citable === undefined ? {} : { citations: { enabled: block.citable } }),
  };
};

const encodeSource = ({ source, meta, media }: MediaBlock, site: BlockSite): JsonObject => {
  switch (source.kind) {
    case 'base64':
      return { bytes: source.data };
    case 'text':
      if (media === 'document') return { text: source.text };
      throw unsupportedByTarget(site.path, `${media} cannot be given as text. Send base64 data.`);
    case 'url': {
      const bucketOwner = meta?.[own]?.['bucketOwner'];
      if (source.url.startsWith('s3://'))
        return { s3Location: { uri: source.url, ...(bucketOwner === undefined ? {} : { bucketOwner }) } };
      throw unsupportedByTarget(site.path, 'this provider fetches nothing from addresses. Send base64 data.');
    }
    case 'file':
      throw unsupportedByTarget(site.path, 'this provider holds no files. Send base64 data.');
  }
};

/** How the base64 of some types begins, for clients that name no type. */
const beginnings = [
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['iVBOR', 'image/png'],
  ['JVBER', 'application/pdf'],
] as const;

/** The last steps of addresses, which are formats as they stand. */
const extension = /\.([a-z0-9]+)$/i;

const presets: Readonly<Record<MediaBlock['media'], string>> = {
  image: 'png',
  document: 'pdf',
  video: 'mp4',
  audio: 'mp3',
};

const mediaFormat = (block: MediaBlock, site: BlockSite): string => {
  const { media, source } = block;
  if (block.mimeType !== undefined) return knownFormat(block, block.mimeType, site);
  if (source.kind === 'text') return 'txt';
  if (source.kind === 'url')
    return extension.exec(source.url)?.[1]?.toLowerCase().replace('jpg', 'jpeg') ?? presets[media];
  const begin = source.kind === 'base64' ? source.data.slice(0, 8) : '';
  const mimeType = beginnings.find(([beginning]) => begin.startsWith(beginning))?.[1];
  return (mimeType === undefined ? undefined : formatOf(media, mimeType)) ?? presets[media];
};

const knownFormat = ({ media, source }: MediaBlock, mimeType: string, site: BlockSite): string => {
  const format = formatOf(media, mimeType);
  if (format !== undefined) return format;
  if (
    media === 'document' &&
    (source.kind === 'text' || mimeType.startsWith('text/') || mimeType === 'application/json')
  ) {
    site.log.changed(`${site.path}.mimeType`, 'sent as plain text');
    return 'txt';
  }
  throw unsupportedByTarget(site.path, `this provider takes no ${media} of type ${mimeType.slice(0, 80)}. Convert it.`);
};
