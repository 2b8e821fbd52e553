/** Nouns of Portkey's management that are here. */
const nouns: ReadonlySet<string> = new Set(['configs', 'virtual-keys']);

/** Whether Portkey's management is asked. Told without loading it: every call passes here. */
export const isPortkeyPath = (path: string): boolean => {
  if (!path.startsWith('/v1/')) return false;
  const slash = path.indexOf('/', 4);
  return nouns.has(slash < 0 ? path.slice(4) : path.slice(4, slash));
};
