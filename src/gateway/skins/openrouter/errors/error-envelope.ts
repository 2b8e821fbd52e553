import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../../core/ir/index.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import type { WireReply } from '../../../incoming.ts';
import type { Settlement } from '../../../line/settlement.ts';
import { placeOf, routerMetadata, titleOf } from '../answer/router-metadata.ts';
import { generationId } from '../openrouter-face.ts';
import { availabilityOf } from './availability.ts';
import { type ToldError, toldAs } from './error-type.ts';

/** The part of an error that tells in numbers and words of OpenRouter's what went wrong. */
export const errorMembers = (error: GatewayError, { status, type }: ToldError, more: JsonObject = {}): JsonObject => {
  // What failed inside is not told.
  if (error.code === 'internal') return { code: status, message: 'Internal Server Error' };
  const code = error.detail.upstream?.code ?? error.detail.upstream?.type;
  return {
    code: status,
    message: error.message,
    metadata: { error_type: type, ...(code === undefined ? {} : { provider_code: code }), ...more },
  };
};

interface Failed {
  readonly settlement: Settlement;
  readonly dialect: DialectId;
  readonly config: CompiledConfig;
}

/** A refusal as OpenRouter writes it; at the doors of Anthropic's format, in that format's envelope. */
export const openrouterRefusal = (reply: WireReply, error: GatewayError, failed: Failed): WireReply => {
  const { settlement, dialect } = failed;
  const available = availabilityOf(error, settlement);
  const told = toldAs(error);
  const status = available?.status ?? told.status;
  const headers = { ...reply.headers, 'x-generation-id': generationId(settlement.requestId) };
  const type = available === undefined ? told.type : typeOf(status, told.type);
  const body = bodyOf(error, { status, type }, { ...failed, availability: available?.body });
  return {
    status,
    headers,
    body: JSON.stringify(dialect === 'anthropic-messages' ? messagesBody(body, failed) : body),
  };
};

const typeOf = (status: number, type: ToldError['type']): ToldError['type'] => {
  if (status === 400) return 'invalid_request';
  if (status === 404) return 'not_found';
  if (status === 503) return 'provider_overloaded';
  return status === 429 ? 'rate_limit_exceeded' : type;
};

const bodyOf = (
  error: GatewayError,
  told: ToldError,
  failed: Failed & { readonly availability: JsonObject | undefined },
): JsonObject => {
  const { settlement, dialect, availability, config } = failed;
  const metadata = error.code === 'internal' ? undefined : routerMetadata(settlement, config, told.status);
  return {
    error: {
      ...errorMembers(error, told, attemptsBefore(failed, error)),
      ...(availability === undefined ? {} : { availability }),
    },
    ...(dialect === 'openai-responses' ? { error_type: told.type } : {}),
    ...(metadata === undefined ? {} : { openrouter_metadata: metadata }),
  };
};

/** Who answered with an error, and who had before. */
const attemptsBefore = ({ settlement: { facts }, config }: Failed, { detail }: GatewayError): JsonObject => {
  const { tried = [], provider } = facts;
  const previous = tried.map(({ target, errorCode, status }) => ({
    provider: titleOf(config, placeOf(target).provider),
    code: errorCode ?? null,
    status: status ?? null,
  }));
  return {
    ...(detail.upstream === undefined || provider === undefined ? {} : { provider_name: titleOf(config, provider) }),
    ...(previous.length === 0 ? {} : { previous_errors: previous }),
  };
};

const messagesTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export const messagesType = (status: number): string => messagesTypes[status] ?? 'api_error';

const messagesBody = ({ error, ...rest }: JsonObject, { settlement }: Failed): JsonObject => {
  const { code, message, metadata, ...more } = error as JsonObject;
  const { error_type: errorType = 'server', ...detail } = (metadata ?? {}) as JsonObject;
  return {
    type: 'error',
    error: {
      type: messagesType(Number(code)),
      message,
      error_type: errorType,
      ...(Object.keys(detail).length === 0 ? {} : { metadata: detail }),
      ...more,
    },
    request_id: generationId(settlement.requestId),
    ...rest,
  };
};
