/** Whether one of the keys (`keysOf`) stands in an answer's bytes. */
const holdsKey = (bytes: Uint8Array, keys: readonly string[]): boolean => {
  if (keys.length === 0) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys) if (buffer.includes(key)) return true;
  return false;
};

/** An answer's bytes without the keys; the bytes themselves when none stands in them. */
export const withoutKeys = (bytes: Uint8Array, keys: readonly string[]): Uint8Array =>
  holdsKey(bytes, keys) ? new TextEncoder().encode(textWithoutKeys(new TextDecoder().decode(bytes), keys)) : bytes;

/** The same of a text. */
export const textWithoutKeys = (text: string, keys: readonly string[]): string => {
  let clean = text;
  for (const key of keys) if (clean.includes(key)) clean = clean.replaceAll(key, '***');
  return clean;
};
