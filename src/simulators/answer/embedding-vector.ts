/** Length of a vector when the request names none. */
export const defaultDimensions = 256;

/** A small hash (FNV-1a) as the seed: the same text always gets the same vector. */
const seedOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};

/** A unit vector made from the text alone. Values are exact 32-bit floats, so that base64 and number lists carry the same. */
export const embeddingVector = (text: string, dimensions: number): Float32Array => {
  const vector = new Float32Array(dimensions);
  let state = seedOf(text);
  let squares = 0;
  for (let index = 0; index < dimensions; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const value = state / 0xffffffff - 0.5;
    vector[index] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares) || 1;
  return vector.map((value) => value / length);
};
