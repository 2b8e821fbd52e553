/** What a code point does to the word under way. */
const keep = 0;
const space = 1;
const alone = 2;
const drop = 3;

/** For ASCII: controls vanish, white space parts words, punctuation is a word of its own. */
const ascii = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 9 || code === 10 || code === 13 || code === 32) return space;
  if (code < 32 || code === 127) return drop;
  const letterOrDigit = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return letterOrDigit ? keep : alone;
});

const ideographs: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b820, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

const dropped = /[\p{Cc}\p{Cf}\p{Mn}\uFFFD]/u;
const spaces = /\p{Zs}/u;
const marks = /\p{P}/u;

const classOf = (code: number): number => {
  if (code < 128) return ascii[code] ?? keep;
  for (const [first, last] of ideographs) if (code >= first && code <= last) return alone;
  const letter = String.fromCodePoint(code);
  if (dropped.test(letter)) return drop;
  if (spaces.test(letter)) return space;
  return marks.test(letter) ? alone : keep;
};

const onlyAscii = /^[\0-\x7f]*$/;

/** The first code points of a text, in lower case and with accents taken apart. */
const normalised = (text: string, mostCharacters: number): string => {
  const cut = text.length <= mostCharacters ? text : firstCodePoints(text, mostCharacters);
  const lower = cut.toLowerCase();
  return onlyAscii.test(lower) ? lower : lower.normalize('NFD');
};

const firstCodePoints = (text: string, most: number): string => {
  let end = 0;
  for (let taken = 0; taken < most && end < text.length; taken += 1)
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
};

/**
 * Walks over the words of a text in the manner of uncased BERT: lower case, no accents, punctuation and ideographs as words of their own. `each`
 * returns false to stop.
 */
export const walkWords = (text: string, mostCharacters: number, each: (word: string) => boolean): void => {
  const letters = normalised(text, mostCharacters);
  let start = 0;
  /** Letters before a dropped one, which joins its neighbours. */
  let head = '';
  let index = 0;
  while (index < letters.length) {
    const code = letters.codePointAt(index) ?? 0;
    const next = index + (code > 0xffff ? 2 : 1);
    const kind = classOf(code);
    if (kind !== keep) {
      const word = head + letters.slice(start, index);
      head = kind === drop ? word : '';
      start = next;
      if (kind !== drop && word !== '' && !each(word)) return;
      if (kind === alone && !each(letters.slice(index, next))) return;
    }
    index = next;
  }
  const last = head + letters.slice(start);
  if (last !== '') each(last);
};
