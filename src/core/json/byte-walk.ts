/** JSON's bytes by name. */
export const byte = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  colon: 0x3a,
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openBracket: 0x5b,
  closeBracket: 0x5d,
} as const;

/** Bytes looked at one by one before the native search takes over; most strings of a request are shorter. */
const nearBytes = 48;

/** The offset just behind the string that opens at `start` (its first quote); the input's length when it never ends. */
export const skipString = (bytes: Uint8Array, start: number): number => {
  const near = Math.min(bytes.length, start + nearBytes);
  let at = start + 1;
  while (at < near) {
    const value = bytes[at];
    if (value === byte.quote) return at + 1;
    at += value === byte.backslash ? 2 : 1;
  }
  return skipLongString(bytes, start, at);
};

const skipLongString = (bytes: Uint8Array, start: number, from: number): number => {
  let quote = bytes.indexOf(byte.quote, from);
  while (quote >= 0) {
    let backslashes = 0;
    while (quote - backslashes - 1 > start && bytes[quote - backslashes - 1] === byte.backslash) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = bytes.indexOf(byte.quote, quote + 1);
  }
  return bytes.length;
};

/** The offset of the first byte at or behind `at` that is not white space. */
export const skipSpace = (bytes: Uint8Array, at: number): number => {
  let position = at;
  while (position < bytes.length && (bytes[position] ?? 0) <= 0x20) position += 1;
  return position;
};

/** The offset just behind the value that begins at `start`. The input must be valid JSON. */
export const skipValue = (bytes: Uint8Array, start: number): number => {
  const first = bytes[start];
  if (first === byte.quote) return skipString(bytes, start);
  if (first === byte.openBrace || first === byte.openBracket) return skipContainer(bytes, start);
  let at = start;
  while (at < bytes.length && !endsScalar(bytes[at] ?? 0)) at += 1;
  return at;
};

const endsScalar = (value: number): boolean =>
  value === byte.comma || value === byte.closeBrace || value === byte.closeBracket || value <= 0x20;

const skipContainer = (bytes: Uint8Array, start: number): number => {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const value = bytes[at];
    if (value === byte.quote) {
      at = skipString(bytes, at);
      continue;
    }
    at += 1;
    if (value === byte.openBrace || value === byte.openBracket) depth += 1;
    else if (value === byte.closeBrace || value === byte.closeBracket) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return at;
};
