import type { ActiveProvider, Timeouts } from '../../core/catalog/active-provider.ts';
import type { MannersOfModel } from '../../core/catalog/model-manners.ts';
import type { ModelNotice } from '../../core/catalog/names/retirement.ts';
import type { ServedBy } from '../../core/catalog/provider.ts';
import type { ChatRequest, Loss } from '../../core/ir/index.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelPrice } from '../../core/money/price.ts';
import type { ModelSettings } from '../../core/policy/model-settings.ts';
import type { HealthBook } from '../../core/routing/health/health-book.ts';
import type { RouteChoice } from '../../core/routing/learned/asked/route-choice.ts';
import type { ChosenOrder } from '../../core/routing/learned/chosen-order.ts';
import type { SavedConfigs } from '../../ports/access/saved-configs.ts';
import type { CallsOnce } from '../../ports/calls-once.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Credentials } from '../../ports/credentials.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Identity } from '../../ports/key-ring.ts';
import type { Limiter } from '../../ports/limiter.ts';
import type { Resources } from '../../ports/resources.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { CompiledConfig } from '../compiled-config.ts';
import type { Door } from '../doors/door.ts';
import type { PumpWheel } from '../doors/pump-wheel.ts';
import type { Incoming } from '../incoming.ts';
import type { Chooser } from '../routers/chooser.ts';
import type { Gates } from './admission/gates.ts';
import type { HeldPin } from './held/held-place.ts';
import type { MoneyTools } from './money/money-rules.ts';
import type { Settlement } from './settlement.ts';

/** What every stage may use of the shell. */
export interface LineTools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly wheel: PumpWheel;
  /** Who may go on when there is too much to do. */
  readonly gates: Gates;
  /** A provider's key was refused: the operator should know which one. */
  keyRefused(provider: string, place: number): void;
  /** Absent where nobody has rate limits. */
  readonly limiter?: Limiter;
  /** Trees of targets that organisations keep; absent where nothing is kept. */
  readonly configs?: SavedConfigs;
  /** Absent where nothing is kept. */
  readonly presets?: SavedConfigs;
  /** Chooses models for queries; absent where nothing can be chosen. */
  readonly chooser?: Chooser;
  /** How the targets of routes did of late. */
  readonly health: HealthBook;
  /** Absent where nothing is kept. */
  readonly once?: CallsOnce;
  /** What providers hold, and whose it is; absent where nothing is kept. */
  readonly resources?: Resources;
  /** Absent where nothing is charged. */
  readonly money?: MoneyTools;
}

/** Stage 1: the head is in, the configuration is read once. */
export interface Received {
  readonly requestId: string;
  readonly incoming: Incoming;
  readonly door: Door;
  readonly config: CompiledConfig;
  readonly settlement: Settlement;
  /** Ends the provider's part: fired when the client is gone or the exchange is cut. */
  readonly cancellation: Cancellation;
}

/** Stage 2: the caller is known and the body is in, within its limits. */
export interface Identified extends Received {
  readonly identity: Identity;
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** The body carries seals that only a provider of another dialect can read. */
  readonly carriesSeals: boolean;
}

/** Stage 3: the request is understood. The bytes stay for the native lane. */
export interface Decoded extends Identified {
  /** The door whose dialect the body turned out to be in. */
  readonly door: Door;
  readonly request: ChatRequest;
  /** What a learned router made of it; absent when none was asked. */
  readonly chosen?: ChosenOrder;
  /** The same for each choice in its route; absent where the route holds none. */
  readonly choices?: ReadonlyMap<RouteChoice, ChosenOrder>;
  /** Where it must go; absent when it names nothing that a provider holds. */
  readonly pin?: HeldPin;
}

/** The provider and model a name led to, and how it is asked. */
export interface Target {
  readonly provider: ActiveProvider;
  readonly model: string;
  readonly served: ServedBy;
  readonly manners: MannersOfModel;
  /** What its callers should be told: that it goes by another name, is gone or goes soon. */
  readonly notices: readonly ModelNotice[];
  /** What the installation sets for this model; absent when nothing. */
  readonly settings?: ModelSettings;
  /** Absent when nobody names one. */
  readonly price?: ModelPrice;
  /** Where a route gives it less time than its provider has. */
  readonly timeouts?: Timeouts;
  /** Headers of the client's that a route passes on; the provider's own hold over them. */
  readonly forwarded?: Readonly<Record<string, string>>;
}

/** Stage 8: where it goes and by which lane. */
export interface Planned extends Decoded {
  readonly target: Target;
  readonly lane: 'native' | 'translated';
}

/** A body for the provider, with what was lost on the way. */
export interface PreparedBody {
  readonly body: Uint8Array | string;
  readonly losses: readonly Loss[];
}
