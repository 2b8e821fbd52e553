import { createPublicKey, createVerify } from 'node:crypto';
import { isObject, type Json, numberAt, parseJson, stringAt } from '../../core/json/json.ts';
import type { Reply } from '../server/reply.ts';

/** A service account whose grants are taken. `publicKey` is PEM. */
export interface SimulatedServiceAccount {
  readonly email: string;
  readonly publicKey: string;
}

/** An application of Entra and its one right secret. */
export interface SimulatedEntra {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a form was answered with: a token for `owner`, or a refusal in OAuth's shape. */
export type TokenAnswer =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly description: string };

const granted: TokenAnswer = { kind: 'granted' };
const refuse = (status: number, error: string, description: string): TokenAnswer => ({
  kind: 'refused',
  status,
  error,
  description,
});

const decodePart = (part: string): Json => parseJson(Buffer.from(part, 'base64url').toString()) ?? null;

/** Judges the grant of a service account as Google's token service does. */
export const judgeGoogleGrant = (
  form: URLSearchParams,
  account: SimulatedServiceAccount,
  at: { readonly url: string; readonly nowMs: number },
): TokenAnswer => {
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return refuse(400, 'unsupported_grant_type', 'Invalid grant_type.');
  }
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const said = decodePart(claims);
  if (stringAt(decodePart(header), 'alg') !== 'RS256' || !isObject(said)) {
    return refuse(400, 'invalid_grant', 'Invalid JWT.');
  }
  if (stringAt(said, 'iss') !== account.email) {
    return refuse(400, 'invalid_grant', 'Invalid grant: account not found');
  }
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  if (!verify.verify(createPublicKey(account.publicKey), signature, 'base64url')) {
    return refuse(400, 'invalid_grant', `Invalid JWT Signature. ${header}.${claims}.${signature}`);
  }
  const issued = numberAt(said, 'iat') ?? 0;
  const expires = numberAt(said, 'exp') ?? 0;
  const nowSeconds = at.nowMs / 1000;
  if (issued > nowSeconds + 300 || expires < nowSeconds || expires - issued > 3600) {
    const description =
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
    return refuse(400, 'invalid_grant', description);
  }
  if (stringAt(said, 'aud') !== at.url) return refuse(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  const scoped = stringAt(said, 'scope') === 'https://www.googleapis.com/auth/cloud-platform';
  return scoped ? granted : refuse(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
};

/** What `gcloud auth application-default login` leaves behind. */
export interface SimulatedUser {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Judges a user's refresh token as Google's token service does. */
export const judgeRefresh = (form: URLSearchParams, user: SimulatedUser): TokenAnswer => {
  if (form.get('grant_type') !== 'refresh_token') return refuse(400, 'unsupported_grant_type', 'Invalid grant_type.');
  if (form.get('client_id') !== user.clientId || form.get('client_secret') !== user.clientSecret) {
    return refuse(401, 'invalid_client', 'The OAuth client was not found.');
  }
  const right = form.get('refresh_token') === user.refreshToken;
  return right ? granted : refuse(400, 'invalid_grant', 'Token has been expired or revoked.');
};

/** Judges a client-credentials grant as Entra does. It repeats what it was told, as careless services do. */
export const judgeEntraGrant = (form: URLSearchParams, tenantId: string, application: SimulatedEntra): TokenAnswer => {
  if (tenantId !== application.tenantId) {
    return refuse(400, 'invalid_request', `AADSTS90002: Tenant '${tenantId}' not found.`);
  }
  if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 'AADSTS70003.');
  if (form.get('client_id') !== application.clientId) {
    return refuse(400, 'unauthorized_client', 'AADSTS700016: Application was not found in the directory.');
  }
  if (form.get('client_secret') !== application.clientSecret) {
    const sent = form.get('client_secret') ?? '';
    return refuse(401, 'invalid_client', `AADSTS7000215: Invalid client secret provided: ${sent}.`);
  }
  return form.get('scope')?.endsWith('/.default') === true
    ? granted
    : refuse(400, 'invalid_scope', 'AADSTS1002012: The provided value for scope is not valid.');
};

export const tokenReply = (token: string, lifetimeSeconds: number): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer' }),
});

export const refusedTokenReply = (
  answer: Extract<TokenAnswer, { readonly kind: 'refused' }>,
  nowMs: number,
): Reply => ({
  status: answer.status,
  headers: { 'content-type': 'application/json', date: new Date(nowMs).toUTCString() },
  body: JSON.stringify({ error: answer.error, error_description: answer.description }),
});
