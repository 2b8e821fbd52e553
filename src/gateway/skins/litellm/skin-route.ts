import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import type { Deployments } from '../../../ports/access/deployments.ts';
import type { KeyMint } from '../../../ports/access/key-mint.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { FactStore } from '../../../ports/fact-store.ts';
import type { Identity, KeyRing } from '../../../ports/key-ring.ts';
import type { Tokenizer } from '../../../ports/tokenizer.ts';
import type { Administration } from '../../admin/administration.ts';
import type { Questions } from '../../admin/request-parts.ts';
import type { CompiledConfig } from '../../compiled-config.ts';

/** What LiteLLM's routes work with: the same parts as the native admin API. Nothing is kept here. */
export interface SkinTools {
  readonly administration: Administration;
  readonly facts: FactStore;
  readonly keys: KeyRing;
  readonly mint: KeyMint;
  readonly clock: Clock;
  readonly version: string;
  /** Absent where nothing is charged. */
  readonly tokenizer?: Tokenizer;
  /** Models that are kept beside those of the config file. */
  readonly deployments?: Deployments;
  config(): CompiledConfig;
  /** What is settled on a budget in its window, in nano-dollars, and when that begins anew. */
  standing(budget: Budget): { readonly settledNanoUsd: bigint; readonly resetMs?: number };
  draining(): boolean;
}

/** A request to a route of LiteLLM's, read. */
export interface SkinCall {
  readonly identity: Identity;
  /** From `organization_id` of body or query. */
  readonly orgId: string | undefined;
  readonly query: Questions;
  /** Empty when none came. */
  readonly body: JsonObject;
  /** From the path, such as the key of `/key/{key}/regenerate`. */
  readonly named: string | undefined;
  /** Takes the name of a field that is kept and shown, and changes nothing. */
  readonly ignored: Set<string>;
}

export interface SkinRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** `open`: anyone; `key`: any key that works; `admin`: the master key and admin keys. */
  readonly who: 'open' | 'key' | 'admin';
  readonly run: (call: SkinCall, tools: SkinTools) => Promise<Json>;
}
