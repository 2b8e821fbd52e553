import { expect, test } from 'bun:test';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { refusalHeaders } from './refusal-headers.ts';

test('whoever is not known is told how to be, also where a face answers 401 for what is 403 here', () => {
  const known = { 'www-authenticate': 'Bearer realm="sluice"' };
  expect(refusalHeaders(new GatewayError('invalid_api_key', 'Not known.'))).toEqual(known);
  expect(refusalHeaders(new GatewayError('not_allowed', 'Blocked.'), 401)).toEqual(known);
  expect(refusalHeaders(new GatewayError('not_allowed', 'Blocked.'))).toEqual({});
});

test('whoever may ask again is told after how many whole seconds', () => {
  const away = new GatewayError('keys_unavailable', 'Not now.', { retryAfterMs: 1001 });
  expect(refusalHeaders(away)).toEqual({ 'retry-after': '2' });
});
