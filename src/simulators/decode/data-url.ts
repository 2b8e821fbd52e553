import type { MediaKind, MediaSource } from '../simulated-request.ts';

/** A `data:` URL in its pieces, another URL as it is. */
export const sourceOfUrl = (url: string): { readonly mimeType?: string; readonly source: MediaSource } => {
  const match = /^data:([^;,]*)(?:;[^,]*)?;base64,(.*)$/s.exec(url);
  if (match === null) return { source: { kind: 'url', url } };
  const mimeType = match[1] ?? '';
  return { ...(mimeType === '' ? {} : { mimeType }), source: { kind: 'base64', data: match[2] ?? '' } };
};

/** The kind of medium a MIME type names; anything that is not picture, sound or film is a document. */
export const mediaKindOf = (mimeType: string | undefined): MediaKind => {
  const family = mimeType?.split('/')[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
};
