import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { numberAt, parseJson, stringAt } from '../../../core/json/json.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import { askService, askServiceJson } from '../ask-service.ts';
import { readSecretFile } from '../read-secret-file.ts';
import type { Token } from '../token-keeper.ts';
import { requestToken } from '../token-request.ts';
import type { ExternalAccount } from './google-key.ts';

const platformScope = 'https://www.googleapis.com/auth/cloud-platform';
const impersonatedSeconds = 3600;

/** A Google token for one of another identity provider (https://cloud.google.com/iam/docs/workload-identity-federation), by the exchange of RFC 8693. */
export const askFederation = async (account: ExternalAccount, upstream: Upstream): Promise<Token> => {
  const subject = await subjectToken(account, upstream);
  return requestToken(
    {
      url: account.tokenUrl,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: account.audience,
        scope: platformScope,
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token: subject,
        subject_token_type: account.subjectTokenType,
      },
      secrets: [subject],
      service: 'Google',
      advice: 'Check the workload identity pool and its provider.',
    },
    upstream,
  );
};

const subjectToken = async ({ source }: ExternalAccount, upstream: Upstream): Promise<string> => {
  const text =
    source.kind === 'file'
      ? await readSecretFile(source.path, 'The subject token file')
      : await askService(
          {
            url: source.url,
            headers: source.headers,
            service: 'The source of the subject token',
            advice: 'Check credential_source.',
          },
          upstream,
        );
  const token = source.field === undefined ? text.trim() : stringAt(parseJson(text), source.field);
  if (token === undefined || token === '')
    throw new GatewayError('upstream_auth', 'The source of the subject token gave none. Check credential_source.');
  return token;
};

/** The token of a service account, for one that may act as it. */
export const askImpersonated = async (
  url: string,
  token: Token,
  how: { readonly upstream: Upstream; readonly nowMs: number },
): Promise<Token> => {
  const service = 'Google';
  const answer = await askServiceJson(
    {
      url,
      method: 'POST',
      headers: { authorization: `Bearer ${token.value}`, 'content-type': 'application/json' },
      body: JSON.stringify({ scope: [platformScope], lifetime: `${impersonatedSeconds}s` }),
      secrets: [token.value],
      service,
      advice: 'Check that the service account may be acted as (roles/iam.serviceAccountTokenCreator).',
    },
    how.upstream,
  );
  const value = stringAt(answer, 'accessToken');
  if (value === undefined) throw new GatewayError('upstream_auth', `${service} answered without an access token.`);
  const endsMs = Date.parse(stringAt(answer, 'expireTime') ?? '');
  return { value, lifetimeMs: Number.isNaN(endsMs) ? impersonatedSeconds * 1000 : Math.max(endsMs - how.nowMs, 1) };
};

/** The token of the machine's own service account (https://cloud.google.com/compute/docs/metadata/overview). */
export const askGoogleMetadata = async (host: string, upstream: Upstream): Promise<Token> => {
  const service = 'The Google metadata server';
  const answer = await askServiceJson(
    {
      url: `http://${host}/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(platformScope)}`,
      headers: { 'metadata-flavor': 'Google' },
      service,
      advice: 'Check that a service account is attached here.',
    },
    upstream,
  );
  const value = stringAt(answer, 'access_token');
  if (value === undefined) throw new GatewayError('upstream_auth', `${service} answered without an access token.`);
  return { value, lifetimeMs: (numberAt(answer, 'expires_in') ?? 300) * 1000 };
};
