import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatRequest, MediaBlock, TextBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { ownMeta, writeCacheMark } from '../wire/own.ts';
import { writePart } from '../wire/write-part.ts';
import { encodeAssistant } from './encode-assistant.ts';

/** What the writers of messages share. */
export interface MessageWriting {
  readonly log: LossLog;
  /** Whether the host reads Anthropic's `cache_control` marks; others refuse them. */
  readonly cacheMarks: boolean;
}

export const encodeMessages = (request: ChatRequest, context: EncodeContext, log: LossLog): readonly JsonObject[] => {
  const writing: MessageWriting = { log, cacheMarks: context.traits.has('cache-marks') };
  const head = request.turns.findIndex((turn) => turn.role !== 'system' && turn.role !== 'developer');
  return request.turns.flatMap((turn, place) => {
    const path = `turns[${place}]`;
    const late = head >= 0 && place > head && context.traits.has('no-system-turns');
    if (!late || (turn.role !== 'system' && turn.role !== 'developer')) return encodeTurn(turn, path, writing);
    log.changed(`${path}.role`, 'this model takes system prompts only first; written as the user');
    return encodeTurn({ ...turn, role: 'user' }, path, writing);
  });
};

const encodeTurn = (turn: Turn, path: string, writing: MessageWriting): readonly JsonObject[] => {
  if (turn.role === 'assistant') return encodeAssistant(turn, path, writing);
  const results: JsonObject[] = [];
  const attachments: Json[] = [];
  const others: Json[] = [];
  turn.blocks.forEach((block, index) => {
    const at = `${path}.blocks[${index}]`;
    if (block.kind !== 'tool-result') {
      others.push(...encodePart(block, at, writing));
      return;
    }
    const written = encodeResult(block, at, writing);
    results.push(written.message);
    attachments.push(...written.attachments);
  });
  return [
    ...results,
    ...(attachments.length === 0 ? [] : [{ role: 'user', content: attachments }]),
    ...(turn.role === 'tool' || (others.length === 0 && turn.blocks.length > 0) ? [] : [message(turn, others)]),
  ];
};

const message = (turn: Turn, parts: readonly Json[]): JsonObject => ({
  role: turn.role,
  content: joinParts(parts),
  ...(turn.name === undefined ? {} : { name: turn.name }),
  ...(ownMeta(turn)?.['members'] as JsonObject | undefined),
});

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

/** Tool messages hold text only; what else a result has follows in a message of the user. */
const encodeResult = (
  block: ToolResultBlock,
  at: string,
  writing: MessageWriting,
): { readonly message: JsonObject; readonly attachments: readonly Json[] } => {
  const texts: Json[] = [];
  const media: Json[] = [];
  const inline = ownMeta(block)?.['inline'] === true;
  block.blocks.forEach((inner, index) => {
    const parts = encodePart(inner, `${at}.blocks[${index}]`, writing);
    (isAttachment(inner) && !inline ? media : texts).push(...parts);
  });
  if (block.failed) reportFailed(at, writing.log);
  if (media.length > 0) writing.log.changed(`${at}.blocks`, 'media of a tool result is written as a user message');
  const draft: JsonDraft = { role: 'tool', tool_call_id: block.callId, content: joinParts(texts) };
  if (block.cache !== undefined && writing.cacheMarks) draft['cache_control'] = writeCacheMark(block.cache);
  if (block.cache !== undefined && !writing.cacheMarks) writing.log.dropped(`${at}.cache`);
  const label = { type: 'text', text: `Content of the tool result ${block.callId}:` };
  return {
    message: { ...draft, ...(ownMeta(block)?.['members'] as JsonObject | undefined) },
    attachments: media.length === 0 ? [] : [label, ...media],
  };
};

/** Once a request: every failed result shares the fate. */
const reportFailed = (at: string, log: LossLog): void => {
  if (log.list.some((loss) => loss.field.endsWith('.failed'))) return;
  log.changed(`${at}.failed`, 'a failed tool result is written as its text');
};

const isAttachment = (block: Block): boolean => block.kind === 'media' && block.source.kind !== 'text';
