/** Words and pairs of words that follow each other, as buckets with weights; the squares of the weights add up to 1. */
export interface WordVector {
  readonly buckets: Uint32Array;
  readonly weights: Float32Array;
}

const bucketCount = 2 ** 18;
const mostWords = 700;

/** Turns prompts into vectors, rare words counting for more. Learned once on a set of prompts. */
export class WordVectors {
  readonly #rarity: Float32Array;

  constructor(prompts: readonly string[]) {
    const seen = new Uint32Array(bucketCount);
    for (const prompt of prompts)
      for (const bucket of new Set(bucketsOf(prompt))) seen[bucket] = (seen[bucket] ?? 0) + 1;
    this.#rarity = Float32Array.from(seen, (count) => Math.log((1 + prompts.length) / (1 + count)) + 1);
  }

  vector(prompt: string): WordVector {
    const counts = new Map<number, number>();
    for (const bucket of bucketsOf(prompt)) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    const buckets = Uint32Array.from([...counts.keys()].toSorted((one, other) => one - other));
    const weights = Float32Array.from(
      buckets,
      (bucket) => (1 + Math.log(counts.get(bucket) ?? 1)) * (this.#rarity[bucket] ?? 1),
    );
    const length = Math.hypot(...weights) || 1;
    return { buckets, weights: weights.map((weight) => weight / length) };
  }
}

const bucketsOf = (prompt: string): readonly number[] => {
  const words = wordsOf(prompt).slice(-mostWords);
  return words.flatMap((word, index) => {
    const before = words[index - 1];
    return before === undefined ? [bucketOf(word)] : [bucketOf(word), bucketOf(`${before} ${word}`)];
  });
};

/** Letters and digits of any script, lower-case; scripts without spaces between words are cut into letters. */
export const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu) ??
  [];

const bucketOf = (text: string): number => hashOf(text) % bucketCount;

/** FNV-1a, finished so that all bits depend on all letters. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  return (hash ^ (hash >>> 15)) >>> 0;
};
