import { credentialProblem } from '../../adapters/credentials/credential-problem.ts';
import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { type Finding, found } from './finding.ts';

/** Credentials files of ready providers that cannot be used. Those the config file names were looked at with it. */
export const checkCredentials = async (providers: readonly ActiveProvider[]): Promise<readonly Finding[]> => {
  const findings = await Promise.all(
    providers
      .filter((provider) => provider.ready)
      .map(async (provider) => {
        const problem = await credentialProblem(provider);
        return problem === undefined ? [] : [found(`credentials ${provider.entry.id}`, 'bad', problem)];
      }),
  );
  return findings.flat();
};
