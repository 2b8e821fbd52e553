import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import type { ModelOverride } from '../../core/catalog/models/model-override.ts';
import type { ModelSettings } from '../../core/policy/model-settings.ts';
import type { Route } from '../../core/routing/route.ts';

/** A model that is kept, with its secrets. */
export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What models that are kept add to a configuration. */
export interface AddedModels {
  readonly providers: readonly ActiveProvider[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly routes: ReadonlyMap<string, Route>;
  readonly modelSettings: readonly ModelSettings[];
  readonly models: readonly ModelOverride[];
  /** Their fixed ids, which may be written where a name is. */
  readonly ids: ReadonlySet<string>;
  /** Providers whose models are those of another: theirs → the catalogue's. */
  readonly sharing: ReadonlyMap<string, string>;
}

/** Models that are kept beside those of the config file. */
export interface Deployments {
  /** What is added for an organisation; another object after every change. Undefined when nothing is. */
  of(orgId: string): AddedModels | undefined;
  /** When all changes until now are in force. */
  settled(): Promise<void>;
  /** What is wrong with a model that is to be kept; undefined when it can be served. */
  problemOf(deployment: Deployment): Promise<string | undefined>;
}
