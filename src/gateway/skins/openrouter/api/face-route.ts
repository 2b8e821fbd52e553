import type { Json, JsonObject } from '../../../../core/json/json.ts';
import type { Budget } from '../../../../core/ledger/budget.ts';
import type { HealthBook } from '../../../../core/routing/health/health-book.ts';
import type { KeyMint } from '../../../../ports/access/key-mint.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { FactStore } from '../../../../ports/fact-store.ts';
import type { Identity, KeyRing } from '../../../../ports/key-ring.ts';
import type { Administration } from '../../../admin/administration.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked, type Questions } from '../../../admin/request-parts.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';

/** What is there only where keys, money and facts are kept. */
export interface KeptTools {
  readonly administration: Administration;
  readonly facts: FactStore;
  readonly mint: KeyMint;
  /** What is settled on a budget in its window, in nano-dollars. */
  standing(budget: Budget): { readonly settledNanoUsd: bigint };
}

/** What OpenRouter's routes beside the doors work with. Nothing is kept here. */
export interface FaceTools {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly health: HealthBook;
  /** As an organisation sees it. */
  config(orgId: string): CompiledConfig;
  /** Undefined where nothing is kept. */
  kept(): Promise<KeptTools> | undefined;
}

/** A request to one of them, read. */
export interface FaceCall {
  readonly identity: Identity;
  readonly config: CompiledConfig;
  readonly path: string;
  readonly query: Questions;
  /** Empty when none came. */
  readonly body: JsonObject;
  /** What stands in the path's braces. */
  readonly named: readonly string[];
  /** Takes the name of a question that changes nothing here. */
  readonly ignored: Set<string>;
}

export interface FaceRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind `/api/v1`. `{name}` is one part, `{name...}` any number of them. */
  readonly path: string;
  /** `key`: any key that works; `admin`: the master key and admin keys. */
  readonly who: 'key' | 'admin';
  /** It tells a key about itself. */
  readonly about?: 'caller';
  readonly status?: 201;
  readonly run: (call: FaceCall, tools: FaceTools) => Json | Promise<Json>;
}

/** All values of a question, which may also stand in one, between commas. */
export const askedList = ({ query }: FaceCall, name: string): readonly string[] | undefined => {
  const values = query.get(name)?.flatMap((value) => value.split(',').map((one) => one.trim()));
  const said = values?.filter((one) => one !== '');
  return said === undefined || said.length === 0 ? undefined : said;
};

export const askedNumber = (call: FaceCall, name: string): number | undefined => {
  const text = asked(call, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw invalid(name, 'must be a number');
  return value;
};

/** A whole number of 0 or more. */
export const askedCount = (call: FaceCall, name: string): number | undefined => {
  const value = askedNumber(call, name);
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 0))
    throw invalid(name, 'must be a whole number, 0 or more');
  return value;
};
