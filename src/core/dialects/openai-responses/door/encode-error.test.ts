import { expect, test } from 'bun:test';
import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import { encodeError } from './encode-error.ts';
import { failureCode } from './failure-code.ts';

const wire = (error: GatewayError) => encodeError(error, 'req_1')['error'];

test('the provider’s wording, type and code are kept', () => {
  const upstream = {
    status: 400,
    message: 'Too long.',
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'input',
  };
  expect(wire(new GatewayError('upstream_refused', 'The provider refused.', { status: 400, upstream }))).toEqual({
    message: 'Too long.',
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'input',
  });
});

test('what the provider says of the gateway’s own key is not passed on', () => {
  const upstream = { status: 401, message: 'Incorrect API key sk-12', code: 'invalid_api_key' };
  expect(wire(new GatewayError('upstream_auth', 'The provider refused the key.', { upstream }))).toEqual({
    message: 'The provider refused the key.',
    type: 'server_error',
    code: 'upstream_auth',
    param: null,
  });
});

test('a wrong field is named', () => {
  expect(wire(invalidField('input[0].role', 'must be one of …'))).toMatchObject({
    type: 'invalid_request_error',
    param: 'input[0].role',
    code: 'invalid_request',
  });
});

test('a prompt that is too long for another provider has the code clients act on', () => {
  const upstream = { status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' };
  expect(failureCode(new GatewayError('upstream_refused', 'x', { upstream }))).toBe('context_length_exceeded');
});
