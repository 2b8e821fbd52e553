import { CloudAuthorizer } from '../../adapters/credentials/cloud-authorizer.ts';
import { credentialProblem } from '../../adapters/credentials/credential-problem.ts';
import { systemClock } from '../../adapters/memory/system-clock.ts';
import { FetchUpstream } from '../../adapters/upstream/fetch/fetch-upstream.ts';
import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { WireCall } from '../../ports/upstream.ts';
import { type Finding, found } from './finding.ts';

/**
 * Credentials of ready providers: files that cannot be used, and tokens and keys that have to be asked for, which costs nothing. Fixed keys are
 * not tried.
 */
export const checkCredentials = async (providers: readonly ActiveProvider[]): Promise<readonly Finding[]> => {
  const authorizer = new CloudAuthorizer(new FetchUpstream(), systemClock);
  const findings = await Promise.all(
    providers.filter((provider) => provider.ready).map((provider) => checkOne(provider, authorizer)),
  );
  return findings.flat();
};

const checkOne = async (provider: ActiveProvider, authorizer: CloudAuthorizer): Promise<readonly Finding[]> => {
  const { credentials, entry } = provider;
  const check = `credentials ${entry.id}`;
  const problem = await credentialProblem(provider);
  if (problem !== undefined) return [found(check, 'bad', problem)];
  if (credentials === undefined || credentials.kind === 'aws') return [];
  try {
    await authorizer.authorize(unsent(provider), provider, new Cancellation());
    return [found(check, 'ok', credentials.kind === 'aws-source' ? 'keys are given out' : 'a token is given out')];
  } catch (error) {
    return [found(check, 'bad', error instanceof Error ? error.message : String(error))];
  }
};

/** Something to be signed; it is thrown away. */
const unsent = ({ entry, timeouts }: ActiveProvider): WireCall => ({
  url: entry.baseUrl,
  method: 'POST',
  headers: {},
  body: '',
  timeouts,
});
