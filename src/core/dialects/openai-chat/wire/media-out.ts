import type { MediaBlock } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { metaOf, ownMeta, restOf } from './own.ts';
import { readPart } from './read-part.ts';
import { writePart } from './write-part.ts';

/** Pictures an answer carries beside its text, in `images`. */
export const readImages = (message: JsonObject): readonly MediaBlock[] =>
  arrayAt(message, 'images')
    .map(readPart)
    .filter((block) => block.kind === 'media');

/** Audio of an answer, or the reference to an earlier one; undefined when there is none (some hosts send it with every member empty). */
export const readAudio = (message: JsonObject): MediaBlock | undefined => {
  const audio = objectAt(message, 'audio');
  const data = stringAt(audio, 'data') ?? '';
  const id = stringAt(audio, 'id') ?? '';
  if (audio === undefined || (data === '' && id === '')) return undefined;
  return {
    kind: 'media',
    media: 'audio',
    source: data === '' ? { kind: 'file', id } : { kind: 'base64', data },
    ...(data === '' ? {} : metaOf({ members: restOf(audio, knownAudio) })),
  };
};

/** Writes audio of an answer; `fallbackId` for audio that came without an id. */
export const writeAudio = (block: MediaBlock, fallbackId: string): JsonObject | undefined => {
  if (block.source.kind === 'file') return { id: block.source.id };
  if (block.source.kind !== 'base64') return undefined;
  const members = ownMeta(block)?.['members'] as JsonObject | undefined;
  return { id: fallbackId, expires_at: 0, transcript: '', ...members, data: block.source.data };
};

/** Writes a picture of an answer as an entry of `images`. */
export const writeImage = (block: MediaBlock): JsonObject | undefined => {
  const part = writePart(block, false);
  return isObject(part) ? part : undefined;
};

const knownAudio = new Set(['data']);
