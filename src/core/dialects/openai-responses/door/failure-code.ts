import { saysTooLong } from '../../../errors/context-window.ts';
import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';

const rateLimited = 'rate_limit_exceeded';

/** Words clients of this wire act on (Codex shortens the conversation, waits, or gives up); anything else is a server's error to them. */
const codes: Readonly<Partial<Record<ErrorCode, string>>> = {
  upstream_rate_limited: rateLimited,
  gateway_busy: rateLimited,
  rate_limited: rateLimited,
  // Waiting does not help, and this word makes Codex give up instead of asking again.
  budget_exceeded: 'insufficient_quota',
  insufficient_credits: 'insufficient_quota',
  target_busy: 'server_is_overloaded',
  upstream_overloaded: 'server_is_overloaded',
  draining: 'server_is_overloaded',
  upstream_refused: 'invalid_prompt',
  invalid_request: 'invalid_prompt',
  unsupported_by_target: 'invalid_prompt',
};

/** The error code inside a stream. The provider's own word is kept. */
export const failureCode = (error: GatewayError): string => {
  const { upstream } = error.detail;
  if (upstream !== undefined && saysTooLong(upstream)) return 'context_length_exceeded';
  if (upstream?.code !== undefined && error.code !== 'upstream_auth') return upstream.code;
  return codes[error.code] ?? 'server_error';
};

/** The message of a failure. The provider's wording is kept, but not where it may speak of the gateway's own key. */
export const failureMessage = (error: GatewayError): string => {
  const { upstream, retryAfterMs = upstream?.retryAfterMs } = error.detail;
  const message = error.code === 'upstream_auth' ? error.message : upstream?.message || error.message;
  if (error.code !== 'upstream_rate_limited' || retryAfterMs === undefined || /try again in/i.test(message))
    return message;
  return `${message.replace(/[.!]?$/, '.')} Please try again in ${Math.ceil(retryAfterMs / 100) / 10}s.`;
};
