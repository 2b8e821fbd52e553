import type { RouteChoice } from '../../../core/routing/learned/asked/route-choice.ts';
import type { ChosenOrder } from '../../../core/routing/learned/chosen-order.ts';
import { modelsOfRoute } from '../../../core/routing/models-of-route.ts';
import type { Route } from '../../../core/routing/route.ts';
import type { Decoded, LineTools } from '../../line/records.ts';
import type { Chooser } from '../chooser.ts';
import { callableAmong } from './candidate-pool.ts';
import { choiceOf } from './choose-route.ts';
import { usualDial } from './read-wish.ts';

/** A choice that a route's tree asks for, and the models it is among. */
interface AskedChoice {
  readonly choice: RouteChoice;
  readonly models: readonly string[];
}

const known = new WeakMap<Route, readonly AskedChoice[]>();

/** The choices in a tree; hardly any has one, and a tree of the configuration is looked through once. */
export const choicesIn = (route: Route): readonly AskedChoice[] => {
  const found = known.get(route);
  if (found !== undefined) return found;
  const all = gathered(route);
  known.set(route, all);
  return all;
};

const gathered = (route: Route): readonly AskedChoice[] => {
  switch (route.kind) {
    case 'target':
      return none;
    case 'choose': {
      const inner = route.routes.flatMap(gathered);
      return route.choice === undefined ? inner : [asked(route.choice, route.routes), ...inner];
    }
    case 'watch':
      return [asked(route.choice, route.pool), ...gathered(route.route)];
    case 'fallback':
    case 'ordered':
    case 'rank':
    case 'price-draw':
      return route.routes.flatMap(gathered);
    case 'balance':
      return route.routes.flatMap((step) => gathered(step.route));
    case 'when':
      return [...route.cases.map(({ to }) => to), ...(route.otherwise === undefined ? [] : [route.otherwise])].flatMap(
        gathered,
      );
    case 'mirror':
      return [route.route, route.to].flatMap(gathered);
    case 'first':
    case 'filter':
    case 'tagged':
    case 'sticky':
    case 'preferred':
      return gathered(route.route);
  }
};

const none: readonly AskedChoice[] = [];

const asked = (choice: RouteChoice, routes: readonly Route[]): AskedChoice => ({
  choice,
  models: [...new Set(routes.flatMap(modelsOfRoute))],
});

/** Asks for every choice of a route. One that cannot be made, for whatever reason, is left out: no request fails because of a router. */
export const choicesFor = async (
  decoded: Decoded,
  choices: readonly AskedChoice[],
  tools: LineTools & { readonly chooser: Chooser },
): Promise<ReadonlyMap<RouteChoice, ChosenOrder>> => {
  const made = new Map<RouteChoice, ChosenOrder>();
  for (const { choice, models } of choices) {
    const pool = callableAmong(models, decoded);
    const { router, dial = usualDial } = choice;
    const question = { decoded, asked: router === undefined ? {} : { router }, dial, pool };
    const chosen = pool.length === 0 ? undefined : await choiceOf(question, tools).catch(() => undefined);
    if (chosen !== undefined) made.set(choice, chosen);
  }
  return made;
};
