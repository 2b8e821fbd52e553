import type { DecisionReason } from './decision.ts';
import type { RouteFacts } from './plan-route.ts';
import type { Capacity, RouteFilter, RouteSettings } from './route.ts';
import type { TargetView } from './target-view.ts';

/** Tokens are estimated, and a target is left out only when the true count is too large as well. */
const surely = 0.8;

/** Why a target cannot serve a request; undefined when it can. */
export const leftOut = (
  view: TargetView,
  facts: RouteFacts,
  { filters, settings }: { readonly filters: readonly RouteFilter[]; readonly settings: RouteSettings },
): DecisionReason | undefined => {
  if (view.unusable !== undefined) return view.unusable;
  if (view.contextTokens !== undefined && facts.inputTokens * surely > view.contextTokens) return 'context-window';
  for (const filter of filters) {
    if (filter.regions?.includes(settings.region ?? '') === false) return 'region';
    const why = against(view, facts, filter);
    if (why !== undefined) return why;
  }
  return settings.capacity !== undefined && isFull(view, settings.capacity, facts.inputTokens)
    ? 'at-capacity'
    : undefined;
};

/** Whether a target has had what it is given of the minute, or has as many calls under way as it takes. */
export const isFull = (
  { inFlight, minuteRequests = 0, minuteTokens = 0 }: Pick<TargetView, 'inFlight' | 'minuteRequests' | 'minuteTokens'>,
  { requestsPerMinute, tokensPerMinute, parallelRequests }: Capacity,
  inputTokens: number,
): boolean =>
  (requestsPerMinute !== undefined && minuteRequests >= requestsPerMinute) ||
  (tokensPerMinute !== undefined && minuteTokens + inputTokens > tokensPerMinute) ||
  (parallelRequests !== undefined && inFlight >= parallelRequests);

const against = (view: TargetView, facts: RouteFacts, filter: RouteFilter): DecisionReason | undefined => {
  const { only, ignore, free, requireParameters } = filter;
  if (only?.includes(view.provider) === false) return 'not-in-only';
  if (ignore?.includes(view.provider) === true) return 'ignored';
  if (free === true && !(view.inputPrice === 0 && view.outputPrice === 0)) return 'not-free';
  const dear = tooDear(view.inputPrice, filter.maxInputPrice) ?? tooDear(view.outputPrice, filter.maxOutputPrice);
  if (dear !== undefined) return dear;
  if (requireParameters !== true) return undefined;
  const { maxOutputTokens = 0 } = facts;
  if (view.maxOutputTokens !== undefined && maxOutputTokens > view.maxOutputTokens) return 'max-output';
  return facts.parameters.every((name) => view.parameters?.includes(name) === true) ? undefined : 'parameters';
};

/** A price nobody knows is not within any bound. */
const tooDear = (price: number | undefined, most: number | undefined): DecisionReason | undefined => {
  if (most === undefined) return undefined;
  if (price === undefined) return 'price-unknown';
  return price > most ? 'max-price' : undefined;
};
