import { textHash } from '../dice.ts';
import type { Route } from '../route.ts';

const known = new WeakMap<Route, string>();

/** Tells whether a tree is still the one it was. What only the caller may know of it does not go into it. */
export const treeHash = (route: Route): string => {
  const found = known.get(route);
  if (found !== undefined) return found;
  const text = JSON.stringify(route, (name, value: unknown) => (name === 'apiKey' ? undefined : value));
  const hash = textHash(text);
  known.set(route, hash);
  return hash;
};
