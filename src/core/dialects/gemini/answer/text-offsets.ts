/** Turns offsets in UTF-8 bytes, which the wire uses, into UTF-16 offsets of a text. */
export const utf16Offset = (text: string): ((byteOffset: number) => number) => {
  if (!hasWideCharacters(text)) return (byteOffset) => Math.min(byteOffset, text.length);
  return (byteOffset) => {
    let bytes = 0;
    let index = 0;
    while (index < text.length && bytes < byteOffset) {
      const point = text.codePointAt(index) ?? 0;
      bytes += byteLength(point);
      index += point > 0xffff ? 2 : 1;
    }
    return index;
  };
};

/** Turns UTF-16 offsets of a text into offsets in UTF-8 bytes. */
export const utf8Offset = (text: string): ((offset: number) => number) => {
  if (!hasWideCharacters(text)) return (offset) => offset;
  return (offset) => new TextEncoder().encode(text.slice(0, offset)).length;
};

const byteLength = (point: number): number => {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
};

const hasWideCharacters = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return true;
  return false;
};
