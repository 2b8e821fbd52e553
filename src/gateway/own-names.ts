import { type FoundModel, resolveModel } from '../core/catalog/resolve.ts';
import { modelsOfRoute } from '../core/routing/models-of-route.ts';
import type { CompiledConfig } from './compiled-config.ts';

type Models = readonly [FoundModel, ...FoundModel[]];

const known = new WeakMap<CompiledConfig, { readonly today: string; readonly names: ReadonlyMap<string, Models> }>();

/**
 * The operator's own names, routes and aliases, each with the models it may lead to, the first in its order first. Patterns are left out, and
 * names that lead nowhere today.
 */
export const ownNames = (config: CompiledConfig): ReadonlyMap<string, Models> => {
  const today = config.today();
  const before = known.get(config);
  if (before?.today === today) return before.names;
  const names = new Map<string, Models>();
  const written = [
    ...Object.keys(config.aliases).map((name) => [name, [name]] as const),
    ...[...config.routes].map(([name, route]) => [name, modelsOfRoute(route)] as const),
  ];
  for (const [name, models] of written) {
    if (name.includes('*') || config.hiddenNames?.has(name) === true) continue;
    const [first, ...others] = [...new Set(models)].flatMap((model) => {
      const found = resolveModel(model, config, { today });
      return found.kind === 'found' ? [found] : [];
    });
    if (first !== undefined) names.set(name, [first, ...others]);
  }
  known.set(config, { today, names });
  return names;
};
