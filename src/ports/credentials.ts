import type { ActiveProvider } from '../core/catalog/active-provider.ts';
import type { Cancellation } from './cancellation.ts';
import type { WireCall } from './upstream.ts';

/** A provider's refusal of a call, as far as it may tell what was wrong with the credentials. */
export interface CredentialRefusal {
  readonly status: number;
  /** The body as text. */
  readonly text: string;
  header(name: string): string | undefined;
}

/** Signs calls, or gives them tokens, for providers that have `credentials`. Others never come here. */
export interface Credentials {
  /**
   * The call with what the provider's scheme demands. Waits only when a token has to be asked for. Throws `upstream_auth` when no token can be
   * had (the message holds no secret), `client_gone` when the exchange is cancelled.
   */
  authorize(call: WireCall, provider: ActiveProvider, cancellation: Cancellation): WireCall | Promise<WireCall>;
  /**
   * Learns from the refusal of `call`: a clock that differs, a token that was revoked. True when another try with the same body may succeed.
   * Callers try once more, not twice.
   */
  refused(call: WireCall, provider: ActiveProvider, refusal: CredentialRefusal): boolean;
  /** Everything of the provider's credentials that no text may repeat, tokens in use included. */
  secrets(provider: ActiveProvider): readonly string[];
}
