import { type GatewayError, unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { Block, MediaBlock } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { writeDataUrl } from '../../data-url.ts';
import type { LossLog } from '../../loss-log.ts';
import { documentData } from '../wire/documents.ts';
import { own, ownMembers } from '../wire/own.ts';

/** Writes what is neither media nor a tool's: a text, or a refusal as one. */
export const encodeWords = (block: Block, path: string, log: LossLog): readonly JsonObject[] => {
  switch (block.kind) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text, ...ownMembers(block) }];
    case 'refusal':
      log.changed(path, 'a refusal is sent as text');
      return [{ type: 'text', text: block.text }];
    case 'opaque':
      if (block.dialect === own && isObject(block.value)) return [block.value];
      log.dropped(path, `a ${block.type} block only its own provider understands`);
      return [];
    case 'thinking':
    case 'tool-call':
    case 'tool-result':
    case 'media':
      log.dropped(path, `a ${block.kind} block here`);
      return [];
  }
};

/** A list of parts as `content`: a single plain text is written as a string. */
export const writeContent = (parts: readonly JsonObject[]): Json => {
  const [first] = parts;
  if (first === undefined) return '';
  const plain = parts.length === 1 && typeof first['text'] === 'string' && Object.keys(first).length === 2;
  return plain ? (first['text'] ?? '') : parts;
};

/** Prompts are cached without marks here, and nothing is signed. */
export const takeMarks = (block: Block, path: string, log: LossLog): void => {
  if (block.cache !== undefined) log.dropped(`${path}.cache`, 'the provider caches by itself');
  if ('seal' in block && block.seal !== undefined) log.dropped(`${path}.seal`, 'signed by another provider');
};

export const encodeImage = (block: MediaBlock, path: string, log: LossLog): JsonObject => {
  const { source, detail } = block;
  if (block.filename !== undefined) log.dropped(`${path}.filename`);
  const url =
    source.kind === 'base64'
      ? writeDataUrl(block.mimeType ?? 'image/png', source.data)
      : source.kind === 'url'
        ? source.url
        : undefined;
  if (url === undefined) throw unsupportedByTarget(path, 'this provider takes an image as a URL or as base64 data.');
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) }, ...ownMembers(block) };
};

export const refuseMedia = (block: MediaBlock, path: string): GatewayError =>
  unsupportedByTarget(path, `this provider takes images and texts, not ${block.media}. Send a transcript.`);

/** A document's data. The provider reads text only. */
export const documentOf = (block: MediaBlock, path: string, log: LossLog): JsonObject => {
  if (block.context !== undefined) log.dropped(`${path}.context`);
  if (block.title !== undefined && block.filename !== undefined) log.dropped(`${path}.filename`);
  return documentData(documentText(block, path), block);
};

const documentText = ({ source, mimeType }: MediaBlock, path: string): string => {
  const text =
    source.kind === 'text'
      ? source.text
      : source.kind === 'base64' && /^(text\/|application\/json)/.test(mimeType ?? '')
        ? decodeText(source.data)
        : undefined;
  if (text !== undefined) return text;
  throw unsupportedByTarget(path, 'this provider takes documents as plain text only. Convert the document.');
};

const decodeText = (data: string): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
};
