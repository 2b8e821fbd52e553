/** Where text stops being JSON, as people count (from 1), and what could have stood there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

/** Finds the first place at which text is no JSON; undefined when it is JSON. For texts whose parser does not tell. Linear in the input. */
export const findJsonFault = (text: string): JsonFault | undefined => {
  const walker = new Walker(text);
  const expected = walker.walk();
  if (expected === undefined) return undefined;
  const before = text.slice(0, walker.at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: walker.at - lineStart + 1, expected };
};

const space = /[ \t\n\r]*/y;
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings.
const plainText = /[^"\\\u0000-\u001f]*/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Place = 'object' | 'array';

/** Goes through the text without building anything. Each step answers what it missed, or undefined when all is well. */
class Walker {
  at = 0;
  readonly #text: string;
  readonly #inside: Place[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  walk(): string | undefined {
    let missed = this.#value();
    while (missed === undefined && this.#inside.length > 0) missed = this.#next();
    if (missed !== undefined) return missed;
    this.#match(space);
    return this.at === this.#text.length ? undefined : 'the end of the body';
  }

  #value(): string | undefined {
    this.#match(space);
    const first = this.#text[this.at];
    if (first === '"') return this.#string();
    if (first !== '{' && first !== '[') return this.#match(scalar) ? undefined : 'a value';
    this.at += 1;
    this.#match(space);
    if (this.#text[this.at] === (first === '{' ? '}' : ']')) {
      this.at += 1;
      return undefined;
    }
    this.#inside.push(first === '{' ? 'object' : 'array');
    return first === '{' ? this.#member() : this.#value();
  }

  /** What follows a value inside an object or an array. */
  #next(): string | undefined {
    const place = this.#inside.at(-1);
    const end = place === 'object' ? '}' : ']';
    this.#match(space);
    const found = this.#text[this.at];
    if (found !== ',' && found !== end) return `"," or "${end}"`;
    this.at += 1;
    if (found === ',') return place === 'object' ? this.#member() : this.#value();
    this.#inside.pop();
    return undefined;
  }

  #member(): string | undefined {
    this.#match(space);
    if (this.#text[this.at] !== '"') return 'a name in double quotes';
    const missed = this.#string();
    if (missed !== undefined) return missed;
    this.#match(space);
    if (this.#text[this.at] !== ':') return '":"';
    this.at += 1;
    return this.#value();
  }

  #string(): string | undefined {
    this.at += 1;
    for (;;) {
      this.#match(plainText);
      const found = this.#text[this.at];
      if (found === '"') {
        this.at += 1;
        return undefined;
      }
      if (found === undefined) return 'the closing quote of a text';
      if (found !== '\\') return 'an escape instead of a control character';
      if (!this.#match(escapeSequence)) return 'a known escape';
    }
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.#text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
