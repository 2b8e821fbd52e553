import type { EmbeddingTable } from './embedding-table.ts';
import { walkWords } from './word-walk.ts';

/** Words whose pieces are remembered; traffic repeats its words. */
const mostRemembered = 20_000;

/**
 * Meaning of a text as a sum of its word pieces' vectors. Far weaker than a transformer and about a thousand times faster: it tells topics apart and
 * knows a paraphrase, it cannot tell that two questions have the same answer.
 */
export class StaticEmbedding {
  readonly #table: EmbeddingTable;
  readonly #remembered = new Map<string, readonly number[]>();

  constructor(table: EmbeddingTable) {
    this.#table = table;
  }

  get dimensions(): number {
    return this.#table.dimensions;
  }

  /** Length 1, or zeros for a text without a word. */
  embed(text: string): Float32Array {
    const { dimensions, rows, scales } = this.#table;
    const sum = new Float32Array(dimensions);
    for (const id of this.tokens(text)) {
      const scale = scales[id] ?? 0;
      const row = rows.subarray(id * dimensions, (id + 1) * dimensions);
      for (let at = 0; at < dimensions; at += 1) sum[at] = (sum[at] ?? 0) + scale * (row[at] ?? 0);
    }
    return normalise(sum);
  }

  /** Share of a text's tokens that the vocabulary knows: below 0.7 its vector says little. */
  known(text: string): number {
    const ids = this.tokens(text);
    if (ids.length === 0) return 0;
    return ids.filter((id) => id < this.#table.pieces.size).length / ids.length;
  }

  tokens(text: string): readonly number[] {
    const { mostCharacters, mostTokens } = this.#table;
    const ids: number[] = [];
    walkWords(text, mostCharacters, (word) => {
      for (const id of this.#piecesOf(word)) ids.push(id);
      return ids.length < mostTokens;
    });
    if (ids.length > mostTokens) ids.length = mostTokens;
    return ids;
  }

  #piecesOf(word: string): readonly number[] {
    const known = this.#remembered.get(word);
    if (known !== undefined) return known;
    const pieces = longestPieces(word, this.#table) ?? bucketsOf(word, this.#table);
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(word, pieces);
    return pieces;
  }
}

const normalise = (vector: Float32Array): Float32Array => {
  let square = 0;
  for (const value of vector) square += value * value;
  if (!(square > 0)) return vector;
  const factor = 1 / Math.sqrt(square);
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * factor;
  return vector;
};

/** The longest piece from the left, then the longest of what is left; undefined when at some place none fits. */
const longestPieces = (word: string, { pieces, mostWordCharacters }: EmbeddingTable): readonly number[] | undefined => {
  const whole = pieces.get(word);
  if (whole !== undefined && word.length <= mostWordCharacters) return [whole];
  if (word.length > mostWordCharacters && [...word].length > mostWordCharacters) return undefined;
  const found: number[] = [];
  let start = 0;
  while (start < word.length) {
    let end = word.length;
    let piece: number | undefined;
    for (; end > start; end -= 1) {
      piece = pieces.get(start === 0 ? word.slice(0, end) : `##${word.slice(start, end)}`);
      if (piece !== undefined) break;
    }
    if (piece === undefined) return undefined;
    found.push(piece);
    start = end;
  }
  return found;
};

/** A word the vocabulary cannot spell: pairs of its first 32 code points, hashed. */
const bucketsOf = (word: string, { pieces, buckets }: EmbeddingTable): readonly number[] => {
  const letters = [...word].slice(0, 32);
  const grams = letters.length === 1 ? letters : letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
  return grams.map((gram) => pieces.size + (fnv1a(gram) % buckets));
};

const encoder = new TextEncoder();

const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
};
