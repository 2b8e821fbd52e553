import { entryNamed } from '../../core/catalog/entry-named.ts';
import type { ProviderEntry } from '../../core/catalog/provider.ts';
import type { SluiceConfig } from '../settings.ts';

/** Providers of the config file whose models are those of another of the catalogue: theirs → the catalogue's. */
export const modelsOfLike = (
  { providers = [] }: Pick<SluiceConfig, 'providers'>,
  catalogue: readonly ProviderEntry[],
): ReadonlyMap<string, string> =>
  new Map(
    providers.flatMap(({ id, like, sameModels }) => {
      const entry = like === undefined || sameModels !== true ? undefined : entryNamed(like, catalogue);
      return entry === undefined ? [] : [[id, entry.id] as const];
    }),
  );
