import type { ActiveProvider, Egress } from '../../core/catalog/active-provider.ts';
import { type CloudCredentials, secretParts } from '../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CredentialRefusal, Credentials } from '../../ports/credentials.ts';
import type { Upstream, WireCall } from '../../ports/upstream.ts';
import { type AzureCredentials, askEntra } from './azure.ts';
import { ClockSkew } from './clock-skew.ts';
import { askGoogle } from './google.ts';
import { readGoogleKey } from './google-key.ts';
import { type AwsCredentials, signCall } from './sigv4.ts';
import { type Token, TokenKeeper } from './token-keeper.ts';
import { TokenRefusal } from './token-request.ts';

type GoogleCredentials = Extract<CloudCredentials, { readonly kind: 'google' }>;
type TokenCredentials = AzureCredentials | GoogleCredentials;

/** A token and the secrets it was asked for with. */
interface Kept {
  readonly keeper: TokenKeeper;
  secrets: readonly string[];
}

const mostKept = 1000;

/** Signs calls for AWS; gives calls for Google and Azure access tokens, which it keeps and renews. */
export class CloudAuthorizer implements Credentials {
  readonly #upstream: Upstream;
  readonly #clock: Clock;
  readonly #skew: ClockSkew;
  /** By what the credentials say, so that tokens outlive a reload of the configuration. */
  readonly #kept = new Map<string, Kept>();
  readonly #known = new WeakMap<TokenCredentials, Kept>();

  constructor(upstream: Upstream, clock: Clock) {
    this.#upstream = upstream;
    this.#clock = clock;
    this.#skew = new ClockSkew(clock);
  }

  authorize(call: WireCall, provider: ActiveProvider, cancellation: Cancellation): WireCall | Promise<WireCall> {
    const { credentials } = provider;
    if (credentials === undefined) return call;
    if (credentials.kind === 'aws') return signCall(call, credentials, this.#skew.nowMs(skewKey(credentials)));
    const token = this.#keptFor(credentials, provider.egress).keeper.token(cancellation);
    return typeof token === 'string' ? withToken(call, token) : waitedFor(call, token, provider);
  }

  refused(call: WireCall, { credentials, egress }: ActiveProvider, refusal: CredentialRefusal): boolean {
    if (credentials === undefined) return false;
    if (credentials.kind === 'aws') {
      return timeRefused.test(refusal.text) && this.#skew.learn(skewKey(credentials), refusal.header('date'));
    }
    if (refusal.status !== 401) return false;
    const token = call.headers['authorization']?.slice('Bearer '.length) ?? '';
    return this.#keptFor(credentials, egress).keeper.refuse(token);
  }

  secrets({ apiKey, credentials, egress }: ActiveProvider): readonly string[] {
    const fixed = [
      ...(apiKey === undefined ? [] : [apiKey]),
      ...(credentials === undefined ? [] : secretParts(credentials)),
    ];
    if (credentials === undefined || credentials.kind === 'aws') return fixed;
    const { keeper, secrets } = this.#keptFor(credentials, egress);
    return [...fixed, ...secrets, ...(keeper.value === undefined ? [] : [keeper.value])];
  }

  #keptFor(credentials: TokenCredentials, egress: Egress | undefined): Kept {
    const known = this.#known.get(credentials);
    if (known !== undefined) return known;
    const text = JSON.stringify([credentials, egress]);
    const kept = this.#kept.get(text) ?? this.#newlyKept(credentials, egress, text);
    this.#known.set(credentials, kept);
    return kept;
  }

  #newlyKept(credentials: TokenCredentials, egress: Egress | undefined, text: string): Kept {
    const upstream = egress === undefined ? this.#upstream : leavingBy(this.#upstream, egress);
    const ask = (): Promise<Token> =>
      credentials.kind === 'azure' ? askEntra(credentials, upstream) : this.#askGoogle(credentials, kept, upstream);
    const kept: Kept = { keeper: new TokenKeeper(ask, this.#clock), secrets: [] };
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(text, kept);
    return kept;
  }

  /** The file is read for each token, which is once an hour, so that a replaced key is found. */
  async #askGoogle({ source }: GoogleCredentials, kept: Kept, upstream: Upstream): Promise<Token> {
    const key = await readGoogleKey(source);
    kept.secrets = key.secrets;
    try {
      return await askGoogle(key, upstream, this.#skew.nowMs(key.tokenUri));
    } catch (error) {
      const skewed = error instanceof TokenRefusal && grantTimeRefused.test(error.message);
      if (!skewed || !this.#skew.learn(key.tokenUri, error.date)) throw error;
      return askGoogle(key, upstream, this.#skew.nowMs(key.tokenUri));
    }
  }
}

/** Token services are reached the way their provider is. */
const leavingBy = (upstream: Upstream, egress: Egress): Upstream => ({
  send: (call, cancellation) => upstream.send({ ...call, egress }, cancellation),
});

/** How AWS words a signature whose time is too far from its own. */
const timeRefused = /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/i;
/** And Google a grant whose times are. */
const grantTimeRefused = /reasonable timeframe|iat and exp|token_expired|not yet valid/i;

const skewKey = ({ service, region }: AwsCredentials): string => `${service}.${region}`;

const withToken = (call: WireCall, token: string): WireCall => ({
  ...call,
  headers: { ...call.headers, authorization: `Bearer ${token}` },
});

const waitedFor = async (call: WireCall, token: Promise<string>, provider: ActiveProvider): Promise<WireCall> => {
  try {
    return withToken(call, await token);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'upstream_auth') throw error;
    throw new GatewayError('upstream_auth', `${provider.entry.title} cannot be called. ${error.message}`);
  }
};
