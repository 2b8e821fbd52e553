import type { CloudCredentials } from '../../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { type Json, numberAt, stringAt } from '../../../core/json/json.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import { askServiceJson } from '../ask-service.ts';
import type { Token } from '../token-keeper.ts';

export type AzureIdentity = Extract<CloudCredentials, { readonly kind: 'azure-identity' }>;

const service = "Azure's identity service";

/**
 * An Entra token of the machine or the app Sluice runs on
 * (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token,
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity).
 */
export const askManagedIdentity = async (
  identity: AzureIdentity,
  upstream: Upstream,
  nowMs: number,
): Promise<Token> => {
  const { endpoint, header, clientId, scope } = identity;
  const asked = new URLSearchParams({
    'api-version': header === undefined ? '2018-02-01' : '2019-08-01',
    resource: scope.replace(/\/\.default$/, ''),
    ...(clientId === undefined ? {} : { client_id: clientId }),
  });
  const answer = await askServiceJson(
    {
      url: `${endpoint}${endpoint.includes('?') ? '&' : '?'}${asked.toString()}`,
      headers: header === undefined ? { metadata: 'true' } : { 'x-identity-header': header },
      secrets: header === undefined ? [] : [header],
      service,
      advice: 'Check that an identity is assigned here, and client_id when there are several.',
    },
    upstream,
  );
  const value = stringAt(answer, 'access_token');
  if (value === undefined) throw new GatewayError('upstream_auth', `${service} answered without an access token.`);
  return { value, lifetimeMs: lifetimeMs(answer, nowMs) };
};

/** Seconds to go, or since 1970, as numbers or texts; App Service writes a date at times. */
const lifetimeMs = (answer: Json, nowMs: number): number => {
  const expiresIn = seconds(answer, 'expires_in');
  if (expiresIn > 0) return expiresIn * 1000;
  const expiresOn = seconds(answer, 'expires_on');
  const endsMs = Number.isNaN(expiresOn) ? Date.parse(stringAt(answer, 'expires_on') ?? '') : expiresOn * 1000;
  return Number.isNaN(endsMs) ? 3_600_000 : Math.max(endsMs - nowMs, 1);
};

const seconds = (answer: Json, name: string): number =>
  numberAt(answer, name) ?? Number(stringAt(answer, name) ?? Number.NaN);
