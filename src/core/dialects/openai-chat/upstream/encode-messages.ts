import type { Block, ChatRequest, ToolResultBlock, Turn } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { ownMeta, writeCacheMark } from '../wire/own.ts';
import { encodeAssistant } from './encode-assistant.ts';
import { encodePart, joinParts, type MessageWriting } from './encode-part.ts';
import { joinAssistants } from './join-assistants.ts';

export const encodeMessages = (request: ChatRequest, context: EncodeContext, log: LossLog): readonly JsonObject[] => {
  const writing: MessageWriting = { log, cacheMarks: context.traits.has('cache-marks') };
  const head = request.turns.findIndex((turn) => turn.role !== 'system' && turn.role !== 'developer');
  const messages = request.turns.flatMap((turn, place) => {
    const path = `turns[${place}]`;
    const late = head >= 0 && place > head && context.traits.has('no-system-turns');
    if (!late || (turn.role !== 'system' && turn.role !== 'developer')) return encodeTurn(turn, path, writing);
    log.changed(`${path}.role`, 'this model takes system prompts only first; written as the user');
    return encodeTurn({ ...turn, role: 'user' }, path, writing);
  });
  return joinAssistants(messages);
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
