import { aliasedModel } from '../../../core/access/key-policy.ts';
import { followAliases } from '../../../core/catalog/names/aliases.ts';
import type { Operation } from '../../../core/ir/index.ts';
import type { NamedRoute } from '../../../core/routing/plan-route.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { admittedOptionalTarget, admittedTarget } from '../stages/admit.ts';
import { findOptionalTarget } from '../stages/plan.ts';
import { inlineRoute } from './inline-route.ts';
import { plainFacts } from './route-facts.ts';
import { firstOfRoute, type ShapedRoute, type TryTarget, walkRoute } from './walk-route.ts';

type Caller = Pick<Identified, 'config' | 'identity'>;

/** The route a name stands for, by the caller's own names first; undefined for the name of a model. */
export const routeNamed = ({ config, identity }: Caller, model: string): NamedRoute | undefined => {
  const { routes, aliases } = config;
  if (routes.size === 0) return undefined;
  const own = aliasedModel(identity.policy, model);
  const name = routes.has(own) ? own : followAliases(own, aliases);
  const route = routes.get(name);
  return route === undefined ? undefined : { name, route };
};

/** What a request makes of the route of a model. */
export type ShapeRoute = (model: string, named: NamedRoute | undefined) => ShapedRoute;

/** Asks the target a name leads to, or the targets of its route until one answers. For what is no chat. */
export const throughTargets = <Answer>(
  identified: Identified,
  model: string,
  how: { readonly tools: LineTools; readonly run: TryTarget<Answer>; readonly shape?: ShapeRoute | undefined },
): Promise<Answer> => {
  const { door } = identified;
  const own = inlineRoute(identified, how.tools)?.named ?? routeNamed(identified, model);
  const named = how.shape === undefined ? own : how.shape(model, own);
  if (named === undefined)
    return how.run(admittedTarget(identified, { model, operation: door.operation, door: door.request }), {});
  return walkRoute({ identified, named, facts: plainFacts(identified) }, how.tools, how.run);
};

/**
 * The target of what is asked beside a chat, such as a count of its tokens: the one the chat would go to. Undefined when its provider does not offer
 * it.
 */
export const targetBeside = (
  identified: Identified,
  { model, operation }: { readonly model: string; readonly operation: Operation },
  tools: LineTools,
): Target | undefined => {
  const { config, door } = identified;
  const asked = { model, operation, door: door.request };
  const named = routeNamed(identified, model);
  if (named === undefined) return admittedOptionalTarget(identified, asked);
  const chat = { ...identified, door: { ...door, operation: 'chat' as const } };
  const first = firstOfRoute({ identified: chat, named, facts: plainFacts(identified) }, tools);
  return findOptionalTarget(config, { ...asked, model: `${first.provider.entry.id}/${first.model}` });
};
