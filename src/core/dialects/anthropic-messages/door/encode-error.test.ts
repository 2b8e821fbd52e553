import { expect, test } from 'bun:test';
import { type ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import { decodeFault } from '../upstream/decode-fault.ts';
import { encodeError } from './encode-error.ts';

test.each<[ErrorCode, string]>([
  ['invalid_request', 'invalid_request_error'],
  ['invalid_api_key', 'authentication_error'],
  ['not_allowed', 'permission_error'],
  ['model_not_found', 'not_found_error'],
  ['body_too_large', 'request_too_large'],
  ['upstream_rate_limited', 'rate_limit_error'],
  ['upstream_overloaded', 'overloaded_error'],
  ['upstream_timeout', 'timeout_error'],
  ['upstream_cut', 'api_error'],
])('%s is %s', (code, type) => {
  expect(encodeError(new GatewayError(code, 'No.'), 'req_1')).toEqual({
    type: 'error',
    error: { type, message: 'No.' },
    request_id: 'req_1',
  });
});

test("a provider's wording is kept to the letter, but not what it says of our key", () => {
  const upstream = { status: 400, type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' };
  const refused = new GatewayError('upstream_refused', 'The provider refused.', { upstream });
  expect(encodeError(refused, 'r')['error']).toEqual({ type: upstream.type, message: upstream.message });
  const key = new GatewayError('upstream_auth', 'The provider refused our key.', {
    upstream: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  });
  expect(encodeError(key, 'r')['error']).toEqual({ type: 'api_error', message: 'The provider refused our key.' });
});

test.each<[string, string, object]>([
  [
    'its own shape',
    '{"type":"error","error":{"type":"not_found_error","message":"model: x"},"request_id":"r"}',
    { type: 'not_found_error', message: 'model: x' },
  ],
  [
    "OpenAI's shape",
    '{"error":{"message":"Bad","type":"t","code":"c","param":"p"}}',
    { message: 'Bad', code: 'c', param: 'p' },
  ],
  ['a bare text', '{"error":"Bad"}', { message: 'Bad' }],
  ['a list of details', '{"detail":[{"msg":"a"},{"msg":"b"}]}', { message: 'a; b' }],
  [
    'a web page',
    '<html><title>Bad gateway</title></html>',
    { message: 'The provider answered with status 502 and a web page (Bad gateway).' },
  ],
  ['nothing', '', { message: 'The provider answered with status 502 and no body.' }],
])('a fault is read from %s', (_, body, fault) => {
  expect(decodeFault(502, body)).toMatchObject({ status: 502, ...fault });
});
