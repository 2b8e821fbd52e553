import { createSign } from 'node:crypto';
import type { Upstream } from '../../../ports/upstream.ts';
import type { Token } from '../token-keeper.ts';
import { requestToken, type TokenRequest } from '../token-request.ts';
import { askFederation, askImpersonated } from './federation.ts';
import type { GoogleKey, ServiceAccount } from './google-key.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const grantSeconds = 3600;

/**
 * A Google access token: by a JWT signed with the service account's key (RFC 7523,
 * https://developers.google.com/identity/protocols/oauth2/service-account), or by a user's refresh token. `nowMs` is the time Google has.
 */
export const askGoogle = async (key: GoogleKey, upstream: Upstream, nowMs: number): Promise<Token> => {
  switch (key.kind) {
    case 'service-account':
      return requestToken(jwtRequest(key, nowMs), upstream);
    case 'user':
      return requestToken(refreshRequest(key), upstream);
    case 'external-account': {
      const token = await askFederation(key, upstream);
      return key.impersonationUrl === undefined
        ? token
        : askImpersonated(key.impersonationUrl, token, { upstream, nowMs });
    }
    case 'impersonated':
      return askImpersonated(key.impersonationUrl, await askGoogle(key.source, upstream, nowMs), { upstream, nowMs });
  }
};

/** The address a grant is judged at, whose clock counts. */
export const tokenAddress = (key: GoogleKey): string => {
  switch (key.kind) {
    case 'service-account':
    case 'user':
      return key.tokenUri;
    case 'external-account':
      return key.tokenUrl;
    case 'impersonated':
      return tokenAddress(key.source);
  }
};

const jwtRequest = (account: ServiceAccount, nowMs: number): TokenRequest => {
  const grant = assertion(account, nowMs);
  return {
    url: account.tokenUri,
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: grant },
    secrets: [grant],
    service: 'Google',
    advice: `Check that the key of ${account.email} is the one in use, and was not deleted or disabled.`,
  };
};

const refreshRequest = (user: Extract<GoogleKey, { readonly kind: 'user' }>): TokenRequest => ({
  url: user.tokenUri,
  form: {
    grant_type: 'refresh_token',
    client_id: user.clientId,
    client_secret: user.clientSecret,
    refresh_token: user.refreshToken,
  },
  secrets: user.secrets,
  service: 'Google',
  advice: 'Sign in again with `gcloud auth application-default login`.',
});

const assertion = ({ email, keyId, tokenUri, privateKey }: ServiceAccount, nowMs: number): string => {
  const issued = Math.floor(nowMs / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = { iss: email, scope, aud: tokenUri, iat: issued, exp: issued + grantSeconds };
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
