import type { Citation } from '../../../ir/index.ts';
import { arrayAt, isNumber, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import { utf8Offset, utf16Offset } from './text-offsets.ts';

/** A citation with the place of its text block among the text blocks of the candidate. */
export interface PlacedCitation {
  readonly textIndex: number;
  readonly citation: Citation;
}

/**
 * Reads the citations of a candidate: `groundingMetadata` (search, maps, files) and `citationMetadata` (recitation). Offsets count bytes of
 * the candidate's text, all text parts joined; those of a `partIndex` count from that part.
 */
export const decodeCitations = (candidate: JsonObject, texts: readonly string[]): readonly PlacedCitation[] => {
  const place = placer(texts);
  const grounding = objectAt(candidate, 'groundingMetadata');
  const chunks = arrayAt(grounding, 'groundingChunks').map(readChunk);
  const supports = arrayAt(grounding, 'groundingSupports');
  const grounded = supports.flatMap((support) => {
    const segment = objectAt(support, 'segment') ?? {};
    const indices = arrayAt(support, 'groundingChunkIndices').filter(isNumber);
    return indices.flatMap((index) => {
      const chunk = chunks[index];
      return chunk === undefined ? [] : [place(segment, withText(chunk, segment))];
    });
  });
  // Sources that support no part of the text in particular.
  const sources =
    supports.length > 0 || texts.length === 0 ? [] : chunks.map((citation) => ({ textIndex: 0, citation }));
  const recited = [
    ...arrayAt(candidate['citationMetadata'], 'citationSources'),
    ...arrayAt(candidate['citationMetadata'], 'citations'),
  ].map((source) => place(source as JsonObject, readSource(source)));
  return [...grounded, ...sources, ...recited].filter(({ textIndex }) => textIndex < texts.length);
};

/** A source without a text of its own is cited for what the answer says. */
const withText = (citation: Citation, segment: JsonObject): Citation => {
  const citedText = citation.citedText ?? stringAt(segment, 'text');
  return citedText === undefined ? citation : { ...citation, citedText };
};

const placer = (texts: readonly string[]) => {
  const converters = new Map<string, (byteOffset: number) => number>();
  const convert = (text: string): ((byteOffset: number) => number) => {
    const known = converters.get(text) ?? utf16Offset(text);
    converters.set(text, known);
    return known;
  };
  return (segment: JsonObject, citation: Citation): PlacedCitation => {
    const part = numberAt(segment, 'partIndex') ?? 0;
    const endByte = numberAt(segment, 'endIndex');
    if (endByte === undefined) return { textIndex: part, citation };
    const toOffset = convert(part === 0 ? texts.join('') : (texts[part] ?? ''));
    const start = toOffset(numberAt(segment, 'startIndex') ?? 0);
    const end = toOffset(endByte);
    if (part > 0) return { textIndex: part, citation: { ...citation, start, end } };
    const { textIndex, before } = blockAt(texts, start);
    return { textIndex, citation: { ...citation, start: start - before, end: end - before } };
  };
};

/** The block that holds an offset of the joined text, and the length of the text before it. */
const blockAt = (texts: readonly string[], offset: number): { readonly textIndex: number; readonly before: number } => {
  let before = 0;
  for (const [textIndex, text] of texts.entries()) {
    if (offset < before + text.length || textIndex === texts.length - 1) return { textIndex, before };
    before += text.length;
  }
  return { textIndex: 0, before: 0 };
};

/** A chunk holds one source under the name of its kind: `web`, `maps`, `retrievedContext`. */
const readChunk = (chunk: Json): Citation => {
  const source = objectAt(chunk, 'web') ?? objectAt(chunk, 'retrievedContext') ?? objectAt(chunk, 'maps') ?? {};
  const title = stringAt(source, 'title');
  const citedText = stringAt(source, 'text');
  return {
    ...kindOf(stringAt(source, 'uri')),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
    wire: { dialect: 'gemini', value: chunk },
  };
};

const readSource = (source: Json): Citation => {
  const title = stringAt(source, 'title');
  return {
    ...kindOf(stringAt(source, 'uri')),
    ...(title === undefined ? {} : { title }),
    wire: { dialect: 'gemini', value: source },
  };
};

const kindOf = (
  url: string | undefined,
): { readonly kind: 'url'; readonly url: string } | { readonly kind: 'other' } =>
  url === undefined ? { kind: 'other' } : { kind: 'url', url };

/** A text block's text and citations, in the order of the answer. */
export interface CitedText {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** Writes citations of web pages as `groundingMetadata`; undefined when there is none. */
export const encodeCitations = (blocks: readonly CitedText[]): JsonObject | undefined => {
  const chunks: JsonObject[] = [];
  const known = new Map<string, number>();
  const supports: JsonObject[] = [];
  const text = blocks.map((block) => block.text).join('');
  const toBytes = utf8Offset(text);
  let before = 0;
  for (const block of blocks) {
    for (const citation of block.citations) {
      if (citation.kind !== 'url') continue;
      const chunk = { web: { uri: citation.url, ...(citation.title === undefined ? {} : { title: citation.title }) } };
      const key = JSON.stringify(chunk);
      const index = known.get(key) ?? chunks.push(chunk) - 1;
      known.set(key, index);
      const start = before + (citation.start ?? 0);
      const end = before + (citation.end ?? block.text.length);
      supports.push({
        segment: { startIndex: toBytes(start), endIndex: toBytes(end), text: text.slice(start, end) },
        groundingChunkIndices: [index],
      });
    }
    before += block.text.length;
  }
  return chunks.length === 0 ? undefined : { groundingChunks: chunks, groundingSupports: supports };
};
