import { catalogue } from '../../core/catalog/catalogue.ts';
import { aliasCycles } from '../../core/catalog/names/aliases.ts';
import type { Finding } from '../config-problem.ts';
import type { ConfigDocument } from '../config-schema.ts';

/** What the schema cannot see: names that lead back to themselves, models said twice or of a provider that does not exist. */
export const checkModels = (document: ConfigDocument): readonly Finding[] => [
  ...checkAliases(document),
  ...checkEntries(document),
];

const checkAliases = ({ aliases }: ConfigDocument): readonly Finding[] => [
  ...Object.entries(aliases).flatMap(([name, meaning]): readonly Finding[] => {
    const stars = [name, meaning].map((text) => text.split('*').length - 1);
    if (Math.max(...stars) <= 1 && (stars[0] ?? 0) >= (stars[1] ?? 0)) return [];
    return [
      {
        path: ['aliases', name],
        part: 'value',
        message: 'has a "*" that stands for nothing',
        fix: 'write at most one "*" in the name, and one in what it means only if the name has one',
      },
    ];
  }),
  ...aliasCycles(aliases).map(
    ({ name, way }): Finding => ({
      path: ['aliases', name],
      part: 'value',
      message: `leads back to itself: ${way.join(' → ')}`,
      fix: 'let one of them mean a model, as provider/model',
    }),
  ),
];

const checkEntries = (document: ConfigDocument): readonly Finding[] => {
  const providers = new Set([...catalogue, ...(document.providers ?? [])].map(({ id }) => id));
  const seen = new Map<string, number>();
  return (document.models ?? []).flatMap(({ id }, index): readonly Finding[] => {
    const first = seen.get(id);
    seen.set(id, first ?? index);
    const path = ['models', index, 'id'];
    if (first !== undefined) {
      return [
        { path, part: 'value', message: `"${id}" is already the id of models[${first}]`, fix: 'merge the two entries' },
      ];
    }
    const provider = id.slice(0, id.indexOf('/'));
    if (providers.has(provider)) return [];
    const message = `there is no provider "${provider}"`;
    return [{ path, part: 'value', message, fix: 'use an id that `sluice providers` lists, or add the provider' }];
  });
};
