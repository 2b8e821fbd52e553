import type { Block, ChatRequest, MediaBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { documentId, ownDocument } from '../wire/documents.ts';
import { ownMembers } from '../wire/own.ts';
import { encodeAssistant } from './encode-assistant.ts';
import { documentOf, encodeImage, encodeWords, refuseMedia, takeMarks, writeContent } from './encode-part.ts';

export interface EncodedMessages {
  readonly messages: readonly JsonObject[];
  readonly documents: readonly Json[];
}

/** Turns as `messages`, and the documents among what the user said as `documents`, in their order. */
export const encodeMessages = (request: ChatRequest, log: LossLog): EncodedMessages => {
  const documents: Json[] = [];
  const last = request.turns.findLastIndex((turn) => turn.role === 'user');
  const messages = request.turns.flatMap((turn, place) => {
    const site: TurnSite = { path: `turns[${place}]`, log, documents, last: place === last };
    if (turn.name !== undefined) log.dropped(`${site.path}.name`);
    return encodeTurn(turn, site);
  });
  return { messages, documents };
};

interface TurnSite {
  readonly path: string;
  readonly log: LossLog;
  readonly documents: Json[];
  /** Whether this is the user's last turn, which is where documents are read back to. */
  readonly last: boolean;
}

const encodeTurn = (turn: Turn, site: TurnSite): readonly JsonObject[] => {
  if (turn.role === 'assistant') {
    const message = encodeAssistant(turn, site.path, site.log);
    // Clients keep an empty last piece of a stream as a turn of its own, and the API refuses a message without anything.
    return message['content'] === '' && message['tool_plan'] === undefined ? [] : [message];
  }
  if (turn.role === 'developer') site.log.changed(`${site.path}.role`, 'sent as a system message');
  if (turn.role === 'user' && turn.blocks.length > 0 && turn.blocks.every(isDocument))
    return [
      { role: 'user', content: writeContent(turn.blocks.map((block, index) => documentText(block, index, site))) },
    ];
  const results: JsonObject[] = [];
  const attachments: JsonObject[] = [];
  const parts: JsonObject[] = [];
  turn.blocks.forEach((block, index) => {
    const path = `${site.path}.blocks[${index}]`;
    if (block.kind !== 'tool-result') {
      parts.push(...encodeSaid(block, path, { ...site, leads: parts.length === 0 }));
      return;
    }
    const written = encodeResult(block, path, site.log);
    results.push(written.message);
    attachments.push(...written.attachments);
  });
  const role = turn.role === 'user' ? 'user' : 'system';
  const said = turn.role === 'tool' || (parts.length === 0 && turn.blocks.length > 0);
  return [
    ...results,
    ...(attachments.length === 0 ? [] : [{ role: 'user', content: attachments }]),
    ...(said ? [] : [{ role, content: writeContent(parts), ...ownMembers(turn) }]),
  ];
};

type DocumentBlock = MediaBlock & { readonly media: 'document' };

const isDocument = (block: Block): block is DocumentBlock => block.kind === 'media' && block.media === 'document';

/** A message needs words: where the user gave documents alone, they are what was said. */
const documentText = (block: DocumentBlock, index: number, { path, log }: TurnSite): JsonObject => {
  const at = `${path}.blocks[${index}]`;
  log.changed(at, 'a document alone is sent as text');
  const { title, text } = documentOf(block, at, log);
  return { type: 'text', text: [title, text].filter((words) => words !== undefined).join('\n') };
};

/** Writes one block of a prompt or of what the user said. A document goes to the request's documents. */
const encodeSaid = (
  block: Block,
  path: string,
  site: TurnSite & { readonly leads: boolean },
): readonly JsonObject[] => {
  takeMarks(block, path, site.log);
  if (block.kind !== 'media') return encodeWords(block, path, site.log);
  if (block.media === 'image') return [encodeImage(block, path, site.log)];
  if (block.media !== 'document') throw refuseMedia(block, path);
  if (!site.last || !site.leads) site.log.changed(path, 'moved to the documents of the request');
  site.documents.push(encodeDocument(block, path, site));
  return [];
};

const encodeDocument = (block: MediaBlock, path: string, site: TurnSite): Json => {
  const kept = ownDocument(block);
  if (kept !== undefined) return kept;
  if (block.citable !== true) site.log.changed(`${path}.citable`, 'every document may be cited here');
  return { id: documentId(block, site.documents.length), data: documentOf(block, path, site.log) };
};

/** Tool messages hold texts and documents; pictures follow in a message of the user. */
const encodeResult = (
  block: ToolResultBlock,
  path: string,
  log: LossLog,
): { readonly message: JsonObject; readonly attachments: readonly JsonObject[] } => {
  const parts: JsonObject[] = [];
  const images: JsonObject[] = [];
  block.blocks.forEach((inner, index) => {
    const at = `${path}.blocks[${index}]`;
    takeMarks(inner, at, log);
    if (inner.kind !== 'media') parts.push(...encodeWords(inner, at, log));
    else if (inner.media === 'document') parts.push(resultDocument(inner, at, log));
    else if (inner.media === 'image') images.push(encodeImage(inner, at, log));
    else throw refuseMedia(inner, at);
  });
  if (block.failed) log.changed(`${path}.failed`, 'a failed tool result is written as its text');
  if (images.length > 0) log.changed(`${path}.blocks`, 'pictures of a tool result are written as a user message');
  takeMarks(block, path, log);
  const label = { type: 'text', text: `Content of the tool result ${block.callId}:` };
  return {
    message: { role: 'tool', tool_call_id: block.callId, content: writeContent(parts), ...ownMembers(block) },
    attachments: images.length === 0 ? [] : [label, ...images],
  };
};

const resultDocument = (block: MediaBlock, path: string, log: LossLog): JsonObject => ({
  type: 'document',
  document: ownDocument(block) ?? { data: documentOf(block, path, log) },
});
