import type { MediaBlock } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { metaOf, ownMeta } from './own.ts';

/**
 * Reads a document: a string, or `{id?, data}` whose data are members of any name. What is not text or title is told in lines `name: value`,
 * as the provider itself shows it to the model, and the document as it was stays in `meta`.
 */
export const readDocument = (wire: Json): MediaBlock => {
  const data = objectAt(wire, 'data');
  const title = stringAt(data, 'title');
  const text = typeof wire === 'string' ? wire : wordsOf(data ?? (isObject(wire) ? wire : {}));
  return {
    kind: 'media',
    media: 'document',
    mimeType: 'text/plain',
    source: { kind: 'text', text },
    ...(title === undefined ? {} : { title }),
    citable: true,
    ...metaOf({ document: wire }),
  };
};

const wordsOf = (data: JsonObject): string => {
  const others = Object.entries(data).filter(([name, value]) => name !== 'title' && value !== undefined);
  const [only] = others;
  if (others.length === 1 && only !== undefined && typeof only[1] === 'string' && textNames.has(only[0]))
    return only[1];
  return others
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
};

/** Members that are the text itself and need no name before them. */
const textNames: ReadonlySet<string> = new Set(['text', 'snippet']);

/** The document as its client wrote it; undefined for one that came by another dialect. */
export const ownDocument = (block: MediaBlock): Json | undefined => ownMeta(block)?.['document'];

/** A document's id among the `index + 1` first of its request. */
export const documentId = (block: MediaBlock, index: number): string =>
  stringAt(ownDocument(block), 'id') ?? `doc:${index}`;

/** Text and title as the data of a document. */
export const documentData = (text: string, block: MediaBlock): JsonObject => {
  const title = block.title ?? block.filename;
  return { ...(title === undefined ? {} : { title }), text };
};
