import type { ErrorCode, GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';

/** LiteLLM's words for our codes; what is not named has those of its status. */
const types: Partial<Readonly<Record<ErrorCode, string>>> = {
  missing_api_key: 'auth_error',
  invalid_api_key: 'token_not_found_in_db',
  key_expired: 'expired_key',
  not_allowed: 'auth_error',
  budget_exceeded: 'budget_exceeded',
  insufficient_credits: 'budget_exceeded',
  rate_limited: 'throttling_error',
  keys_unavailable: 'no_db_connection',
  not_found: 'not_found_error',
  model_not_found: 'not_found_error',
};

const typeOf = ({ code, status }: GatewayError): string =>
  types[code] ?? (status >= 500 ? 'internal_server_error' : 'bad_request_error');

/** LiteLLM has 400 where something is there already, and one status for all money that is spent. */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = {
  conflict: 400,
  owned_by_file: 400,
  insufficient_credits: 429,
};

/** The status in LiteLLM's manners. */
export const statusOf = ({ code, status }: GatewayError): number => statuses[code] ?? status;

/** An error in LiteLLM's envelope. Its `code` is the status, as text. */
export const errorBody = (error: GatewayError): JsonObject => ({
  error: {
    message: messageOf(error),
    type: typeOf(error),
    param: error.detail.param ?? null,
    code: String(statusOf(error)),
  },
});

const messageOf = ({ message, detail: { budget } }: GatewayError): string =>
  budget === undefined
    ? message
    : `Budget has been exceeded! Current cost: ${usdNumber(budget.spentNanoUsd)}, Max budget: ${usdNumber(budget.limitNanoUsd)}`;
