import { expect, test } from 'bun:test';
import { GatewayError, invalidField } from '../../../errors/gateway-error.ts';
import { encodeError } from './encode-error.ts';

test('a refused field is named', () => {
  expect(encodeError(invalidField('temperature', 'must be a number.'))).toEqual({
    error: {
      message: 'temperature: must be a number.',
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'invalid_request',
    },
  });
});

test("a provider's refusal keeps its words and members", () => {
  const wire = { error: { message: 'No such tool', type: 'bad', code: 'tool_use_failed', failed_generation: '{' } };
  const upstream = { status: 400, message: 'No such tool', type: 'bad', code: 'tool_use_failed', wire };
  const error = new GatewayError('upstream_refused', 'Refused.', { upstream });
  expect(encodeError(error)).toEqual({ error: { ...wire.error, param: null } });
});

test("a provider's refusal of our key is not told in its words", () => {
  const upstream = { status: 401, message: 'Incorrect API key sk-123' };
  const body = encodeError(new GatewayError('upstream_auth', 'The provider refused the credential.', { upstream }));
  expect(JSON.stringify(body)).not.toContain('sk-123');
});
