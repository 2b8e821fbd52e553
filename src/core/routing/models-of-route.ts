import type { Route } from './route.ts';

/** Every model a route names, in the order of its tree. */
export const modelsOfRoute = (route: Route): readonly string[] => {
  switch (route.kind) {
    case 'target':
      return [route.model];
    case 'fallback':
    case 'ordered':
    case 'rank':
    case 'price-draw':
    case 'choose':
      return route.routes.flatMap(modelsOfRoute);
    case 'balance':
      return route.routes.flatMap((step) => modelsOfRoute(step.route));
    case 'when':
      return [...route.cases.map(({ to }) => to), ...(route.otherwise === undefined ? [] : [route.otherwise])].flatMap(
        modelsOfRoute,
      );
    case 'mirror':
      return [route.route, route.to].flatMap(modelsOfRoute);
    case 'first':
    case 'filter':
    case 'tagged':
    case 'sticky':
    case 'preferred':
    case 'watch':
      return modelsOfRoute(route.route);
  }
};
