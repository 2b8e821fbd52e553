import { GatewayError } from '../../core/errors/gateway-error.ts';
import { isObject, type Json, numberAt, stringAt } from '../../core/json/json.ts';
import { maskSecrets, secretForms } from '../../core/policy/mask-secrets.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { Token } from './token-keeper.ts';

/** How long a token service may take. */
const timeouts = { connectMs: 3000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 10_000 };

/** A token request by OAuth 2.0 (RFC 6749): a form that is answered with `access_token` and `expires_in` seconds. */
export interface TokenRequest {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  /** Nothing the service answers may repeat these. */
  readonly secrets: readonly string[];
  /** Who is asked, and what to look at when it refuses: `Google refused …. Check the service account.` */
  readonly service: string;
  readonly advice: string;
}

/** A token service's refusal. `upstream_auth`, as the installation's credentials are at fault and not the client's. */
export class TokenRefusal extends GatewayError {
  /** The service's own word for it, such as `invalid_grant`. */
  readonly reason: string;
  /** The `Date` of its answer. */
  readonly date: string | undefined;

  constructor(message: string, about: { readonly reason: string; readonly date: string | undefined }) {
    super('upstream_auth', message);
    this.reason = about.reason;
    this.date = about.date;
  }
}

/** Asks for a token. Throws `upstream_auth` whatever goes wrong. */
export const requestToken = async (request: TokenRequest, upstream: Upstream): Promise<Token> => {
  const { service } = request;
  const form = new URLSearchParams(request.form).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  try {
    const call = { url: request.url, method: 'POST' as const, headers, body: form, timeouts };
    const reply = await upstream.send(call, new Cancellation());
    const answer = parsed(await reply.readAll());
    if (reply.status === 200) return tokenIn(answer, service);
    throw refusal(request, answer, { status: reply.status, date: reply.header('date') });
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'upstream_auth') throw error;
    const what =
      error instanceof GatewayError ? maskSecrets(error.message, secretForms(request.secrets)) : 'The request failed.';
    throw new GatewayError('upstream_auth', `${service} gave no access token: ${what}`);
  }
};

const parsed = (bytes: Uint8Array): Json => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return null;
  }
};

const tokenIn = (answer: Json, service: string): Token => {
  const value = stringAt(answer, 'access_token');
  // Entra writes the seconds as a text at some of its addresses.
  const seconds = numberAt(answer, 'expires_in') ?? Number(stringAt(answer, 'expires_in') ?? 3600);
  if (value === undefined || !(seconds > 0)) {
    throw new GatewayError('upstream_auth', `${service} answered the token request without an access token.`);
  }
  return { value, lifetimeMs: seconds * 1000 };
};

const longestQuote = 300;

const refusal = (
  request: TokenRequest,
  answer: Json,
  head: { readonly status: number; readonly date: string | undefined },
): TokenRefusal => {
  const reason = (isObject(answer) ? stringAt(answer, 'error') : undefined) ?? `status ${head.status}`;
  const told = maskSecrets(stringAt(answer, 'error_description') ?? '', secretForms(request.secrets)).slice(
    0,
    longestQuote,
  );
  const [firstLine = ''] = told.split(/[\r\n]/);
  const quote = firstLine === '' ? '' : `: ${firstLine.replace(/\.?$/, '.')}`;
  const message = `${request.service} refused to give an access token (${reason})${quote === '' ? '.' : quote} ${request.advice}`;
  return new TokenRefusal(message, { reason, date: head.date });
};
