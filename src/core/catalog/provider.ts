import type { ModelTrait } from '../dialects/dialect.ts';
import type { DialectId, Operation } from '../ir/index.ts';
import type { Framing } from '../stream/framing.ts';
import type { QuirkId } from './quirks.ts';

/** How a provider wants its key. `env` names the usual variables; the first one that is set is used. */
export type AuthScheme =
  | { readonly kind: 'bearer'; readonly env: readonly string[] }
  | { readonly kind: 'header'; readonly name: string; readonly env: readonly string[] }
  | { readonly kind: 'query'; readonly name: string; readonly env: readonly string[] }
  /** A bearer key when `env` gives one, else signed with access keys (Signature Version 4) for `service` in the variable `region`. */
  | { readonly kind: 'aws'; readonly service: string; readonly env: readonly string[] }
  /** `x-goog-api-key` when `env` gives a key, else an access token: a ready one, or one asked for with a credentials file. */
  | { readonly kind: 'google'; readonly env: readonly string[] }
  /** `api-key` when `env` gives a key, else an Entra token: a ready one, or one asked for with a client secret. */
  | { readonly kind: 'azure'; readonly env: readonly string[] }
  | { readonly kind: 'none' };

/** A part of a provider's address that differs from one installation to another: a region, a resource, a project. */
export interface AddressVariable {
  /** What it is, in a few words that fit behind "needs". */
  readonly about: string;
  readonly env: readonly string[];
  readonly preset?: string;
}

/** Another address for some values of a variable. */
export interface AddressCase {
  readonly variable: string;
  readonly values: readonly string[];
  readonly baseUrl: string;
}

/**
 * Base URLs with this scheme are answered inside Sluice, without a network call. What follows the colon names the responder.
 * The config file refuses them, so only the catalogue can use one.
 */
export const inProcessScheme = 'in-process:';

/**
 * One way to reach an operation. `path` is appended to the base URL; `{model}` stands for the model's id and `{method}` for Gemini's method
 * (`generateContent`, `streamGenerateContent`). `models` is a regular expression of the model ids it is for; absent means all.
 */
export interface ServedBy {
  readonly dialect: DialectId;
  readonly path: string;
  /** For streamed answers, where they have a path of their own. */
  readonly streamPath?: string;
  readonly models?: string;
  /** Headers of clients that this way takes as lists in the body. */
  readonly headerMembers?: readonly HeaderMember[];
  /** How many inputs one call of embeddings takes; more are asked for in several calls. */
  readonly inputsPerCall?: number;
  /** The header of an answer that counts the input's tokens, where the body does not. */
  readonly countHeader?: string;
  /** How streams are framed, where it is not the dialect's own way. */
  readonly framing?: Framing;
}

/** A client's header as a member of the body. `values` is a regular expression of the words that are taken; others are left out. */
export interface HeaderMember {
  readonly header: string;
  readonly member: string;
  readonly values: string;
}

/** Manners of some of a provider's models: `models` is a regular expression over model ids. */
export interface ModelManners {
  readonly models: string;
  readonly traits?: readonly ModelTrait[];
  readonly quirks?: readonly QuirkId[];
  readonly maxOutputTokens?: number;
}

/** A provider, as data. The config file's entries have the same shape, written in snake_case. */
export interface ProviderEntry {
  readonly id: string;
  readonly title: string;
  /** Other names it is known by, each usable before the slash of `provider/model`. */
  readonly aliases?: readonly string[];
  /** Without a trailing slash. `{name}` stands for one of the `variables`, here and in paths. */
  readonly baseUrl: string;
  readonly baseUrlCases?: readonly AddressCase[];
  readonly variables?: Readonly<Record<string, AddressVariable>>;
  readonly auth: AuthScheme;
  /** A host that may run without a key (a local model server): it is used with one when one is found. */
  readonly keyOptional?: boolean;
  /** Environment variables that give the address of a host without a fixed one; the first that is set wins over `baseUrl`. */
  readonly baseUrlEnv?: readonly string[];
  /** Headers every call carries, such as `anthropic-version`; a header the client sent in the native lane wins. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly serves: Readonly<Partial<Record<Operation, readonly ServedBy[]>>>;
  /** A router: it reads the members of a request that say where it may go. */
  readonly routesItself?: true;
  readonly quirks?: readonly QuirkId[];
  readonly manners?: readonly ModelManners[];
  /** Models worth naming in `/v1/models`; any other id of the provider's works too, unless `closed`. */
  readonly models?: readonly string[];
  /** The model of an operation whose clients may name none. */
  readonly defaultModels?: Readonly<Partial<Record<Operation, string>>>;
  /** A regular expression over bare model names (without `provider/`) that can only mean this provider's models. */
  readonly owns?: string;
  /** Its calls cost nothing, by somebody's word: without it and without a price, nobody knows what they cost. */
  readonly free?: boolean;
  /** Only the listed models exist (the demo provider, a private host). */
  readonly closed?: boolean;
  /** recorded: tested against recorded traffic; documented: against the provider's documentation; listed: by name only. */
  readonly evidence: 'recorded' | 'documented' | 'listed';
}
