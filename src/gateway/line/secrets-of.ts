import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import type { Credentials } from '../../ports/credentials.ts';

/** What no text of a provider's may repeat to a client or into the log. */
export const secretsOf = (provider: ActiveProvider, credentials: Credentials): readonly string[] => {
  const { apiKey } = provider;
  if (provider.credentials !== undefined) return credentials.secrets(provider);
  return apiKey === undefined ? [] : [apiKey];
};
