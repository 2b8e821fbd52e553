import type { Citation, DocumentLocation } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { own } from './dialect-name.ts';

/** The wire's names of a place in a document. */
const places = { documentChar: 'char', documentPage: 'page', documentChunk: 'block' } as const;

export const decodeCitation = (value: Json): Citation => {
  const citedText = arrayAt(value, 'sourceContent')
    .map((part) => stringAt(part, 'text') ?? '')
    .join('');
  const title = stringAt(value, 'title');
  const said = {
    ...(citedText === '' ? {} : { citedText }),
    ...(title === undefined ? {} : { title }),
    wire: { dialect: own, value },
  } as const;
  const location = objectAt(value, 'location');
  const url = stringAt(location?.['web'], 'url');
  if (url !== undefined) return { kind: 'url', url, ...said };
  for (const [name, unit] of Object.entries(places)) {
    const place = objectAt(location, name);
    const documentIndex = numberAt(place, 'documentIndex');
    if (documentIndex === undefined) continue;
    const range = decodeRange(place, unit);
    return { kind: 'document', documentIndex, ...(range === undefined ? {} : { location: range }), ...said };
  }
  return { kind: 'other', ...said };
};

const decodeRange = (place: JsonObject | undefined, unit: DocumentLocation['unit']): DocumentLocation | undefined => {
  const start = numberAt(place, 'start');
  const end = numberAt(place, 'end');
  return start === undefined || end === undefined ? undefined : { unit, start, end };
};

/** The citation as this dialect wrote it; undefined for one that comes from another dialect. */
export const ownCitation = (citation: Citation): JsonObject | undefined =>
  citation.wire?.dialect === own && isObject(citation.wire.value) ? citation.wire.value : undefined;

/** A citation for an answer; undefined when this dialect has no way to say it. */
export const encodeCitation = (citation: Citation): JsonObject | undefined => {
  const kept = ownCitation(citation);
  if (kept !== undefined) return kept;
  const location = encodeLocation(citation);
  if (location === undefined) return undefined;
  return {
    ...(citation.title === undefined ? {} : { title: citation.title }),
    sourceContent: citation.citedText === undefined ? [] : [{ text: citation.citedText }],
    location,
  };
};

const encodeLocation = (citation: Citation): JsonObject | undefined => {
  if (citation.kind === 'url') return { web: { url: citation.url, domain: domainOf(citation.url) } };
  if (citation.kind !== 'document') return undefined;
  const { documentIndex, location } = citation;
  if (location === undefined) return { documentChar: { documentIndex } };
  const [name] = Object.entries(places).find(([, unit]) => unit === location.unit) ?? ['documentChar'];
  return { [name]: { documentIndex, start: location.start, end: location.end } };
};

const domainOf = (url: string): string => /^[a-z]+:\/\/([^/?#:]+)/i.exec(url)?.[1] ?? '';
