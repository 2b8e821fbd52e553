import { byte, skipSpace, skipString } from './byte-walk.ts';

/**
 * The name of a member that stands twice in one object, anywhere in the input; undefined when none does. Parsers take the last one, and some
 * the first, so that two readers of one body may see two requests. The input must be valid JSON.
 */
export const repeatedMember = (bytes: Uint8Array): string | undefined => {
  const open: Set<string>[] = [];
  let at = 0;
  while (at < bytes.length) {
    const value = bytes[at];
    if (value === byte.quote) {
      const end = skipString(bytes, at);
      const names = open.at(-1);
      // Only a member's name is followed by a colon.
      if (names !== undefined && bytes[skipSpace(bytes, end)] === byte.colon) {
        const name = nameOf(bytes.subarray(at, end));
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end;
      continue;
    }
    if (value === byte.openBrace) open.push(new Set());
    else if (value === byte.closeBrace) open.pop();
    at += 1;
  }
  return undefined;
};

const decoder = new TextDecoder();

const nameOf = (quoted: Uint8Array): string => {
  const text = decoder.decode(quoted);
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
};
