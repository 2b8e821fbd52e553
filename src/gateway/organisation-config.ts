import type { ActiveProvider } from '../core/catalog/active-provider.ts';
import type { OrganisationKeys } from '../ports/access/organisation-keys.ts';
import type { CompiledConfig } from './compiled-config.ts';

/** Whether an organisation's own key can be used with a provider: a fixed one, sent in a header. */
export const takesKey = ({ entry, ready, lacksKey }: ActiveProvider): boolean =>
  (ready || lacksKey === true) && !keyless.has(entry.auth.kind);

const keyless: ReadonlySet<string> = new Set(['none', 'aws', 'google', 'azure']);

interface Made {
  readonly keys: ReadonlyMap<string, string>;
  readonly config: CompiledConfig;
}

/** The configuration as an organisation sees it: with its own keys in the place of the installation's. Made once for each configuration and set of keys. */
export class OrganisationConfigs {
  readonly #keys: OrganisationKeys;
  readonly #made = new WeakMap<CompiledConfig, Map<string, Made>>();

  constructor(keys: OrganisationKeys) {
    this.#keys = keys;
  }

  of(config: CompiledConfig, orgId: string): CompiledConfig {
    const keys = this.#keys.of(orgId);
    if (keys === undefined) return config;
    const made = this.#made.get(config) ?? new Map<string, Made>();
    this.#made.set(config, made);
    const known = made.get(orgId);
    if (known?.keys === keys) return known.config;
    const providers = config.providers.map((provider) => withKeyOf(provider, keys, orgId));
    const own = { ...config, providers, credentials: this.#keys.named(orgId) };
    made.set(orgId, { keys, config: own });
    return own;
  }
}

const withKeyOf = (provider: ActiveProvider, keys: ReadonlyMap<string, string>, orgId: string): ActiveProvider => {
  const apiKey = keys.get(provider.entry.id);
  return apiKey === undefined || !takesKey(provider) ? provider : withKey(provider, apiKey, orgId);
};

/** A provider as it is called with a key that somebody owns. */
export const withKey = (provider: ActiveProvider, apiKey: string, owner: string): ActiveProvider => {
  const { reason: _reason, lacksKey: _lacksKey, otherKeys: _otherKeys, ...usable } = provider;
  return { ...usable, apiKey, keyOwner: owner, keySource: { kind: 'config' }, ready: true };
};
