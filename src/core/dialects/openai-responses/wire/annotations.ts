import type { Citation } from '../../../ir/index.ts';
import { type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import { own } from './own.ts';

/** An annotation of an answer's text: a web page, a file, or a kind this code does not know (kept whole in `wire`). */
export const decodeAnnotation = (annotation: Json): Citation => {
  const start = numberAt(annotation, 'start_index');
  const end = numberAt(annotation, 'end_index');
  const title = stringAt(annotation, 'title') ?? stringAt(annotation, 'filename');
  const place = {
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(title === undefined ? {} : { title }),
    wire: { dialect: own, value: annotation },
  };
  const url = stringAt(annotation, 'url');
  if (url !== undefined) return { kind: 'url', url, ...place };
  const fileId = stringAt(annotation, 'file_id');
  return fileId === undefined ? { kind: 'other', ...place } : { kind: 'file', fileId, ...place };
};

/**
 * A citation as an annotation; undefined when this wire has no such kind (a passage of a document in the request). A citation without a place
 * covers the text so far: clients require the offsets.
 */
export const encodeAnnotation = (citation: Citation, textLength: number): Json | undefined => {
  if (citation.wire?.dialect === own) return citation.wire.value;
  switch (citation.kind) {
    case 'url':
      return {
        type: 'url_citation',
        start_index: citation.start ?? 0,
        end_index: citation.end ?? textLength,
        url: citation.url,
        title: citation.title ?? '',
      };
    case 'file':
      return fileAnnotation(citation.fileId, citation, textLength);
    case 'document':
    case 'other':
      return undefined;
  }
};

const fileAnnotation = (fileId: string, citation: Citation, textLength: number): JsonObject => ({
  type: 'file_citation',
  file_id: fileId,
  filename: citation.title ?? '',
  index: citation.end ?? textLength,
});
