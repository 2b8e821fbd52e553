import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import type { Credentials } from '../../../ports/credentials.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import { secretsOf } from './secrets-of.ts';
import { UpstreamRefusal } from './upstream-refusal.ts';

/**
 * What a client may be told of anything that failed behind it. An error that a provider told inside its answer is told without keys it may have
 * quoted, and never as the client's own fault when it is our key that was refused. A refusal has been through this where it is read.
 */
export const toldError =
  (provider: ActiveProvider, credentials: Credentials) =>
  (failed: unknown): GatewayError => {
    const error = asGatewayError(failed);
    const { upstream } = error.detail;
    if (error instanceof UpstreamRefusal || upstream === undefined) return error;
    const secrets = secretsOf(provider, credentials);
    if (isAuthFault(error)) return keyRefused(provider, upstream.status, maskSecrets(upstream.message, secrets));
    const message = maskSecrets(error.message, secrets);
    const told = maskSecrets(upstream.message, secrets);
    if (message === error.message && told === upstream.message) return error;
    // What the provider wrote as a whole may hold the key as well.
    const { wire: _wire, ...rest } = upstream;
    return new GatewayError(error.code, message, { ...error.detail, upstream: { ...rest, message: told } });
  };

/** Whether a provider says that it does not accept our key. */
export const isAuthFault = ({ code, detail }: GatewayError): boolean =>
  code === 'upstream_auth' || detail.upstream?.status === 401 || detail.upstream?.status === 403;

/** A provider's 401 and 403 concern our key, not the client's, so they never pass as the client's own. */
export const keyRefused = ({ entry }: ActiveProvider, status: number, message: string): GatewayError =>
  new GatewayError(
    'upstream_auth',
    `${entry.title} refused the key Sluice uses for it (${status}): ${message} Check the provider's api_key.`,
    { upstream: { status, message } },
  );
