import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

export type DocumentPath = readonly (string | number)[];

export interface YamlText {
  readonly value: unknown;
  /** Where a member stands: its value, or its key. A path that is not in the text gives the nearest part that is. */
  locate(path: DocumentPath, part: 'key' | 'value'): Position;
}

export interface YamlProblem extends Position {
  readonly message: string;
}

/** What YAML does not allow in a file. The parser takes it all the same, and a file that a full disk has spoiled is full of it. */
const foreignCharacter = /[^\t\n\r\x20-\x7e\x85\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A file spoiled from some place on has an error in each line behind it. */
const mostProblems = 20;

/** Reads one YAML document and keeps where everything stood. Duplicate keys are errors. */
export const readYaml = (text: string): YamlText | { readonly problems: readonly YamlProblem[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: true });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const foreign = foreignCharacter.exec(text);
  if (foreign !== null) {
    const name = `U+${(foreign[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return { problems: [{ ...position(foreign.index), message: `The character ${name} has no place in a text file` }] };
  }
  if (document.errors.length > 0) {
    const first = document.errors.slice(0, mostProblems);
    return { problems: first.map((error) => ({ ...position(error.pos[0]), message: error.message })) };
  }
  const circle = circleIn(document);
  if (circle !== undefined) {
    return {
      problems: [{ ...position(circle.offset), message: `*${circle.name} stands inside &${circle.name} itself` }],
    };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // Comments alone are a map of nothing; a `null` that somebody wrote is not.
    return {
      value: document.contents === null ? {} : value,
      locate: (path, part) => position(offsetOf(document, path, part)),
    };
  } catch (error) {
    return { problems: [{ line: 1, column: 1, message: error instanceof Error ? error.message : String(error) }] };
  }
};

/** The first alias inside what it stands for: whoever follows it never ends. */
const circleIn = (document: Document): { readonly name: string; readonly offset: number } | undefined => {
  let circle: { readonly name: string; readonly offset: number } | undefined;
  visit(document, {
    Alias: (_, alias, path) => {
      if (!path.some((node) => 'anchor' in node && node.anchor === alias.source)) return undefined;
      circle = { name: alias.source, offset: startOf(alias) ?? 0 };
      return visit.BREAK;
    },
  });
  return circle;
};

const offsetOf = (document: Document, path: DocumentPath, part: 'key' | 'value'): number => {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    // A single value stands for a list of one, so step 0 of something that is no list stays where it is.
    if (step === 0 && !isSeq(node)) continue;
    const found = childOf(node, step);
    if (found === undefined) return offset;
    const atKey = part === 'key' && depth === path.length - 1;
    offset = (atKey ? startOf(found.key) : startOf(found.value)) ?? startOf(found.key) ?? offset;
    node = found.value;
  }
  return offset;
};

const childOf = (
  node: unknown,
  step: string | number,
): { readonly key: unknown; readonly value: unknown } | undefined => {
  if (isSeq(node) && typeof step === 'number') return { key: undefined, value: node.items[step] };
  if (!isMap(node)) return undefined;
  const names = new Set([String(step), camelCase(String(step))]);
  return node.items.find((pair) => names.has(String(isScalar(pair.key) ? pair.key.value : pair.key)));
};

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

const camelCase = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
