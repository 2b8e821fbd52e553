import { GatewayError } from '../../core/errors/gateway-error.ts';

/** What every API says of a route of its own. In the path `{name}` is one part, `{name...}` one or more. */
interface Routed {
  readonly method: string;
  readonly path: string;
}

export interface FoundRoute<Route> {
  readonly route: Route;
  /** What stands in the path's braces, as it came: percent-encoded. */
  readonly named: readonly string[];
}

/** The routes of an API, found by path. A path that is written out goes before one with braces. */
export class RouteTable<Route extends Routed> {
  readonly #plain = new Map<string, readonly FoundRoute<Route>[]>();
  readonly #patterns: readonly { readonly route: Route; readonly expression: RegExp }[];

  constructor(routes: readonly Route[]) {
    const plain = routes.filter(({ path }) => !path.includes('{'));
    for (const route of plain)
      this.#plain.set(route.path, [...(this.#plain.get(route.path) ?? []), { route, named: [] }]);
    this.#patterns = routes
      .filter(({ path }) => path.includes('{'))
      .map((route) => ({ route, expression: expressionOf(route.path) }));
  }

  /** The routes of a path, one for each method. */
  at(path: string): readonly FoundRoute<Route>[] {
    return (
      this.#plain.get(path) ??
      this.#patterns.flatMap(({ route, expression }) => {
        const match = expression.exec(path);
        return match === null ? [] : [{ route, named: match.slice(1) }];
      })
    );
  }

  /** Throws `not_found` and `method_not_allowed`. */
  find(method: string, path: string): FoundRoute<Route> {
    const found = this.at(path);
    if (found.length === 0) throw new GatewayError('not_found', `There is no ${path.slice(0, 200)} here.`);
    return ofMethod(found, method);
  }
}

/** The one among the routes of a path that takes a method. Throws `method_not_allowed`. */
export const ofMethod = <Route extends Routed>(
  found: readonly FoundRoute<Route>[],
  method: string,
): FoundRoute<Route> => {
  const one = found.find(({ route }) => route.method === method);
  if (one !== undefined) return one;
  const taken = found.map(({ route }) => route.method).join(', ');
  throw new GatewayError('method_not_allowed', `${method} is not taken here. Use ${taken}.`);
};

const expressionOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replaceAll(/\{\w+\\\.\\\.\\\.\}/g, '(.+)')
      .replaceAll(/\{\w+\}/g, '([^/]+)')}$`,
  );
