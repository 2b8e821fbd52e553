/** Why a file cannot be read, as the end of a sentence about it. */
export const readProblem = (error: unknown): string => {
  const code = (error as { readonly code?: string }).code ?? String(error);
  return problems[code] ?? `cannot be read (${code})`;
};

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder, not a file',
};
