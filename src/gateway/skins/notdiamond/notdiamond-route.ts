import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Ids } from '../../../ports/ids.ts';
import type { Identity, KeyRing } from '../../../ports/key-ring.ts';
import type { DecisionStore } from '../../../ports/routing/decision-store.ts';
import type { RouterStore } from '../../../ports/routing/router-store.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { RouterDirectory } from '../../routers/router-directory.ts';
import type { RouterEngine } from '../../routers/router-engine.ts';
import type { TrainingDesk } from '../../routers/training-desk.ts';

/** What Not Diamond's routes work with. */
export interface NotDiamondTools {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly engine: RouterEngine;
  readonly routers: RouterStore;
  readonly directory: RouterDirectory;
  readonly decisions: DecisionStore;
  readonly training: TrainingDesk;
  config(): CompiledConfig;
}

/** A request to one of the routes, read. */
export interface NotDiamondCall {
  readonly identity: Identity;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Empty for a route that takes a form, or none. */
  readonly body: JsonObject;
  /** Fields and files by name; empty for a route that takes no form. */
  readonly form: Form;
  /** What stands in the path's braces; empty where it has none. */
  readonly named: string;
}

export type Form = ReadonlyMap<string, string | Blob>;

export interface NotDiamondAnswer {
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface NotDiamondRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{id}` is one part, of any name. */
  readonly path: string;
  readonly takes: 'json' | 'form' | 'nothing';
  readonly run: (call: NotDiamondCall, tools: NotDiamondTools) => Promise<NotDiamondAnswer>;
}
