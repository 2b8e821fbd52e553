import { expect, test } from 'bun:test';
import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import { decodeFault } from '../upstream/decode-fault.ts';
import { encodeError } from './encode-error.ts';

test('a wrong field is named in google.rpc words', () => {
  expect(encodeError(invalidField('contents[0]', 'expected an object.'), 'req1')).toMatchObject({
    error: {
      code: 400,
      status: 'INVALID_ARGUMENT',
      details: [{ requestId: 'req1' }, { reason: 'INVALID_REQUEST' }, { fieldViolations: [{ field: 'contents[0]' }] }],
    },
  });
});

test("the provider's words are kept, but not those about our key", () => {
  const wire = '{"error":{"code":400,"message":"Token count exceeds the maximum.","status":"FAILED_PRECONDITION"}}';
  const upstream = decodeFault(400, wire);
  expect(encodeError(new GatewayError('upstream_refused', 'Refused.', { upstream }), 'r')).toMatchObject({
    error: { code: 400, message: 'Token count exceeds the maximum.', status: 'FAILED_PRECONDITION' },
  });
  const refused = decodeFault(401, '{"error":{"code":401,"message":"Key AIza1 is bad.","status":"UNAUTHENTICATED"}}');
  const error = new GatewayError('upstream_auth', 'The provider refused its credential.', { upstream: refused });
  expect(encodeError(error, 'r')).toMatchObject({
    error: { code: 502, message: 'The provider refused its credential.', status: 'UNAVAILABLE' },
  });
});

test("another dialect's words for a failure do not become a status", () => {
  const upstream = { status: 429, message: 'Slow down.', type: 'rate_limit_error', retryAfterMs: 2000 };
  const error = new GatewayError('upstream_rate_limited', 'x', { upstream, retryAfterMs: 2000 });
  expect(encodeError(error, 'r')).toMatchObject({ error: { message: 'Slow down.', status: 'RESOURCE_EXHAUSTED' } });
  expect(JSON.stringify(encodeError(error, 'r'))).toContain('"retryDelay":"2s"');
});
