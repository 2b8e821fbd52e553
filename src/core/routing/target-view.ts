import type { FailureClass } from '../errors/failure-class.ts';
import type { Pace } from './health/pace.ts';
import type { RouteSettings } from './route.ts';

/** How a target stands with its breakers, and why. */
export interface Standing {
  readonly state: 'closed' | 'half-open' | 'open';
  readonly because?: FailureClass;
  readonly readyAtMs?: number;
}

/** Why a name cannot be called at all. */
export type Unusable = 'unknown-model' | 'not-configured' | 'unsupported' | 'forbidden';

/** What planning knows of a target. Prices are nano-dollars for a million tokens; what nobody knows is absent. */
export interface TargetView {
  /** `provider/model`; the name that was asked for when it cannot be called. */
  readonly target: string;
  readonly provider: string;
  readonly unusable?: Unusable;
  readonly inputPrice?: number;
  readonly outputPrice?: number;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Parameters it is known to take, in the words of `/v1/models`; absent when no source says. */
  readonly parameters?: readonly string[];
  readonly standing: Standing;
  readonly unstable: boolean;
  readonly inFlight: number;
  /** Since the minute began. */
  readonly minuteRequests?: number;
  readonly minuteTokens?: number;
  readonly firstByteMs?: number;
  readonly tokensPerSecond?: number;
  /** A budget of its provider has nothing left; noted only where it is so. */
  readonly spent?: true;
  /** Slower than the request would like; noted only where it says so. */
  readonly tooSlow?: true;
}

/** What planning asks of the world. */
export interface RouteViews {
  /** A model under the settings that a route has for it. */
  target(model: string, settings: RouteSettings, path: string): TargetView;
  /** How fast a target was of late. Asked after `target`, and only where a request has wishes. */
  pace?(model: string, settings: RouteSettings): Pace | undefined;
  /** The target that a conversation was answered by before, while it is kept in mind. */
  pinned?(conversation: string): string | undefined;
}

/** Three tokens in for one out is what chats come to. */
export const blendedPrice = ({ inputPrice, outputPrice }: TargetView): number | undefined =>
  inputPrice === undefined || outputPrice === undefined ? undefined : (3 * inputPrice + outputPrice) / 4;
