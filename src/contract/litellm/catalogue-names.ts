import { catalogue } from '../../core/catalog/catalogue.ts';
import { entryNamed } from '../../core/catalog/entry-named.ts';
import type { KnownNames } from './work.ts';

/** The words of LiteLLM's for providers, as the catalogue has them. */
export const catalogueNames: KnownNames = {
  providerOf: (word) => entryNamed(word, catalogue)?.id,
  ownerOf: (model) => catalogue.find(({ owns }) => owns !== undefined && new RegExp(owns).test(model))?.id,
};
