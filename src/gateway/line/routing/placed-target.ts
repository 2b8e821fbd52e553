import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import type { RouteSettings } from '../../../core/routing/route.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import { withKey } from '../../organisation-config.ts';
import type { Target } from '../records.ts';
import { atCallersAddress } from './callers-address.ts';

interface Caller {
  readonly config: CompiledConfig;
  readonly identity: Identity;
}

/** Whether a route says with which key, or at which address, its targets are called. */
export const isPlaced = ({ host, credential, apiKey }: RouteSettings): boolean =>
  host !== undefined || credential !== undefined || apiKey !== undefined;

/** A target with the key and at the address that its route names; undefined when there is no such credential. Throws a 400 for an address that is none. */
export const placedTarget = (target: Target, settings: RouteSettings, caller: Caller): Target | undefined => {
  const { host, credential, apiKey } = settings;
  const own = credential === undefined ? undefined : caller.config.credentials?.get(credential);
  if (credential !== undefined && own === undefined) return undefined;
  const { orgId, keyId, label } = caller.identity;
  const owner = own === undefined ? `${orgId}/${keyId ?? label}` : `${orgId}/${own.id}`;
  const key = own?.apiKey ?? apiKey;
  const keyed = key === undefined ? target.provider : withKey(target.provider, key, owner);
  if (host === undefined) return { ...target, provider: keyed };
  const apiKeyThere = key ?? (target.provider.keyOwner === orgId ? target.provider.apiKey : undefined);
  return {
    ...target,
    provider: atCallersAddress(keyed, { at: 'custom_host', baseUrl: host, apiKey: apiKeyThere, owner }),
  };
};

const opened = new WeakMap<CompiledConfig, Map<string, CompiledConfig>>();

/** The configuration for a caller who brings a key or an address: what a provider lacks here is no reason not to call it. */
export const openedFor = (config: CompiledConfig, model: string): CompiledConfig => {
  const id = model.slice(0, model.indexOf('/'));
  const provider = config.providers.find((one) => one.entry.id === id);
  if (provider === undefined || provider.ready) return config;
  const known = opened.get(config) ?? new Map<string, CompiledConfig>();
  opened.set(config, known);
  const made = known.get(id) ?? { ...config, providers: config.providers.map((one) => readied(one, id)) };
  known.set(id, made);
  return made;
};

const readied = (provider: ActiveProvider, id: string): ActiveProvider => {
  if (provider.entry.id !== id) return provider;
  const { reason: _reason, lacksKey: _lacksKey, ...usable } = provider;
  return { ...usable, ready: true };
};
