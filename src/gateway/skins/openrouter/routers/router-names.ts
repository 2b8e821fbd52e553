import { GatewayError } from '../../../../core/errors/gateway-error.ts';

/** Names that choose a model. */
export const routerNames = [
  'openrouter/auto',
  'openrouter/auto-beta',
  'openrouter/free',
  'openrouter/pareto-code',
] as const;
export type RouterName = (typeof routerNames)[number];

export const isRouterName = (name: unknown): name is RouterName => routerNames.some((known) => known === name);

/** Nothing is left to choose from. */
export const nothingFits = (message = 'No models match your request and model restrictions'): GatewayError =>
  new GatewayError('not_found', message, { param: 'model' });
