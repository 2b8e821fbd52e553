import type { DialectId, Operation } from '../ir/index.ts';
import { modelMatches } from './model-pattern.ts';
import type { ProviderEntry, ServedBy } from './provider.ts';

/** How to ask a provider for an operation on a model: in the door's own dialect when it can, else in the first it lists. Undefined when it cannot. */
export const servedBy = (
  entry: ProviderEntry,
  asked: { readonly operation: Operation; readonly model: string; readonly door: DialectId },
): ServedBy | undefined => {
  const ways = (entry.serves[asked.operation] ?? []).filter((way) => modelMatches(way.models, asked.model));
  return ways.find((way) => way.dialect === asked.door) ?? ways[0];
};
