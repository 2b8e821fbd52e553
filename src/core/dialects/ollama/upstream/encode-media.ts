import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { MediaBlock } from '../../../ir/index.ts';
import type { LossLog } from '../../loss-log.ts';
import { imageType } from '../wire/image-type.ts';

/** What a medium becomes: a picture of the message, or text. */
export type WrittenMedia =
  | { readonly kind: 'image'; readonly data: string }
  | { readonly kind: 'text'; readonly text: string };

/** Writes a medium. The format takes pictures as base64 only; a document that is text is written as text. Throws `unsupported_by_target` for the rest. */
export const encodeMedia = (block: MediaBlock, path: string, losses: LossLog): WrittenMedia => {
  nameLost(block, path, losses);
  const { media, mimeType, source } = block;
  if (media === 'image') {
    if (source.kind === 'base64') {
      if (mimeType !== undefined && mimeType !== imageType(source.data))
        losses.dropped(`${path}.mimeType`, 'not the type its first bytes tell');
      return { kind: 'image', data: source.data };
    }
    throw unsupportedByTarget(path, 'this provider takes pictures as base64 data only. Send the picture itself.');
  }
  const text = media === 'document' ? textOf(block) : undefined;
  if (text === undefined)
    throw unsupportedByTarget(path, `this provider takes text and pictures, not ${nameOf(block)}. Send its text.`);
  losses.changed(path, 'a document, written as text');
  return { kind: 'text', text };
};

const nameOf = ({ media, mimeType }: MediaBlock): string => (mimeType === undefined ? media : mimeType);

const nameLost = (block: MediaBlock, path: string, losses: LossLog): void => {
  if (block.detail !== undefined && block.detail !== 'auto') losses.dropped(`${path}.detail`);
  if (block.seal !== undefined) losses.dropped(`${path}.seal`);
  for (const field of ['filename', 'title', 'context', 'citable'] as const)
    if (block[field] !== undefined) losses.dropped(`${path}.${field}`);
};

const textOf = ({ source, mimeType }: MediaBlock): string | undefined => {
  if (source.kind === 'text') return source.text;
  const isText = mimeType?.startsWith('text/') === true || mimeType === 'application/json';
  if (source.kind !== 'base64' || !isText) return undefined;
  try {
    const bytes = Uint8Array.from(atob(source.data), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
