import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { Block, MediaBlock, TextBlock } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { writeDataUrl } from '../../data-url.ts';
import type { LossLog } from '../../loss-log.ts';
import { encodeAnnotation } from '../wire/annotations.ts';
import { lookup } from '../wire/lookup.ts';
import { own, ownMeta } from '../wire/own.ts';

export interface PartScope {
  readonly losses: LossLog;
  /** Whether the request came by another dialect's door. */
  readonly translated: boolean;
  /** Who writes: the assistant's parts have other types than the client's. */
  readonly side: 'input' | 'output';
}

/** Writes a block as a content part; undefined when it has no place there (the loss is noted). `path` is the block's in the request. */
export const encodePart = (block: Block, path: string, scope: PartScope): JsonObject | undefined => {
  const part = writePart(block, path, scope);
  if (part === undefined) return undefined;
  const kept = ownMeta(block).part;
  if (block.cache !== undefined && kept?.['prompt_cache_breakpoint'] === undefined)
    scope.losses.dropped(`${path}.cache`);
  return kept === undefined ? part : { ...part, ...kept };
};

const writePart = (block: Block, path: string, scope: PartScope): JsonObject | undefined => {
  switch (block.kind) {
    case 'text':
      return encodeText(block, path, scope);
    case 'refusal':
      return scope.side === 'output'
        ? { type: 'refusal', refusal: block.text }
        : { type: 'input_text', text: block.text };
    case 'media':
      return encodeMedia(block, path, scope);
    case 'opaque':
      if (block.dialect === own) return block.value as JsonObject;
      scope.losses.dropped(path, block.type);
      return undefined;
    case 'thinking':
    case 'tool-call':
    case 'tool-result':
      scope.losses.dropped(path, `${block.kind} inside a message`);
      return undefined;
  }
};

const encodeText = (block: TextBlock, path: string, scope: PartScope): JsonObject => {
  if (block.seal !== undefined) scope.losses.dropped(`${path}.seal`, 'signed by another provider');
  if (scope.side === 'input') return { type: 'input_text', text: block.text };
  const citations = block.citations ?? [];
  const annotations = citations
    .map((citation) => encodeAnnotation(citation, block.text.length))
    .filter((annotation): annotation is Json => annotation !== undefined);
  if (annotations.length < citations.length) scope.losses.dropped(`${path}.citations`);
  return { type: 'output_text', text: block.text, annotations };
};

const encodeMedia = (block: MediaBlock, path: string, scope: PartScope): JsonObject | undefined => {
  if (block.seal !== undefined) scope.losses.dropped(`${path}.seal`, 'signed by another provider');
  if (scope.side === 'output') {
    scope.losses.dropped(path, `${block.media} in an assistant turn`);
    return undefined;
  }
  switch (block.media) {
    case 'image':
      return encodeImage(block);
    case 'document':
      return encodeDocument(block, path, scope);
    case 'audio':
      return encodeAudio(block, path, scope);
    case 'video':
      throw unsupportedByTarget(path, 'the target takes no video. Choose a model that does, or leave it out.');
  }
};

const encodeImage = (block: MediaBlock): JsonObject => ({
  type: 'input_image',
  ...imageSource(block),
  ...(block.detail === undefined ? {} : { detail: block.detail }),
});

const imageSource = ({ source, mimeType }: MediaBlock): JsonObject => {
  switch (source.kind) {
    case 'base64':
      return { image_url: writeDataUrl(mimeType ?? 'image/png', source.data) };
    case 'url':
      return { image_url: source.url };
    case 'file':
      return { file_id: source.id };
    case 'text':
      return { image_url: writeDataUrl(mimeType ?? 'image/svg+xml', toBase64(source.text)) };
  }
};

const encodeDocument = (block: MediaBlock, path: string, scope: PartScope): JsonObject => {
  for (const field of ['title', 'context', 'citable'] as const)
    if (block[field] !== undefined) scope.losses.dropped(`${path}.${field}`);
  if (block.source.kind === 'text') {
    scope.losses.changed(path, 'a plain-text document sent as text');
    return { type: 'input_text', text: block.source.text };
  }
  // The provider refuses inline data without a name.
  const unnamed = block.source.kind === 'base64' && scope.translated;
  const filename = block.filename ?? (unnamed ? defaultName(block.mimeType) : undefined);
  const part: JsonDraft = { type: 'input_file', ...documentSource(block) };
  if (filename !== undefined) part['filename'] = filename;
  if (block.detail !== undefined) part['detail'] = block.detail;
  return part;
};

const documentSource = ({ source, mimeType }: MediaBlock): JsonObject => {
  switch (source.kind) {
    case 'base64':
      return { file_data: mimeType === undefined ? source.data : writeDataUrl(mimeType, source.data) };
    case 'text':
      return { file_data: writeDataUrl(mimeType ?? 'text/plain', toBase64(source.text)) };
    case 'url':
      return { file_url: source.url };
    case 'file':
      return { file_id: source.id };
  }
};

const extensions: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
};

const defaultName = (mimeType = 'application/pdf'): string =>
  `document.${lookup(extensions, mimeType) ?? mimeType.split('/').at(-1) ?? 'pdf'}`;

const audioFormats: Readonly<Record<string, string>> = { 'audio/mpeg': 'mp3', 'audio/wav': 'wav' };

const encodeAudio = ({ source, mimeType = 'audio/wav' }: MediaBlock, path: string, scope: PartScope): JsonObject => {
  if (scope.translated || source.kind !== 'base64')
    throw unsupportedByTarget(path, 'the target takes no audio. Choose a model that does, or send the words as text.');
  const format = lookup(audioFormats, mimeType) ?? mimeType.replace('audio/', '');
  return { type: 'input_audio', input_audio: { data: source.data, format } };
};

const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
