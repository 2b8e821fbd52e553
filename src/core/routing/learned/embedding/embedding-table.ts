import { isObject, type JsonObject } from '../../../json/json.ts';

/** A table of word pieces with one vector each: its row times its scale. Rows from `vocabulary.size` on are hash buckets. */
export interface EmbeddingTable {
  readonly dimensions: number;
  readonly buckets: number;
  readonly mostWordCharacters: number;
  readonly mostTokens: number;
  readonly mostCharacters: number;
  readonly pieces: ReadonlyMap<string, number>;
  readonly scales: Float32Array;
  readonly rows: Int8Array;
}

/** Reads the header and the one file that go together. Throws an `Error` that says what does not fit. */
export const readEmbeddingTable = (header: JsonObject, file: Uint8Array): EmbeddingTable => {
  if (header['format'] !== 'sluice-static-embedding' || header['version'] !== 1)
    throw new Error('The embedding table has a format this version cannot read.');
  const whole = (name: string): number => {
    const value = header[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0)
      throw new Error(`The embedding table's "${name}" must be a positive whole number.`);
    return value;
  };
  const dimensions = whole('dim');
  const rows = whole('rows');
  const section = (name: string): Uint8Array => sectionOf(header, file, name);
  const vocabulary = new TextDecoder().decode(section('vocab')).split('\n');
  const scales = section('scale');
  const values = section('rows');
  if (
    vocabulary.length + whole('buckets') !== rows ||
    scales.length !== rows * 4 ||
    values.length !== rows * dimensions
  )
    throw new Error('The sections of the embedding table do not have the lengths its header says.');
  return {
    dimensions,
    buckets: whole('buckets'),
    mostWordCharacters: whole('max_word'),
    mostTokens: whole('max_tokens'),
    mostCharacters: whole('max_chars'),
    pieces: new Map(vocabulary.map((piece, index) => [piece, index])),
    // Copied, so that they stand at a multiple of four.
    scales: new Float32Array(new Uint8Array(scales).buffer),
    rows: new Int8Array(values.buffer, values.byteOffset, values.length),
  };
};

const sectionOf = (header: JsonObject, file: Uint8Array, name: string): Uint8Array => {
  const sections = header['sections'];
  const section = isObject(sections) ? sections[name] : undefined;
  const offset = isObject(section) ? section['offset'] : undefined;
  const bytes = isObject(section) ? section['bytes'] : undefined;
  if (typeof offset !== 'number' || typeof bytes !== 'number' || !(offset >= 0) || !(offset + bytes <= file.length))
    throw new Error(`The section "${name}" of the embedding table is missing or reaches beyond the file.`);
  return file.subarray(offset, offset + bytes);
};
