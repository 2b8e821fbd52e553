import type { NamedRoute, RouteFacts } from './plan-route.ts';
import type { Route } from './route.ts';
import type { RouteViews, TargetView } from './target-view.ts';

export const anyFacts: RouteFacts = {
  metadata: {},
  params: {},
  url: { pathname: '/v1/chat/completions' },
  inputTokens: 10,
  parameters: [],
};

export const target = (model: string): Route => ({ kind: 'target', model });

export const named = (route: Route): NamedRoute => ({ name: 'test', route });

/** Every name is a target that works; `known` says what else is known of some. */
export const viewsOf = (known: Readonly<Record<string, Partial<TargetView>>> = {}): RouteViews => ({
  target: (model) => ({
    target: model,
    provider: model.split('/')[0] ?? model,
    standing: { state: 'closed' },
    unstable: false,
    inFlight: 0,
    ...known[model],
  }),
});
