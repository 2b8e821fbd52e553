import type { Budget } from '../ledger/budget.ts';
import type { CloudCredentials } from './cloud-credentials.ts';
import type { ProviderEntry } from './provider.ts';

/** How long each part of a call to a provider may take. Each one that passes cancels the call. */
export interface Timeouts {
  /** Name lookup, TCP and TLS. */
  readonly connectMs: number;
  /** From the request's last byte to the answer's first. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer; a whole body of up to 64 KB counts as one piece. */
  readonly idleMs: number;
  /** The whole call. */
  readonly totalMs: number;
}

/** Sizes of a call to a provider. */
export interface ProviderLimits {
  readonly bodyBytes: number;
  /** Of a whole answer; streams have no such limit. */
  readonly answerBytes: number;
  /** Calls at one time; absent: as many as come. */
  readonly concurrency?: number;
}

/** How a provider is asked whether it is there. */
export interface ProbeSetting {
  /** Asked with GET, behind the base URL. */
  readonly path: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** How calls leave for a provider when not straight and trusted as usual. One object for each provider, so that it can be compared by identity. */
export interface Egress {
  /** Address of an HTTP proxy; may hold a name and a password. */
  readonly proxy?: string;
  /** Certificates in PEM, trusted in place of the usual ones. */
  readonly ca?: string;
  /**
   * The address was not the operator's to write: a request named it, or an answer. It is looked up here, must be one of the open internet or
   * one that `egress.allow` names, and the call goes to the very address that was looked at.
   */
  readonly checked?: true;
}

/** Where a provider's key was found. `none` covers both a provider that needs no key and one whose key is missing. */
export type KeySource =
  | { readonly kind: 'config' }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'none' };

/** A catalogue entry with what this installation adds: key, address, time limits, and whether it can be called. */
export interface ActiveProvider {
  /** With its variables filled in. `auth` is the scheme that is used: a cloud's becomes `header` or `bearer` when a fixed key was found. */
  readonly entry: ProviderEntry;
  /** The values of the address's variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Present when calls are signed or carry a token that is asked for; see the port `Credentials`. */
  readonly credentials?: CloudCredentials;
  readonly apiKey?: string;
  /** Tried in turn when `apiKey` is refused, spent or limited. Never empty. */
  readonly otherKeys?: readonly string[];
  /** The organisation whose own key it is: what that key meets is no other's health. */
  readonly keyOwner?: string;
  readonly keySource: KeySource;
  readonly timeouts: Timeouts;
  /** Absent: it is never asked but by calls. */
  readonly probe?: ProbeSetting;
  /** The operator gave the address: what stands there need not be the provider's own service. */
  readonly ownAddress?: boolean;
  /** The operator listed the models: no others are shown. */
  readonly modelsChosen?: boolean;
  readonly limits?: Partial<ProviderLimits>;
  /** What all calls to it together may spend. */
  readonly budgets?: readonly Budget[];
  /** Absent when calls go out straight. */
  readonly egress?: Egress;
  /** False when calls are refused with `reason`: switched off, not listed, or without a key. */
  readonly ready: boolean;
  /** It is not ready, and would be with a key. */
  readonly lacksKey?: true;
  /** Why it is not ready and what to do, as one sentence. */
  readonly reason?: string;
}
