import { GatewayError } from '../../core/errors/gateway-error.ts';
import { maskSecrets } from '../../core/policy/mask-secrets.ts';
import { UpstreamRefusal } from './stages/attempt.ts';

/** An error a provider told inside its answer, without keys it may have quoted. A refusal is masked where it is read. */
export const maskedError = (error: GatewayError, secrets: readonly string[]): GatewayError => {
  const { upstream } = error.detail;
  if (error instanceof UpstreamRefusal || upstream === undefined) return error;
  const message = maskSecrets(error.message, secrets);
  const told = maskSecrets(upstream.message, secrets);
  if (message === error.message && told === upstream.message) return error;
  // What the provider wrote as a whole may hold the key as well.
  const { wire: _wire, ...rest } = upstream;
  return new GatewayError(error.code, message, { ...error.detail, upstream: { ...rest, message: told } });
};
