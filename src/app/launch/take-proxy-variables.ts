import type { Environment } from '../../contract/expand-environment.ts';
import { proxyVariables } from '../../contract/network/proxy-for.ts';

/**
 * The environment as it is now, and the process without the variables that name proxies: the runtime's own client reads them too, and by rules
 * of its own. From here on only ours hold.
 */
export const takeProxyVariables = (environment: Environment): Environment => {
  const copy = { ...environment };
  for (const name of proxyVariables) delete process.env[name];
  return copy;
};
