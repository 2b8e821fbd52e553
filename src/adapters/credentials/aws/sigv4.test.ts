import { expect, test } from 'bun:test';
import { type SigningKeys, signCall } from './sigv4.ts';

const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 };
const nowMs = Date.UTC(2015, 7, 30, 12, 36, 0);
const example: SigningKeys = {
  service: 'service',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const sign = (call: {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials?: Partial<SigningKeys>;
}) =>
  signCall(
    { method: call.method ?? 'GET', url: call.url, headers: call.headers ?? {}, body: call.body ?? '', timeouts },
    { ...example, ...call.credentials },
    nowMs,
  ).headers;

const host = 'https://example.amazonaws.com';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** From AWS's published Signature Version 4 test suite and its documentation's worked example. */
test.each([
  ['get-vanilla', { url: `${host}/` }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    { url: `${host}/?Param2=value2&Param1=value1` },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-vanilla',
    { method: 'POST', url: `${host}/` },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', url: `${host}/`, headers: form, body: 'Param1=value1' },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'the ListUsers example of the documentation',
    {
      url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      credentials: { service: 'iam' },
    },
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ],
] as const)('%s has the signature AWS publishes', (_, call, signature) => {
  expect(sign(call)['authorization']).toEndWith(`Signature=${signature}`);
});

test('the scope names day, region and service, and a session token is sent and signed', () => {
  const headers = sign({
    method: 'POST',
    url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/converse',
    headers: { 'user-agent': 'sluice', 'content-type': 'application/json' },
    credentials: { service: 'bedrock', region: 'eu-west-1', sessionToken: 'session' },
  });
  expect(headers['x-amz-security-token']).toBe('session');
  expect(headers['authorization']).toStartWith(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/bedrock/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=',
  );
  expect(headers['user-agent']).toBe('sluice');
});
