import { catalogue } from '../core/catalog/catalogue.ts';
import type { ProviderEntry } from '../core/catalog/provider.ts';
import { checkCloud } from './cloud/check-cloud.ts';
import type { Finding } from './config-problem.ts';
import type { ConfigDocument } from './config-schema.ts';

/** What the schema cannot see: ids used twice, new providers without an address. */
export const checkProviders = (document: ConfigDocument): readonly Finding[] => {
  const known = new Map<string, ProviderEntry>(catalogue.map((entry) => [entry.id, entry]));
  const seen = new Map<string, number>();
  return (document.providers ?? []).flatMap((provider, index): readonly Finding[] => {
    const first = seen.get(provider.id);
    if (first !== undefined) {
      const message = `"${provider.id}" is already the id of providers[${first}]`;
      return [
        {
          path: ['providers', index, 'id'],
          part: 'value',
          message,
          fix: 'give it another id, or merge the two entries',
        },
      ];
    }
    seen.set(provider.id, index);
    const entry = known.get(provider.id);
    if (provider.base_url !== undefined || entry !== undefined)
      return checkCloud(provider, entry, ['providers', index]);
    const message = `"${provider.id}" is not in the catalogue, so it needs a base_url`;
    return [
      {
        path: ['providers', index, 'id'],
        part: 'value',
        message,
        fix: 'add base_url, or use an id that `sluice providers` lists',
      },
    ];
  });
};
