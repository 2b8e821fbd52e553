import type { Citation, TextBlock } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { own } from './own.ts';

const surrogate = /[\ud800-\udfff]/;

/** Offsets on this wire count code points, ours UTF-16 units. They differ only in texts that hold characters of two units. */
const toUnits = (text: string, points: number): number =>
  surrogate.test(text) ? Array.from(text).slice(0, points).join('').length : points;

const toPoints = (text: string, units: number): number =>
  surrogate.test(text) ? Array.from(text.slice(0, units)).length : units;

/** Reads one citation of `text`: one of ours for each source, since each of ours has one. */
export const readCitation = (value: JsonObject, text: string): readonly Citation[] => {
  const start = numberAt(value, 'start');
  const end = numberAt(value, 'end');
  const place = {
    ...(start === undefined ? {} : { start: toUnits(text, start) }),
    ...(end === undefined ? {} : { end: toUnits(text, end) }),
    wire: { dialect: own, value },
  };
  const sources = arrayAt(value, 'sources');
  if (sources.length === 0) return [{ kind: 'other', ...place }];
  return sources.map((source) => ({ ...readSource(source), ...place }));
};

const readSource = (source: Json): Citation => {
  const document = objectAt(source, 'document');
  const title = stringAt(document, 'title');
  const text = stringAt(document, 'text') ?? stringAt(document, 'snippet');
  const said = { ...(title === undefined ? {} : { title }), ...(text === undefined ? {} : { citedText: text }) };
  const url = stringAt(document, 'url');
  if (url !== undefined && /^https?:\/\//.test(url)) return { kind: 'url', url, ...said };
  const number = /^doc:(\d+)$/.exec(stringAt(source, 'id') ?? '')?.[1];
  if (stringAt(source, 'type') !== 'document' || number === undefined) return { kind: 'other', ...said };
  // The provider names the document, not the place in it: that is all of its text.
  const location = text === undefined ? {} : { location: { unit: 'char', start: 0, end: text.length } as const };
  return { kind: 'document', documentIndex: Number(number), ...location, ...said };
};

/** How a citation's document is called: by the client's own id where it gave one. */
export type DocumentNames = (index: number) => string;

/**
 * Writes the citations of a text block, `undefined` in the place of one that cannot be said. One of this dialect is written once, although it
 * is read as one for each of its sources.
 */
export const writeCitations = (
  block: Pick<TextBlock, 'text' | 'citations'>,
  contentIndex: number,
  names: DocumentNames,
): readonly (JsonObject | undefined)[] => {
  let last = '';
  return (block.citations ?? []).flatMap((citation) => {
    const kept = ownCitation(citation);
    if (kept === undefined) return [writeCitation(citation, { text: block.text, contentIndex, names })];
    const words = JSON.stringify(kept);
    if (words === last) return [];
    last = words;
    return [kept];
  });
};

/** The citation as this dialect wrote it; undefined for one of another dialect. */
export const ownCitation = (citation: Citation): JsonObject | undefined =>
  citation.wire?.dialect === own && isObject(citation.wire.value) ? citation.wire.value : undefined;

interface CitedText {
  readonly text: string;
  readonly contentIndex: number;
  readonly names: DocumentNames;
}

const writeCitation = (citation: Citation, { text, contentIndex, names }: CitedText): JsonObject | undefined => {
  const source = writeSource(citation, names);
  if (source === undefined) return undefined;
  const start = citation.start ?? 0;
  const end = citation.end ?? text.length;
  return {
    start: toPoints(text, start),
    end: toPoints(text, end),
    text: text.slice(start, end),
    sources: [source],
    ...(contentIndex === 0 ? {} : { content_index: contentIndex }),
    type: 'TEXT_CONTENT',
  };
};

const writeSource = (citation: Citation, names: DocumentNames): JsonObject | undefined => {
  const said = {
    ...(citation.title === undefined ? {} : { title: citation.title }),
    ...(citation.citedText === undefined ? {} : { text: citation.citedText }),
  };
  const document = (id: string, more: JsonObject = {}): JsonObject => ({
    type: 'document',
    id,
    document: { id, ...more, ...said },
  });
  switch (citation.kind) {
    case 'url':
      return document(citation.url, { url: citation.url });
    case 'document':
      return document(names(citation.documentIndex));
    case 'file':
      return document(citation.fileId);
    case 'other':
      return undefined;
  }
};
