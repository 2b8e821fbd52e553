import type { ProviderEntry } from './provider.ts';

/** The entry with an id, or that is also known by the name. */
export const entryNamed = (name: string, entries: readonly ProviderEntry[]): ProviderEntry | undefined =>
  entries.find(({ id }) => id === name) ?? entries.find(({ aliases }) => aliases?.includes(name) === true);
