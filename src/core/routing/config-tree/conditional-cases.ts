import { invalidField } from '../../errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../json/json.ts';
import { readCondition } from '../read-condition.ts';
import type { Route, WhenCase } from '../route.ts';
import { partMembers } from './tree-members.ts';
import { listAt } from './tree-values.ts';

interface Targets {
  readonly targets: readonly Json[];
  readonly routes: readonly Route[];
}

/** The cases of a conditional node, the default last. Throws a 400 that names the place. */
export const conditionalCases = (
  strategy: JsonObject,
  at: string,
  { targets, routes }: Targets,
): readonly WhenCase[] => {
  const named = (name: Json | undefined, place: string): { readonly to: Route; readonly at: string } => {
    const index = targets.findIndex((target) => isObject(target) && target['name'] === name);
    const to = routes[index];
    if (to === undefined) throw invalidField(place, 'names no target.');
    return { to, at: `targets[${index}]` };
  };
  const cases = listAt(strategy['conditions'], `${at}.conditions`).map((written, index): WhenCase => {
    const place = `${at}.conditions[${index}]`;
    if (!isObject(written)) throw invalidField(place, 'must be an object with `query` and `then`.');
    const condition = partMembers(written, ['query', 'then'], place);
    const read = readCondition(condition['query'] ?? null);
    if ('problem' in read)
      throw invalidField(
        [`${place}.query`, ...read.problem.path].join('.'),
        `${read.problem.message}; ${read.problem.fix}.`,
      );
    return { test: read.condition, ...named(condition['then'], `${place}.then`) };
  });
  const preset = strategy['default'];
  if (preset === undefined) return cases;
  return [...cases, { test: { kind: 'all', of: [] }, ...named(preset, `${at}.default`) }];
};
