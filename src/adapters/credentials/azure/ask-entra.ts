import type { CloudCredentials } from '../../../core/catalog/cloud-credentials.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import { readSecretFile } from '../read-secret-file.ts';
import type { Token } from '../token-keeper.ts';
import { requestToken } from '../token-request.ts';

export type AzureCredentials = Extract<CloudCredentials, { readonly kind: 'azure' }>;
export type AzureFederated = Extract<CloudCredentials, { readonly kind: 'azure-federated' }>;

/** An Entra token by the client-credentials grant (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). */
export const askEntra = (credentials: AzureCredentials, upstream: Upstream): Promise<Token> => {
  const { clientId, clientSecret, scope } = credentials;
  return requestToken(
    {
      url: addressOf(credentials),
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope },
      secrets: [clientSecret],
      service: 'Microsoft Entra',
      advice: 'Check tenant_id, client_id and client_secret, and whether the secret has expired.',
    },
    upstream,
  );
};

/** The same with a token that Kubernetes wrote into a file in the place of a secret, which is read each time: it is replaced every hour. */
export const askEntraFederated = async (credentials: AzureFederated, upstream: Upstream): Promise<Token> => {
  const { clientId, tokenFile, scope } = credentials;
  const assertion = (await readSecretFile(tokenFile, 'The federated token file')).trim();
  return requestToken(
    {
      url: addressOf(credentials),
      form: {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope,
      },
      secrets: [assertion],
      service: 'Microsoft Entra',
      advice: 'Check tenant_id and client_id, and the federated credential of the application.',
    },
    upstream,
  );
};

const addressOf = ({ authority, tenantId }: { readonly authority: string; readonly tenantId: string }): string =>
  `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
