import { isObject, type JsonObject } from '../../../json/json.ts';

/** Arrays of an artefact by name. */
export type Sections = Readonly<Record<string, Float32Array | Float64Array | Int32Array | Int16Array>>;

const magic = 'SLUICERT';
const headLength = 20;

const kinds = { f32: Float32Array, f64: Float64Array, i32: Int32Array, i16: Int16Array } as const;
type Kind = keyof typeof kinds;

const kindOf = (array: Sections[string]): Kind => {
  if (array instanceof Float32Array) return 'f32';
  if (array instanceof Float64Array) return 'f64';
  return array instanceof Int32Array ? 'i32' : 'i16';
};

/** Magic, FNV-1a of the rest, length of the header; the header as JSON; the arrays, little-endian, each at a multiple of eight. */
export const packSections = (header: JsonObject, sections: Sections): Uint8Array => {
  const list = Object.entries(sections).map(([name, array]) => ({ name, kind: kindOf(array), length: array.length }));
  const text = new TextEncoder().encode(JSON.stringify({ ...header, sections: list }));
  const start = padded(headLength + text.length);
  const total = Object.values(sections).reduce((sum, array) => sum + padded(array.byteLength), start);
  const bytes = new Uint8Array(total);
  bytes.set(new TextEncoder().encode(magic));
  bytes.set(text, headLength);
  let at = start;
  for (const array of Object.values(sections)) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += padded(array.byteLength);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(12, text.length, true);
  view.setUint32(8, checksum(bytes), true);
  return bytes;
};

/** Throws an `Error` that says what is wrong with the file. */
export const unpackSections = (bytes: Uint8Array): { readonly header: JsonObject; readonly sections: Sections } => {
  if (bytes.length < headLength || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw new Error('This is not a router artefact.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8, true) !== checksum(bytes))
    throw new Error('The router artefact is damaged: its checksum does not fit. Export it again.');
  const textLength = view.getUint32(12, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(headLength, headLength + textLength)));
  if (!isObject(header)) throw new Error('The router artefact has no header.');
  return { header, sections: readSections(header, bytes, padded(headLength + textLength)) };
};

const readSections = (header: JsonObject, bytes: Uint8Array, start: number): Sections => {
  const sections: Record<string, Sections[string]> = {};
  let at = start;
  for (const entry of Array.isArray(header['sections']) ? header['sections'] : []) {
    const { name, kind, length } = isObject(entry) ? entry : {};
    if (typeof name !== 'string' || typeof kind !== 'string' || typeof length !== 'number' || !(kind in kinds))
      throw new Error('The router artefact has a section without name, kind or length.');
    const From = kinds[kind as Kind];
    const size = length * From.BYTES_PER_ELEMENT;
    if (!(size >= 0) || at + size > bytes.length)
      throw new Error(`The section "${name}" of the router artefact reaches beyond the file.`);
    sections[name] = new From(new Uint8Array(bytes.subarray(at, at + size)).buffer);
    at += padded(size);
  }
  return sections;
};

const padded = (length: number): number => Math.ceil(length / 8) * 8;

/** Of all that stands behind the place of the checksum. */
const checksum = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (let at = 12; at < bytes.length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
};
