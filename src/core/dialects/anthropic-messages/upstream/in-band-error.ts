import { GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import { type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { errorTypeOf } from '../wire/error-type.ts';

/** An error the provider sends where an answer was due: inside a stream, or with status 200. */
export const inBandError = (body: JsonObject): GatewayError => {
  const error = objectAt(body, 'error');
  const type = stringAt(error, 'type');
  const message = stringAt(error, 'message') ?? 'The provider reported an error without a message.';
  const known = errorTypeOf(type);
  const upstream: UpstreamFault = {
    status: known?.status ?? 500,
    message,
    ...(type === undefined ? {} : { type }),
    wire: body,
  };
  const code = known?.code ?? 'upstream_error';
  return new GatewayError(code, message, {
    upstream,
    ...(code === 'upstream_refused' ? { status: upstream.status } : {}),
  });
};
