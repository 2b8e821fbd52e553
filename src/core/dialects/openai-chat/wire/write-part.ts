import type { Block, MediaBlock, RefusalBlock, TextBlock, ThinkingBlock } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import { writeDataUrl } from '../../data-url.ts';
import { own, ownMeta, writeCacheMark } from './own.ts';

/** Writes a block as a part of a message's content; undefined when this dialect has no such part. */
export const writePart = (block: Block, cacheMarks: boolean): Json | undefined => {
  switch (block.kind) {
    case 'text':
      return finish({ type: 'text', text: block.text }, block, cacheMarks);
    case 'refusal':
      return finish({ type: 'refusal', refusal: block.text }, block, cacheMarks);
    case 'thinking': {
      const thinking = ownMeta(block)?.['pieces'] ?? [{ type: 'text', text: block.text }];
      return finish({ type: 'thinking', thinking }, block, cacheMarks);
    }
    case 'media': {
      const part = mediaPart(block);
      return part === undefined ? undefined : finish(part, block, cacheMarks);
    }
    case 'opaque':
      return block.dialect === own ? block.value : undefined;
    case 'tool-call':
    case 'tool-result':
      return undefined;
  }
};

const finish = (
  part: JsonObject,
  block: TextBlock | RefusalBlock | ThinkingBlock | MediaBlock,
  cacheMarks: boolean,
): JsonObject => {
  const members = ownMeta(block)?.['members'] as JsonObject | undefined;
  const cache = cacheMarks && block.cache !== undefined ? { cache_control: writeCacheMark(block.cache) } : undefined;
  return members === undefined && cache === undefined ? part : { ...part, ...members, ...cache };
};

const mediaPart = (block: MediaBlock): JsonObject | undefined => {
  if (block.source.kind === 'text') return { type: 'text', text: block.source.text };
  if (block.source.kind === 'file' || ownMeta(block)?.['part'] === 'file') return filePart(block);
  switch (block.media) {
    case 'image':
      return imagePart(block);
    case 'audio':
      return audioPart(block);
    case 'video':
      return { type: 'video_url', video_url: bareOr(block, { url: urlOf(block, 'video/mp4') }) };
    case 'document':
      return ownMeta(block)?.['part'] === 'document_url' ? documentUrlPart(block) : filePart(block);
  }
};

const imagePart = (block: MediaBlock): JsonObject => {
  const image = {
    url: urlOf(block, 'image/png'),
    ...(block.detail === undefined ? {} : { detail: block.detail }),
  };
  return { type: 'image_url', image_url: bareOr(block, image) };
};

/** This dialect hears audio as base64 only; a bare string, as some hosts take it, may also be a URL. */
const audioPart = (block: MediaBlock): JsonObject | undefined => {
  const { source, mimeType } = block;
  if (ownMeta(block)?.['bare'] === true)
    return { type: 'input_audio', input_audio: source.kind === 'base64' ? source.data : urlOf(block, '') };
  if (source.kind !== 'base64') return undefined;
  return {
    type: 'input_audio',
    input_audio: { data: source.data, ...(mimeType === undefined ? {} : { format: audioFormat(mimeType) }) },
  };
};

const audioFormat = (mimeType: string): string => {
  const subtype = mimeType.slice(mimeType.indexOf('/') + 1);
  return audioFormats.get(subtype) ?? subtype;
};

const audioFormats: ReadonlyMap<string, string> = new Map([
  ['mpeg', 'mp3'],
  ['x-wav', 'wav'],
  ['wave', 'wav'],
  ['x-m4a', 'm4a'],
]);

const documentUrlPart = (block: MediaBlock): JsonObject => ({
  type: 'document_url',
  document_url: urlOf(block, 'application/pdf'),
  ...(block.filename === undefined ? {} : { document_name: block.filename }),
});

const filePart = (block: MediaBlock): JsonObject => {
  const { source } = block;
  const filename = block.filename ?? block.title;
  if (source.kind === 'file')
    return { type: 'file', file: { file_id: source.id, ...(filename === undefined ? {} : { filename }) } };
  const mimeType = block.mimeType ?? 'application/pdf';
  return {
    type: 'file',
    file: {
      filename: filename ?? `${block.media}.${mimeType.slice(mimeType.indexOf('/') + 1)}`,
      file_data: urlOf(block, mimeType),
    },
  };
};

const urlOf = ({ source, mimeType }: MediaBlock, usual: string): string => {
  switch (source.kind) {
    case 'base64':
      return writeDataUrl(mimeType ?? usual, source.data);
    case 'url':
      return source.url;
    case 'file':
      return source.id;
    case 'text':
      return source.text;
  }
};

const bareOr = (block: MediaBlock, value: { readonly url: string; readonly detail?: string }): Json =>
  ownMeta(block)?.['bare'] === true ? value.url : value;
