import { aliasedModel } from '../../../../core/access/key-policy.ts';
import type { NamedRoute } from '../../../../core/routing/plan-route.ts';
import type { Route, RouteSettings } from '../../../../core/routing/route.ts';
import type { Identified } from '../../records.ts';
import { routeNamed, type ShapeRoute } from '../through-targets.ts';
import type { ShapedRoute } from '../walk-route.ts';
import type { FallbackAsked, RouteAsks } from './route-asks.ts';

type Caller = Pick<Identified, 'config' | 'identity'>;

/** The route of a model, or the model itself, as the request wants it: with fallbacks of its own, or none; with tries and times of its own. */
export const shapedRoute = (
  caller: Caller,
  { model, named }: { readonly model: string; readonly named: NamedRoute | undefined },
  asks: RouteAsks,
): ShapedRoute => {
  const own = named ?? single(caller, model);
  const base = asks.alone || asks.fallbacks !== undefined ? firstGroup(own.route) : own.route;
  const longer = asks.longer?.map((to) => routeTo(caller, to)) ?? [];
  const steps: Route =
    longer.length === 0 ? base : { kind: 'fallback', routes: [base, ...longer], on: { classes: ['context-window'] } };
  const others = asks.alone ? [] : (asks.fallbacks?.map((to) => routeTo(caller, to)) ?? []);
  const route: Route = others.length === 0 ? steps : { kind: 'fallback', routes: [steps, ...others] };
  return {
    name: own.name,
    route,
    forced: forcedBy(asks),
    ...(asks.failure === undefined ? {} : { mock: asks.failure }),
  };
};

/** The same, for what asks the route itself. */
export const shapeBy =
  (caller: Caller, asks: RouteAsks): ShapeRoute =>
  (model, named) =>
    shapedRoute(caller, { model, named }, asks);

const single = ({ identity }: Caller, model: string): NamedRoute => {
  const name = aliasedModel(identity.policy, model);
  return { name, route: { kind: 'target', model: name } };
};

const routeTo = (caller: Caller, { model, members }: FallbackAsked): Route => {
  const { route } = routeNamed(caller, model) ?? single(caller, model);
  return members === undefined ? route : { ...route, replaces: members };
};

const forcedBy = ({ retries, timeoutMs, streamTimeoutMs }: RouteAsks): RouteSettings => ({
  ...(retries === undefined ? {} : { retry: { attempts: retries, across: true, followsRetryAfter: true } }),
  ...(timeoutMs === undefined ? {} : { firstByteMs: timeoutMs }),
  ...(streamTimeoutMs === undefined ? {} : { streamFirstByteMs: streamTimeoutMs }),
});

/** A route without what its fallbacks lead to. */
const firstGroup = (route: Route): Route => {
  switch (route.kind) {
    case 'fallback': {
      const { routes, kind: _, on: __, ...settings } = route;
      const [first] = routes;
      return first === undefined ? route : { ...settings, ...firstGroup(first) };
    }
    case 'when':
      return {
        ...route,
        cases: route.cases.map((one) => ({ ...one, to: firstGroup(one.to) })),
        ...(route.otherwise === undefined ? {} : { otherwise: firstGroup(route.otherwise) }),
      };
    case 'filter':
    case 'tagged':
    case 'mirror':
    case 'sticky':
    case 'preferred':
    case 'watch':
    case 'first':
      return { ...route, route: firstGroup(route.route) };
    // Where the request says what follows, the others that were weighed do not stand in.
    case 'choose':
      return { kind: 'first', route };
    case 'target':
    case 'balance':
    case 'ordered':
    case 'rank':
    case 'price-draw':
      return route;
  }
};
