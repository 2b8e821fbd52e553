import type { CloudCredentials, CredentialValues } from '../../core/catalog/cloud-credentials.ts';
import type { Environment } from '../expand-environment.ts';

type Identity = Extract<CloudCredentials, { readonly kind: 'azure-federated' | 'azure-identity' }>;

const machineEndpoint = 'http://169.254.169.254/metadata/identity/oauth2/token';

/**
 * A workload identity (a token in a file), or the managed identity of an app or a machine. The one of a machine is asked for only when the config
 * file says so. Undefined when nobody named one.
 */
export const azureIdentity = (found: {
  readonly values: CredentialValues;
  readonly given: CredentialValues | undefined;
  readonly environment: Environment;
}): { readonly credentials: Identity } | { readonly problem: string } | undefined => {
  const { values, given, environment } = found;
  const {
    tenant_id: tenantId,
    client_id: clientId,
    scope = '',
    authority = '',
    federated_token_file: tokenFile,
  } = values;
  const named = given?.['source'];
  if (named !== undefined && named !== 'managed-identity')
    return { problem: 'its credentials have a source that is none of Azure’s; write `managed-identity`.' };
  if (named === undefined && tokenFile !== undefined && tenantId !== undefined && clientId !== undefined) {
    const place = authority.replace(/\/+$/, '');
    return { credentials: { kind: 'azure-federated', tenantId, clientId, tokenFile, scope, authority: place } };
  }
  const endpoint = environment['IDENTITY_ENDPOINT']?.trim() ?? '';
  const header = environment['IDENTITY_HEADER']?.trim() ?? '';
  // What an app is given by its platform. Which of several identities is meant only the file says: AZURE_CLIENT_ID may be for something else.
  const own = given?.['client_id'];
  const which = { ...(own === undefined ? {} : { clientId: own }), scope };
  if (endpoint !== '' && header !== '') return { credentials: { kind: 'azure-identity', endpoint, header, ...which } };
  return named === undefined
    ? undefined
    : { credentials: { kind: 'azure-identity', endpoint: machineEndpoint, ...which } };
};
