/**
 * Whether a name fits a pattern in which `*` stands for anything, also nothing: `openai/*`, `*-mini`. Without a star they must be equal. Linear in
 * the name for each star, since patterns come from users.
 */
export const fitsName = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
};

export const fitsAnyName = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => fitsName(pattern, name));
