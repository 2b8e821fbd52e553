import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { readGoogleKey } from './google/google-key.ts';

/** What is wrong with a provider's credentials as far as it shows without a call, as one or two sentences; undefined when nothing does. */
export const credentialProblem = async ({ credentials }: ActiveProvider): Promise<string | undefined> => {
  if (credentials?.kind !== 'google' || credentials.source.kind === 'metadata') return undefined;
  try {
    await readGoogleKey(credentials.source);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
};
