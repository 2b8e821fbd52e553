/** CRC-32 of the bytes from `from` to `to` (the polynomial of IEEE 802.3, as in gzip), as an unsigned number. */
export const crc32 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let crc = -1;
  const wholeWords = to - ((to - from) % 4);
  let at = from;
  // Four bytes a step: the journal sums every record twice on the way to its tables.
  for (; at < wholeWords; at += 4) {
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    crc =
      (tables[768 + (crc & 0xff)] as number) ^
      (tables[512 + ((crc >>> 8) & 0xff)] as number) ^
      (tables[256 + ((crc >>> 16) & 0xff)] as number) ^
      (tables[crc >>> 24] as number);
  }
  for (; at < to; at += 1) crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
};

/** Four tables, one behind the other: of a byte, and of a byte with one, two and three zeros behind it. */
const tables = new Uint32Array(1024);
for (let index = 0; index < 256; index += 1) {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  tables[index] = value;
}
for (let index = 256; index < 1024; index += 1) {
  const shorter = tables[index - 256] as number;
  tables[index] = (shorter >>> 8) ^ (tables[shorter & 0xff] as number);
}
