import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Decision } from '../../../core/routing/decision.ts';

const mostNamed = 5;
const minuteMs = 60_000;

/** Nothing of a route can take the request: why not, target by target. */
export const noCandidate = ({ route, candidates }: Decision): GatewayError => {
  // What a route holds is no business of those who may not use it.
  if (candidates.length > 0 && candidates.every(({ reason }) => reason === 'forbidden'))
    return new GatewayError('not_allowed', `This key may not use "${route.slice(0, 200)}".`, { param: 'model' });
  const dropped = candidates.slice(0, mostNamed).map(({ target, reason }) => `${target} (${reason})`);
  const more = candidates.length > mostNamed ? ` and ${candidates.length - mostNamed} more` : '';
  if (candidates.length === 0)
    return new GatewayError(
      'invalid_request',
      `"${route}" leads nowhere: no case of its conditions fits the request, and it has no other.`,
      { param: 'model' },
    );
  const why = `none of its targets can take this request: ${dropped.join(', ')}${more}.`;
  const full = candidates.some(({ reason }) => reason === 'at-capacity');
  if (full)
    return new GatewayError('upstream_rate_limited', `"${route}" has no room left this minute: ${why}`, {
      retryAfterMs: minuteMs,
    });
  return new GatewayError('model_not_found', `"${route}" leads nowhere: ${why}`, { param: 'model' });
};
