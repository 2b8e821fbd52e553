import type { JsonObject } from '../json/json.ts';
import { fitsAnyName } from '../policy/name-pattern.ts';
import type { AddressRange } from './address-range.ts';

/** What a key may do. Every absent member means: anything. */
export interface KeyPolicy {
  /** One list for each scope that has one: a model must fit a pattern of every list. */
  readonly models?: readonly (readonly string[])[];
  /** The key's own names for models, looked at before anything else. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Operations and path patterns. */
  readonly routes?: readonly string[];
  readonly addresses?: readonly AddressRange[];
  /** Settings of chat requests, used where the client says nothing. */
  readonly defaults?: JsonObject;
  /** Tags of every call. */
  readonly tags?: readonly string[];
}

/** The name a key's own alias leads to; aliases are not followed further. */
export const aliasedModel = (policy: KeyPolicy | undefined, model: string): string => {
  const aliases = policy?.aliases;
  return aliases !== undefined && Object.hasOwn(aliases, model) ? (aliases[model] ?? model) : model;
};

/** Whether one of the names fits every list. `names`: what the client wrote and the `provider/model` it led to. */
export const allowsModel = (models: KeyPolicy['models'], names: readonly string[]): boolean =>
  models === undefined || models.every((patterns) => names.some((name) => fitsAnyName(patterns, name)));

/** Whether a route fits: by its operation, or by its path as it was sent. */
export const allowsRoute = (routes: KeyPolicy['routes'], operation: string, path: string): boolean =>
  routes === undefined || routes.includes(operation) || fitsAnyName(routes, path);
