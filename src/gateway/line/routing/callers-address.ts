import { waysAt } from '../../../contract/ways-at.ts';
import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { catalogue } from '../../../core/catalog/catalogue.ts';
import type { AuthScheme, ProviderEntry } from '../../../core/catalog/provider.ts';
import { invalidField } from '../../../core/errors/gateway-error.ts';

export interface CallersAddress {
  /** The member or header that names it, for errors. */
  readonly at: string;
  readonly baseUrl: string;
  /** The caller's own; none is sent without it. */
  readonly apiKey: string | undefined;
  /** Whose health this is: no other caller's. */
  readonly owner: string;
}

const longest = 2048;

/**
 * A provider's formats at an address that a request names. It gets the caller's key or none: keys and headers of the installation go nowhere but to the
 * addresses its operator wrote. The call is checked on its way out (`Egress.checked`). Throws a 400 for what is no address.
 */
export const atCallersAddress = (provider: ActiveProvider, caller: CallersAddress): ActiveProvider => {
  const { apiKey, owner } = caller;
  const baseUrl = readBaseUrl(caller);
  const { entry } = provider;
  const known = catalogue.find(({ id }) => id === entry.id);
  const { headers: _own, baseUrlCases: _cases, ...shape } = entry;
  const usual = known?.headers === undefined ? {} : { headers: known.headers };
  return {
    entry: { ...shape, ...usual, baseUrl, auth: keyedAuth(entry, apiKey), serves: waysAt(baseUrl, entry.serves) },
    ...(apiKey === undefined ? { keySource: { kind: 'none' } } : { apiKey, keySource: { kind: 'config' } }),
    keyOwner: `${owner} at ${baseUrl}`,
    timeouts: provider.timeouts,
    ...(provider.limits === undefined ? {} : { limits: provider.limits }),
    egress: { ...provider.egress, checked: true },
    ownAddress: true,
    ready: true,
  };
};

const readBaseUrl = ({ at, baseUrl }: CallersAddress): string => {
  const trimmed = baseUrl.trim().replace(/\/+$/, '');
  if (trimmed.length > longest || !/^https?:\/\/[^\s/?#\\@]+(?:\/[^\s?#\\]*)?$/i.test(trimmed))
    throw invalidField(at, 'must be an address such as "https://host/v1", without a query, a name or a password.');
  return trimmed;
};

/** A key at hand takes the place of what a cloud signs calls with. */
const keyedAuth = ({ auth }: ProviderEntry, apiKey: string | undefined): AuthScheme => {
  if (apiKey === undefined) return { kind: 'none' };
  switch (auth.kind) {
    case 'google':
      return { kind: 'header', name: 'x-goog-api-key', env: [] };
    case 'azure':
      return { kind: 'header', name: 'api-key', env: [] };
    case 'aws':
    case 'none':
      return { kind: 'bearer', env: [] };
    case 'bearer':
    case 'header':
    case 'query':
      return auth;
  }
};
