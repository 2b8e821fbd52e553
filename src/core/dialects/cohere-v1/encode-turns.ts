import { unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { Block, MediaBlock, ToolResultBlock, Turn } from '../../ir/index.ts';
import { isObject, type Json, type JsonObject, objectAt } from '../../json/json.ts';
import { documentOf, takeMarks } from '../cohere/upstream/encode-part.ts';
import { documentId, ownDocument } from '../cohere/wire/documents.ts';
import type { LossLog } from '../loss-log.ts';
import { ownMeta } from './own.ts';
import { callsOf, textOf, writeHistory, writeResults } from './write-history.ts';

/** Turns as the members that hold them: `preamble`, `chat_history`, `message`, `tool_results`, `documents`. */
export const encodeTurns = (given: readonly Turn[], log: LossLog): JsonObject => {
  const documents: Json[] = [];
  const turns = given.map((turn, place) => ({
    ...turn,
    blocks: sayable(turn, { path: `turns[${place}]`, log, documents, last: isLast(given, place) }),
  }));
  const leads = turns[0];
  const preamble = leads !== undefined && isPrompt(leads) && ownMeta(leads)?.['role'] === undefined ? 1 : 0;
  const now = saidNow(turns.slice(preamble), preamble, log);
  return {
    ...(preamble === 0 || leads === undefined ? {} : { preamble: textOf(leads) }),
    ...(now.before.length === 0 ? {} : { chat_history: writeHistory(now.before) }),
    message: now.user === undefined ? '' : textOf(now.user),
    ...(now.results === undefined ? {} : { tool_results: writeResults(now.results, callsOf(turns)) }),
    ...(documents.length === 0 ? {} : { documents }),
  };
};

const isPrompt = ({ role }: Turn): boolean => role === 'system' || role === 'developer';

const isLast = (turns: readonly Turn[], place: number): boolean =>
  place === turns.findLastIndex((turn) => turn.role === 'user');

interface SaidNow {
  readonly before: readonly Turn[];
  readonly user?: Turn;
  readonly results?: Turn;
}

/** Splits off what is said now: the user's last words, or what tools answered. */
const saidNow = (turns: readonly Turn[], offset: number, log: LossLog): SaidNow => {
  const at = turns.findLastIndex((turn) => !isPrompt(turn));
  const last = turns[at];
  const later = turns.slice(at + 1);
  for (const index of later.keys())
    log.changed(`turns[${offset + at + 1 + index}]`, 'a prompt at the end is told before what is said now');
  const before = [...turns.slice(0, Math.max(at, 0)), ...later];
  if (last?.role === 'user' && textOf(last) === '')
    throw unsupportedByTarget('turns', 'this interface needs words of the user.');
  if (last?.role === 'user') return { before, user: last };
  if (last?.role !== 'tool')
    throw unsupportedByTarget('turns', 'this interface answers a message of the user or results of tools.');
  const [user, model] = turns.slice(-3);
  const implied = at === turns.length - 1 && model !== undefined && ownMeta(model)?.['implied'] === true;
  return implied && user?.role === 'user'
    ? { before: turns.slice(0, -3), user, results: last }
    : { before, results: last };
};

interface TurnSite {
  readonly path: string;
  readonly log: LossLog;
  readonly documents: Json[];
  /** Whether documents are read back to this place: before what the user said last. */
  readonly last: boolean;
}

/** The blocks of a turn that this interface has words for. Documents go to the request's. */
const sayable = (turn: Turn, site: TurnSite): readonly Block[] => {
  const { path, log } = site;
  if (turn.name !== undefined) log.dropped(`${path}.name`);
  if (turn.role === 'developer') log.changed(`${path}.role`, 'sent as a system message');
  if (severalTexts(turn.blocks)) log.changed(`${path}.blocks`, 'several texts are sent as one, as paragraphs');
  const alone = turn.role === 'user' && turn.blocks.length > 0 && turn.blocks.every((block) => block.kind === 'media');
  let leads = true;
  return turn.blocks.flatMap((block, index): readonly Block[] => {
    const at = `${path}.blocks[${index}]`;
    takeMarks(block, at, log);
    leads &&= block.kind === 'media';
    if (block.kind !== 'media') return sayableBlock(block, at, log);
    return alone ? [documentWords(block, at, log)] : moveDocument(block, at, { ...site, last: site.last && leads });
  });
};

/** Texts become one, and words behind calls stand before them. */
const severalTexts = (blocks: readonly Block[]): boolean => {
  const words = blocks.filter(({ kind }) => kind === 'text' || kind === 'refusal');
  const firstCall = blocks.findIndex(({ kind }) => kind === 'tool-call');
  const lastWord = blocks.findLastIndex(({ kind }) => kind === 'text' || kind === 'refusal');
  return words.length > 1 || (firstCall >= 0 && lastWord > firstCall);
};

const sayableBlock = (block: Exclude<Block, MediaBlock>, path: string, log: LossLog): readonly Block[] => {
  switch (block.kind) {
    case 'text':
      if ((block.citations?.length ?? 0) > 0) log.dropped(`${path}.citations`, 'citations cannot be sent back');
      return [block];
    case 'tool-call':
      return [block];
    case 'refusal':
      log.changed(path, 'a refusal is sent as text');
      return [block];
    case 'tool-result':
      return [sayableResult(block, path, log)];
    case 'thinking':
      log.dropped(path, 'this interface has no thoughts');
      return [];
    case 'opaque':
      log.dropped(path, `a ${block.type} block only its own provider understands`);
      return [];
  }
};

/** A message needs words: where the user gave documents alone, they are what was said. */
const documentWords = (block: MediaBlock, path: string, log: LossLog): Block => {
  if (block.media !== 'document') throw refuse(block, path);
  log.changed(path, 'a document alone is sent as text');
  const { title, text } = documentOf(block, path, log);
  return { kind: 'text', text: [title, text].filter((words) => typeof words === 'string').join('\n') };
};

const moveDocument = (block: MediaBlock, path: string, site: TurnSite): readonly Block[] => {
  if (block.media !== 'document') throw refuse(block, path);
  if (!site.last) site.log.changed(path, 'moved to the documents of the request');
  site.documents.push(writeDocument(block, path, site));
  return [];
};

const refuse = (block: MediaBlock, path: string) =>
  unsupportedByTarget(path, `this interface takes texts, not ${block.media}. Use the newer interface for pictures.`);

/** Members of a document stand side by side here. */
const writeDocument = (block: MediaBlock, path: string, { log, documents }: TurnSite): Json => {
  const kept = ownDocument(block);
  if (kept !== undefined) return isObject(kept) ? flat(kept) : { text: kept };
  if (block.citable !== true) log.changed(`${path}.citable`, 'every document may be cited here');
  const id = documentId(block, documents.length).replace(/^doc:/, 'doc_');
  return { id, ...documentOf(block, path, log) };
};

const flat = ({ id, data, ...others }: JsonObject): JsonObject => ({
  ...(id === undefined ? {} : { id }),
  ...objectAt({ data }, 'data'),
  ...others,
});

const sayableResult = (block: ToolResultBlock, path: string, log: LossLog): ToolResultBlock => {
  if (severalTexts(block.blocks)) log.changed(`${path}.blocks`, 'several texts are sent as one, as paragraphs');
  if (block.failed) log.changed(`${path}.failed`, 'a failed tool result is written as its text');
  const blocks = block.blocks.flatMap((inner, index): readonly Block[] => {
    const at = `${path}.blocks[${index}]`;
    takeMarks(inner, at, log);
    if (inner.kind === 'text') return [inner];
    if (inner.kind !== 'media') {
      log.dropped(at, `a ${inner.kind} block here`);
      return [];
    }
    if (inner.media !== 'document') throw refuse(inner, at);
    const { title, text } = documentOf(inner, at, log);
    return [{ kind: 'text', text: [title, text].filter((words) => typeof words === 'string').join('\n') }];
  });
  return { ...block, blocks };
};
