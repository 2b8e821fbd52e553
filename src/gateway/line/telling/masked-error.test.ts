import { expect, test } from 'bun:test';
import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import type { Credentials } from '../../../ports/credentials.ts';
import { toldError } from './masked-error.ts';
import { keysOf, secretsOf } from './secrets-of.ts';

const provider: ActiveProvider = {
  entry: {
    id: 'p',
    title: 'Provider',
    baseUrl: 'https://gate:pa%2Fss%40word@host.example/v1',
    auth: { kind: 'bearer', env: [] },
    headers: {
      'X-Gateway-Token': 'token-of-the-gateway',
      'Proxy-Auth': 'Basic dXNlcjpodW50ZXIy',
      'anthropic-version': '2023-06-01',
    },
    serves: {},
    evidence: 'listed',
  },
  apiKey: 'the-api-key/1',
  keySource: { kind: 'config' },
  timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
  ready: true,
};

const credentials: Credentials = {
  authorize: (call) => call,
  refused: () => false,
  secrets: () => ['a-token-in-use'],
};

test.each([
  'the-api-key/1',
  'the-api-key%2F1',
  'token-of-the-gateway',
  'dXNlcjpodW50ZXIy',
  'gate:pa%2Fss%40word',
  'pa/ss@word',
  btoa('gate:pa/ss@word'),
])('%s is a secret', (secret) => {
  expect(maskSecrets(`it was ${secret}!`, secretsOf(provider, credentials))).toBe('it was ***!');
});

test('a version header is none', () => {
  expect(maskSecrets('since 2023-06-01', secretsOf(provider, credentials))).toBe('since 2023-06-01');
});

test('an answer that refuses our key is never told as the client’s fault', () => {
  const told = new GatewayError('upstream_error', 'Bad key the-api-key/1.', {
    upstream: { status: 401, message: 'Bad key the-api-key/1.', type: 'authentication_error' },
  });
  expect(toldError(provider, credentials)(told)).toMatchObject({
    code: 'upstream_auth',
    status: 502,
    message: "Provider refused the key Sluice uses for it (401): Bad key ***. Check the provider's api_key.",
  });
});

test('a token in use is a secret beside the headers', () => {
  const cloud: ActiveProvider = {
    ...provider,
    credentials: { kind: 'google', source: { kind: 'text', json: '{}' } },
  };
  expect(maskSecrets('a-token-in-use token-of-the-gateway', secretsOf(cloud, credentials))).toBe('*** ***');
});

test('what no answer may repeat are keys, not words that answers use', () => {
  const plain: ActiveProvider = {
    ...provider,
    apiKey: 'not-needed',
    entry: { ...provider.entry, baseUrl: 'https://host.example/v1' },
  };
  expect(keysOf(provider, credentials)).toContain('the-api-key/1');
  expect(keysOf(provider, credentials)).toContain('token-of-the-gateway');
  expect(keysOf(plain, credentials)).not.toContain('not-needed');
});
