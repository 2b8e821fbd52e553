import type { CloudCredentials } from '../../core/catalog/cloud-credentials.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { Token } from './token-keeper.ts';
import { requestToken } from './token-request.ts';

export type AzureCredentials = Extract<CloudCredentials, { readonly kind: 'azure' }>;

/** An Entra token by the client-credentials grant (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). */
export const askEntra = (credentials: AzureCredentials, upstream: Upstream): Promise<Token> => {
  const { authority, tenantId, clientId, clientSecret, scope } = credentials;
  return requestToken(
    {
      url: `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope },
      secrets: [clientSecret],
      service: 'Microsoft Entra',
      advice: 'Check tenant_id, client_id and client_secret, and whether the secret has expired.',
    },
    upstream,
  );
};
