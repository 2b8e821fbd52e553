import type { ActiveProvider } from '../core/catalog/active-provider.ts';
import { withOverrides } from '../core/catalog/models/model-override.ts';
import type { Route } from '../core/routing/route.ts';
import type { AddedModels, Deployments } from '../ports/access/deployments.ts';
import type { OrganisationKeys } from '../ports/access/organisation-keys.ts';
import type { CompiledConfig } from './compiled-config.ts';

/** Whether an organisation's own key can be used with a provider: a fixed one, sent in a header. */
export const takesKey = ({ entry, ready, lacksKey }: ActiveProvider): boolean =>
  (ready || lacksKey === true) && !keyless.has(entry.auth.kind);

const keyless: ReadonlySet<string> = new Set(['none', 'aws', 'google', 'azure']);

interface Made {
  readonly keys: ReadonlyMap<string, string> | undefined;
  readonly added: AddedModels | undefined;
  readonly config: CompiledConfig;
}

/** The configuration as an organisation sees it: with its own keys in the place of the installation's. Made once for each configuration and set of keys. */
export class OrganisationConfigs {
  readonly #keys: OrganisationKeys;
  readonly #made = new WeakMap<CompiledConfig, Map<string, Made>>();

  readonly #deployments: Pick<Deployments, 'of'>;

  constructor(keys: OrganisationKeys, deployments: Pick<Deployments, 'of'>) {
    this.#keys = keys;
    this.#deployments = deployments;
  }

  of(config: CompiledConfig, orgId: string): CompiledConfig {
    const keys = this.#keys.of(orgId);
    const added = this.#deployments.of(orgId);
    if (keys === undefined && added === undefined) return config;
    const made = this.#made.get(config) ?? new Map<string, Made>();
    this.#made.set(config, made);
    const known = made.get(orgId);
    if (known !== undefined && known.keys === keys && known.added === added) return known.config;
    const providers =
      keys === undefined ? config.providers : config.providers.map((provider) => withKeyOf(provider, keys, orgId));
    const keyed = { ...config, providers, ...(keys === undefined ? {} : { credentials: this.#keys.named(orgId) }) };
    const own = added === undefined ? keyed : withModels(keyed, added);
    made.set(orgId, { keys, added, config: own });
    return own;
  }
}

/** The configuration with models that are kept beside it. A name that stands in both is balanced between the two. */
const withModels = (config: CompiledConfig, added: AddedModels): CompiledConfig => {
  const routes = new Map(config.routes);
  const aliases = { ...config.aliases };
  const before = (name: string): Route | undefined => {
    const route = routes.get(name);
    if (route !== undefined) return route;
    return Object.hasOwn(aliases, name) ? { kind: 'target', model: aliases[name] ?? name } : undefined;
  };
  const own = [
    ...Object.entries(added.aliases).map(([name, model]) => [name, { kind: 'target', model } as Route] as const),
    ...added.routes,
  ];
  for (const [name, route] of own) {
    const other = name.includes('*') ? undefined : before(name);
    const shares = (other === undefined ? [route] : [other, route]).map((one) => ({ route: one, weight: 1 }));
    if (other !== undefined) routes.set(name, { kind: 'balance', routes: shares });
    else if (route.kind === 'target' && Object.hasOwn(added.aliases, name)) aliases[name] = route.model;
    else routes.set(name, route);
  }
  return {
    ...config,
    routes,
    aliases,
    hiddenNames: added.ids,
    providers: [...config.providers, ...added.providers],
    modelSettings: [...config.modelSettings, ...added.modelSettings],
    models: withOverrides(config.models.sharing(added.sharing), added.models),
  };
};

const withKeyOf = (provider: ActiveProvider, keys: ReadonlyMap<string, string>, orgId: string): ActiveProvider => {
  const apiKey = keys.get(provider.entry.id);
  return apiKey === undefined || !takesKey(provider) ? provider : withKey(provider, apiKey, orgId);
};

/** A provider as it is called with a key that somebody owns. */
export const withKey = (provider: ActiveProvider, apiKey: string, owner: string): ActiveProvider => {
  const { reason: _reason, lacksKey: _lacksKey, otherKeys: _otherKeys, ...usable } = provider;
  return { ...usable, apiKey, keyOwner: owner, keySource: { kind: 'config' }, ready: true };
};
