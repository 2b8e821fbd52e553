import type { RouterSettings } from '../contract/settings.ts';
import type { Naming } from '../core/catalog/names/name-index.ts';
import type { ModelSettings } from '../core/policy/model-settings.ts';
import type { Route } from '../core/routing/route.ts';
import type { OrganisationCredential } from '../ports/access/organisation-keys.ts';

/** Everything the line reads of the configuration. Immutable; a reload puts another one in its place, and exchanges under way keep theirs. */
export interface CompiledConfig extends Naming {
  /** The day it is (UTC), `YYYY-MM-DD`: models retire and prices change with it. */
  today(): string;
  /** The operator's routes by name, each with that as `allowedBy`. */
  readonly routes: ReadonlyMap<string, Route>;
  /** Names that work and no list shows. */
  readonly hiddenNames?: ReadonlySet<string>;
  /** What names that choose a model go by. */
  readonly routers?: RouterSettings | undefined;
  readonly modelSettings: readonly ModelSettings[];
  /** The caller's organisation's own keys for providers, by id and by alias. */
  readonly credentials?: ReadonlyMap<string, OrganisationCredential>;
  /** Parameters that the target's format cannot take are dropped, with a warning, instead of refused. */
  readonly dropParams: boolean;
  readonly limits: {
    readonly bodyBytes: number;
    readonly jsonValues: number;
    readonly jsonDepth: number;
    readonly bytesInFlight: number;
    /** How long a client may take to send its body. */
    readonly bodyMs: number;
    /** Calls under way at one time; absent: as many as come. */
    readonly concurrency?: number;
    /** How many may wait, and how long. */
    readonly queued?: number;
    readonly queueMs: number;
  };
  /** Silence after which a stream gets a comment; 0 turns it off. */
  readonly heartbeatMs: number;
  /** How long a client may leave a stream unread before it is cut. */
  readonly stallMs: number;
  /** Allowed origins; `*` allows all. Empty: no CORS headers. */
  readonly corsOrigins: readonly string[];
  /** `usage`: only token counts are read from native answers. `full`: every frame is decoded, and the log tells what an answer held. */
  readonly observe: 'usage' | 'full';
}
