import { saysTooLong } from '../../../errors/context-window.ts';
import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';
import { failureMessage } from './failure-code.ts';

interface ErrorWords {
  readonly type: string;
  readonly code: string | null;
}

const serverError = { type: 'server_error', code: null } as const;
const badRequest = { type: 'invalid_request_error', code: null } as const;

/** The words OpenAI uses for the same failure, by which its clients choose what to do. */
const words: Readonly<Partial<Record<ErrorCode, ErrorWords>>> = {
  missing_model: { ...badRequest, code: 'missing_required_parameter' },
  unsupported_by_target: { ...badRequest, code: 'unsupported_parameter' },
  missing_api_key: { ...badRequest, code: 'missing_api_key' },
  invalid_api_key: { ...badRequest, code: 'invalid_api_key' },
  held_state_not_found: { ...badRequest, code: 'previous_response_not_found' },
  not_allowed: { type: 'permission_error', code: 'not_allowed' },
  model_not_found: { ...badRequest, code: 'model_not_found' },
  gateway_busy: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  rate_limited: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  budget_exceeded: { type: 'budget_exceeded', code: 'budget_exceeded' },
  insufficient_credits: { type: 'insufficient_credits', code: 'insufficient_credits' },
  key_expired: { ...badRequest, code: 'key_expired' },
  upstream_rate_limited: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  target_busy: { type: 'server_error', code: 'server_is_overloaded' },
  upstream_overloaded: { type: 'server_error', code: 'server_is_overloaded' },
  upstream_refused: badRequest,
};

/** Other failures are named by Sluice's own code: a 4xx is the request's fault, the rest the server's. */
const wordsFor = (error: GatewayError): ErrorWords =>
  words[error.code] ?? { ...(error.status < 500 ? badRequest : serverError), code: error.code };

/** The body of a failure. A provider's message, type, code and parameter are kept, but for its view of the gateway's own key. */
export const encodeError = (error: GatewayError, _requestId: string): JsonObject => {
  const upstream = error.code === 'upstream_auth' ? undefined : error.detail.upstream;
  const known = wordsFor(error);
  return {
    error: {
      message: failureMessage(error),
      type: upstream?.type ?? known.type,
      param: upstream?.param ?? error.detail.param ?? null,
      code:
        upstream !== undefined && saysTooLong(upstream) ? 'context_length_exceeded' : (upstream?.code ?? known.code),
    },
  };
};
