/** Names of the operator's own → what they stand for, as another name. One `*` in a name stands for any text, and for the same text in what it means. */
export type Aliases = Readonly<Record<string, string>>;

/** Follows aliases to their end. Chains have been checked when the configuration was read. */
export const followAliases = (name: string, aliases: Aliases): string => {
  let current = name;
  for (let step = 0; step <= longestChain; step++) {
    const next = meaningOf(current, aliases);
    if (next === undefined || next === current) return current;
    current = next;
  }
  return current;
};

const longestChain = 16;

const meaningOf = (name: string, aliases: Aliases): string | undefined => {
  if (Object.hasOwn(aliases, name)) return aliases[name];
  // Of several patterns that fit the one with the most fixed letters was meant.
  const fitting = Object.keys(aliases)
    .filter((pattern) => pattern.includes('*') && nameFits(pattern, name))
    .sort((one, other) => other.length - one.length);
  const [pattern] = fitting;
  if (pattern === undefined) return undefined;
  const [head = '', tail = ''] = pattern.split('*');
  const middle = name.slice(head.length, name.length - tail.length);
  return aliases[pattern]?.replace('*', () => middle);
};

/** The aliases that lead back to themselves, each with the way it goes. */
export const aliasCycles = (aliases: Aliases): readonly { readonly name: string; readonly way: readonly string[] }[] =>
  Object.keys(aliases).flatMap((name) => {
    const way = [name];
    for (;;) {
      const next = meaningOf(way.at(-1) ?? '', aliases);
      // A pattern that means itself (`openai/*: openai/*`) is idle, not wrong.
      if (next === undefined || (next === way.at(-1) && (way.length > 1 || name.includes('*')))) return [];
      if (way.includes(next)) return next === name ? [{ name, way: [...way, next] }] : [];
      if (way.length > longestChain) return [{ name, way }];
      way.push(next);
    }
  });

/** Whether a name fits a pattern in which every `*` stands for any text. */
export const nameFits = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*');
  const [head = ''] = parts;
  if (parts.length === 1) return pattern === name;
  const tail = parts.at(-1) ?? '';
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
};
