import type { ActiveProvider, Egress } from '../../core/catalog/active-provider.ts';
import { type CloudCredentials, type GoogleFile, secretParts } from '../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CredentialRefusal, Credentials } from '../../ports/credentials.ts';
import type { Upstream, WireCall } from '../../ports/upstream.ts';
import { askAwsKeys } from './aws/ask-aws-keys.ts';
import type { AwsKeys, AwsSourced } from './aws/aws-keys.ts';
import { signCall } from './aws/sigv4.ts';
import { askEntra, askEntraFederated } from './azure/ask-entra.ts';
import { askManagedIdentity } from './azure/ask-managed-identity.ts';
import { ClockSkew } from './clock-skew.ts';
import { askGoogle, tokenAddress } from './google/ask-google.ts';
import { askGoogleMetadata } from './google/federation.ts';
import { readGoogleKey } from './google/google-key.ts';
import { type Token, TokenKeeper } from './token-keeper.ts';
import { TokenRefusal } from './token-request.ts';

type Asked = Exclude<CloudCredentials, { readonly kind: 'aws' }>;
type Granted = string | AwsKeys;

/** A token, or keys, and the secrets it was asked for with. */
interface Kept {
  readonly keeper: TokenKeeper<Granted>;
  secrets: readonly string[];
}

interface Ways {
  readonly outside: Upstream;
  readonly beside: Upstream;
}

const mostKept = 1000;

/** Signs calls for AWS; gives calls for Google and Azure access tokens. Tokens, and keys that end, are kept and renewed. */
export class CloudAuthorizer implements Credentials {
  readonly #upstream: Upstream;
  readonly #clock: Clock;
  readonly #skew: ClockSkew;
  /** By what the credentials say, so that tokens outlive a reload of the configuration. */
  readonly #kept = new Map<string, Kept>();
  readonly #known = new WeakMap<Asked, Kept>();

  constructor(upstream: Upstream, clock: Clock) {
    this.#upstream = upstream;
    this.#clock = clock;
    this.#skew = new ClockSkew(clock);
  }

  authorize(call: WireCall, provider: ActiveProvider, cancellation: Cancellation): WireCall | Promise<WireCall> {
    const { credentials } = provider;
    if (credentials === undefined) return call;
    if (credentials.kind === 'aws') return signCall(call, credentials, this.#skew.nowMs(skewKey(credentials)));
    const granted = this.#keptFor(credentials, provider.egress).keeper.token(cancellation);
    const finish = (value: Granted): WireCall => this.#finished(call, credentials, value);
    return granted instanceof Promise ? waitedFor(granted, provider, finish) : finish(granted);
  }

  #finished(call: WireCall, credentials: Asked, granted: Granted): WireCall {
    if (typeof granted === 'string') return withToken(call, granted);
    const { service, region } = credentials as AwsSourced;
    return signCall(call, { ...granted, service, region }, this.#skew.nowMs(`${service}.${region}`));
  }

  refused(call: WireCall, { credentials, egress }: ActiveProvider, refusal: CredentialRefusal): boolean {
    if (credentials === undefined) return false;
    if (credentials.kind === 'aws' || credentials.kind === 'aws-source') {
      if (timeRefused.test(refusal.text)) return this.#skew.learn(skewKey(credentials), refusal.header('date'));
      if (credentials.kind === 'aws' || !keysRefused.test(refusal.text)) return false;
      const { keeper } = this.#keptFor(credentials, egress);
      const { value } = keeper;
      return value !== undefined && signedWith(call, value) ? keeper.refuse(value) : value !== undefined;
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
    return [...fixed, ...secrets, ...secretsIn(keeper.value)];
  }

  #keptFor(credentials: Asked, egress: Egress | undefined): Kept {
    const known = this.#known.get(credentials);
    if (known !== undefined) return known;
    const text = JSON.stringify([credentials, egress]);
    const kept = this.#kept.get(text) ?? this.#newlyKept(credentials, egress, text);
    this.#known.set(credentials, kept);
    return kept;
  }

  #newlyKept(credentials: Asked, egress: Egress | undefined, text: string): Kept {
    const outside = egress === undefined ? this.#upstream : leavingBy(this.#upstream, egress);
    const ways = { outside, beside: this.#upstream };
    const kept: Kept = {
      keeper: new TokenKeeper<Granted>(() => this.#ask(credentials, kept, ways), this.#clock),
      secrets: [],
    };
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(text, kept);
    return kept;
  }

  #ask(credentials: Asked, kept: Kept, ways: Ways): Promise<Token<Granted>> {
    switch (credentials.kind) {
      case 'aws-source':
        return askAwsKeys(credentials, { ...ways, nowMs: () => this.#skew.nowMs(skewKey(credentials)) });
      case 'azure':
        return askEntra(credentials, ways.outside);
      case 'azure-federated':
        return askEntraFederated(credentials, ways.outside);
      case 'azure-identity':
        return askManagedIdentity(credentials, ways.beside, this.#clock.wallMs());
      case 'google':
        return credentials.source.kind === 'metadata'
          ? askGoogleMetadata(credentials.source.host, ways.beside)
          : this.#askGoogle(credentials.source, kept, ways.outside);
    }
  }

  /** The file is read for each token, which is once an hour, so that a replaced key is found. */
  async #askGoogle(source: GoogleFile, kept: Kept, upstream: Upstream): Promise<Token> {
    const key = await readGoogleKey(source);
    kept.secrets = key.secrets;
    const address = tokenAddress(key);
    try {
      return await askGoogle(key, upstream, this.#skew.nowMs(address));
    } catch (error) {
      const skewed = error instanceof TokenRefusal && grantTimeRefused.test(error.message);
      if (!skewed || !this.#skew.learn(address, error.date)) throw error;
      return askGoogle(key, upstream, this.#skew.nowMs(address));
    }
  }
}

const secretsIn = (granted: Granted | undefined): readonly string[] => {
  if (granted === undefined) return [];
  if (typeof granted === 'string') return [granted];
  const { secretAccessKey, sessionToken } = granted;
  return sessionToken === undefined ? [secretAccessKey] : [secretAccessKey, sessionToken];
};

const signedWith = (call: WireCall, granted: Granted): boolean =>
  typeof granted !== 'string' && call.headers['authorization']?.includes(`Credential=${granted.accessKeyId}/`) === true;

/** Token services are reached the way their provider is. */
const leavingBy = (upstream: Upstream, egress: Egress): Upstream => ({
  send: (call, cancellation) => upstream.send({ ...call, egress }, cancellation),
});

/** How AWS words a signature whose time is too far from its own. */
const timeRefused = /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/i;
/** Keys that ended or were taken back. */
const keysRefused = /ExpiredToken|security token|InvalidClientTokenId|UnrecognizedClient/i;
/** And Google a grant whose times are. */
const grantTimeRefused = /reasonable timeframe|iat and exp|token_expired|not yet valid/i;

const skewKey = ({ service, region }: Pick<AwsSourced, 'service' | 'region'>): string => `${service}.${region}`;

const withToken = (call: WireCall, token: string): WireCall => ({
  ...call,
  headers: { ...call.headers, authorization: `Bearer ${token}` },
});

const waitedFor = async (
  granted: Promise<Granted>,
  provider: ActiveProvider,
  finish: (granted: Granted) => WireCall,
): Promise<WireCall> => {
  try {
    return finish(await granted);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'upstream_auth') throw error;
    throw new GatewayError('upstream_auth', `${provider.entry.title} cannot be called. ${error.message}`);
  }
};
