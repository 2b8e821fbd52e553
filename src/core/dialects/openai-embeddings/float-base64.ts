import type { EmbeddingVector } from '../../ir/index.ts';

/** Numbers as base64 of little-endian 32-bit floats, the way OpenAI writes `encoding_format: base64`. */
export const floatsToBase64 = (values: readonly number[]): string => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  return btoa(binaryOf(new Uint8Array(view.buffer)));
};

/**
 * The numbers of a base64 vector; undefined when the text is not base64. A vector of `dimensions` bytes holds one signed byte a number (hosts
 * that quantise); any other holds little-endian 32-bit floats.
 */
export const floatsFromBase64 = (data: string, dimensions?: number): readonly number[] | undefined => {
  const binary = decode(data);
  if (binary === undefined) return undefined;
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (bytes.length === dimensions) return Array.from(new Int8Array(bytes.buffer));
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
};

/** A vector's numbers, whichever way it came. Undefined when it cannot be read. */
export const vectorValues = (vector: EmbeddingVector, dimensions?: number): readonly number[] | undefined =>
  vector.kind === 'float' ? vector.values : floatsFromBase64(vector.data, dimensions);

/** Written in slices, since one call takes only so many arguments. */
const binaryOf = (bytes: Uint8Array): string => {
  const slices: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192)
    slices.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  return slices.join('');
};

const decode = (data: string): string | undefined => {
  try {
    return atob(data);
  } catch {
    return undefined;
  }
};
