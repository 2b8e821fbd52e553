import type { Citation } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { own } from './own.ts';

/** Reads one entry of `annotations`. Its offsets are into the whole content; `base` is where the block it goes to begins there. */
export const readAnnotation = (entry: Json, base = 0): Citation => {
  const wire = { dialect: own, value: entry };
  const body = isObject(entry) ? (objectAt(entry, 'url_citation') ?? entry) : {};
  const url = stringAt(body, 'url');
  if (url === undefined) return { kind: 'other', wire };
  const start = numberAt(body, 'start_index');
  const end = numberAt(body, 'end_index');
  const title = stringAt(body, 'title');
  const citedText = stringAt(body, 'content');
  return {
    kind: 'url',
    url,
    ...(start === undefined ? {} : { start: start - base }),
    ...(end === undefined ? {} : { end: end - base }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
    wire,
  };
};

/** Where a text block stands in the joined text of an answer. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Writes a citation; undefined when it has no form here. Clients check `annotations` strictly, so only URL citations are written, with
 * every member, beside what came in this dialect. A citation without offsets is for its whole block.
 */
export const writeAnnotation = (citation: Citation, span: TextSpan): Json | undefined => {
  if (citation.kind !== 'url') return citation.wire?.dialect === own ? citation.wire.value : undefined;
  const { url, title, citedText, start, end } = citation;
  const body: JsonObject = {
    url,
    title: title ?? url,
    start_index: start === undefined ? span.start : span.start + start,
    end_index: end === undefined ? span.end : span.start + end,
    ...(citedText === undefined ? {} : { content: citedText }),
  };
  return { type: 'url_citation', url_citation: body };
};
