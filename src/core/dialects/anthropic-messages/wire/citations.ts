import type { Citation, DocumentLocation } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import { own } from './dialect-name.ts';

/** The wire's names of a place in a document. Pages count from 1, the rest from 0; the end is not part of the range. */
const places = {
  char_location: { unit: 'char', start: 'start_char_index', end: 'end_char_index' },
  page_location: { unit: 'page', start: 'start_page_number', end: 'end_page_number' },
  content_block_location: { unit: 'block', start: 'start_block_index', end: 'end_block_index' },
} as const;

const placeOf = (type: string | undefined): (typeof places)[keyof typeof places] | undefined =>
  type !== undefined && Object.hasOwn(places, type) ? places[type as keyof typeof places] : undefined;

export const decodeCitation = (value: Json): Citation => {
  const wire = { dialect: own, value } as const;
  const citedText = stringAt(value, 'cited_text');
  const title = stringAt(value, 'document_title') ?? stringAt(value, 'title');
  const said = {
    ...(citedText === undefined ? {} : { citedText }),
    ...(title === undefined ? {} : { title }),
    wire,
  };
  const url = urlOf(value);
  if (url !== undefined) return { kind: 'url', url, ...said };
  const documentIndex = numberAt(value, 'document_index');
  if (documentIndex === undefined) return { kind: 'other', ...said };
  const location = decodeLocation(value);
  return { kind: 'document', documentIndex, ...(location === undefined ? {} : { location }), ...said };
};

/** The citations of a text block; undefined for null, an empty list and anything else that is none. */
export const decodeCitations = (value: Json | undefined): readonly Citation[] | undefined =>
  isArray(value) && value.length > 0 ? value.map(decodeCitation) : undefined;

const urlOf = (value: Json): string | undefined => {
  const type = stringAt(value, 'type');
  if (type === 'web_search_result_location') return stringAt(value, 'url');
  const source = type === 'search_result_location' ? stringAt(value, 'source') : undefined;
  return source !== undefined && /^https?:\/\//.test(source) ? source : undefined;
};

const decodeLocation = (value: Json): DocumentLocation | undefined => {
  const place = placeOf(stringAt(value, 'type'));
  if (place === undefined) return undefined;
  const start = numberAt(value, place.start);
  const end = numberAt(value, place.end);
  return start === undefined || end === undefined ? undefined : { unit: place.unit, start, end };
};

/** The citation as this dialect wrote it; undefined for one that comes from another dialect. */
export const ownCitation = (citation: Citation): JsonObject | undefined =>
  citation.wire?.dialect === own && isObject(citation.wire.value) ? citation.wire.value : undefined;

/** A citation for an answer; undefined when this dialect has no way to say it. */
export const encodeCitation = (citation: Citation): JsonObject | undefined => {
  const kept = ownCitation(citation);
  if (kept !== undefined) return kept;
  const cited_text = citation.citedText ?? '';
  const title = citation.title ?? null;
  if (citation.kind === 'url')
    return { type: 'web_search_result_location', cited_text, url: citation.url, title, encrypted_index: '' };
  if (citation.kind !== 'document' || citation.location === undefined) return undefined;
  const { unit, start, end } = citation.location;
  const [type, place] = Object.entries(places).find(([, known]) => known.unit === unit) ?? [];
  if (type === undefined || place === undefined) return undefined;
  const document = { document_index: citation.documentIndex, document_title: title };
  return { type, cited_text, ...document, [place.start]: start, [place.end]: end };
};
