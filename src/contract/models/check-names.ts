import type { Naming } from '../../core/catalog/names/name-index.ts';
import { resolveModel } from '../../core/catalog/resolve.ts';
import { modelsOfRoute } from '../../core/routing/models-of-route.ts';
import type { Finding } from '../config-problem.ts';
import type { SluiceConfig } from '../settings.ts';

/**
 * Names that lead to no model any provider has. Not an error of the file alone: a model may be gone from the catalogue, or be at a provider whose
 * key is not here, which is no finding at all.
 */
export const checkNames = ({ aliases, routes }: SluiceConfig, naming: Naming, today: string): readonly Finding[] => {
  const nowhere = (name: string): string | undefined => {
    if (name.includes('*') || routes.has(name)) return undefined;
    const found = resolveModel(name, naming, { today });
    return found.kind === 'unknown-model' || found.kind === 'unknown-provider' ? found.message : undefined;
  };
  const finding = (path: Finding['path'], name: string): readonly Finding[] => {
    const message = nowhere(name);
    return message === undefined ? [] : [{ path, part: 'value', message: `leads to nothing. ${message}`, fix }];
  };
  return [
    ...Object.entries(aliases).flatMap(([name, meaning]) => finding(['aliases', name], meaning)),
    ...[...routes].flatMap(([name, route]) =>
      modelsOfRoute(route).flatMap((model) => finding(['routes', name], model)),
    ),
  ];
};

const fix = 'name a model as provider/model';
