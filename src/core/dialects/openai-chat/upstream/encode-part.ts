import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, MediaBlock, TextBlock } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writePart } from '../wire/write-part.ts';

/** What the writers of messages share. */
export interface MessageWriting {
  readonly log: LossLog;
  /** Whether the host reads Anthropic's `cache_control` marks; others refuse them. */
  readonly cacheMarks: boolean;
}

/** One plain text is written as a string, which every host takes. */
export const joinParts = (parts: readonly Json[]): Json => {
  if (parts.length === 0) return '';
  const [first] = parts;
  if (parts.length > 1 || typeof first !== 'object' || first === null) return parts;
  const { type, text, ...rest } = first as JsonObject;
  return type === 'text' && typeof text === 'string' && Object.keys(rest).length === 0 ? text : parts;
};

/** A block as content parts; none when it cannot be said here, which is then reported. */
export const encodePart = (block: Block, at: string, writing: MessageWriting): readonly Json[] => {
  if (block.kind === 'media') reportMedia(block, at, writing);
  if (block.kind === 'text') reportText(block, at, writing);
  if (!writing.cacheMarks && 'cache' in block && block.cache !== undefined) writing.log.dropped(`${at}.cache`);
  const part = writePart(block, writing.cacheMarks);
  if (part !== undefined) return [part];
  if (block.kind === 'media')
    throw new GatewayError(
      'unsupported_by_target',
      `${at}: this target hears audio only as base64 data; send the data instead of a ${block.source.kind}.`,
      { param: 'messages' },
    );
  writing.log.dropped(at, block.kind === 'opaque' ? block.type : block.kind);
  return [];
};

const reportText = (block: TextBlock, at: string, { log }: MessageWriting): void => {
  if (block.seal !== undefined) log.dropped(`${at}.seal`);
  if (block.citations !== undefined) log.dropped(`${at}.citations`);
};

const reportMedia = (block: MediaBlock, at: string, { log }: MessageWriting): void => {
  if (block.source.kind === 'text') log.changed(at, 'the document is written as text');
  if (block.seal !== undefined) log.dropped(`${at}.seal`);
  if (block.context !== undefined) log.dropped(`${at}.context`);
  if (block.citable !== undefined) log.dropped(`${at}.citable`);
  const titled = block.title !== undefined && (block.filename !== undefined || block.source.kind === 'text');
  if (titled || (block.title !== undefined && block.media !== 'document')) log.dropped(`${at}.title`);
};
