import { expect, test } from 'bun:test';
import { decodeFault } from './decode-fault.ts';

test.each([
  [
    '{"error":{"message":"No","type":"invalid_request_error","code":"bad","param":"n"}}',
    { message: 'No', type: 'invalid_request_error', code: 'bad', param: 'n' },
  ],
  ['{"error":{"message":"No","code":401}}', { message: 'No', code: '401' }],
  ['{"error":"No","object":"error"}', { message: 'No' }],
  ['{"object":"error","message":"No","type":"bad","code":"3051"}', { message: 'No', type: 'bad', code: '3051' }],
  ['{"detail":"No"}', { message: 'No' }],
  ['{"detail":[{"loc":["body","n"],"msg":"must be a number"}]}', { message: 'body.n: must be a number' }],
  ['[{"error":{"code":400,"message":"No","status":"INVALID_ARGUMENT"}}]', { message: 'No', type: 'INVALID_ARGUMENT' }],
  ['not found', { message: 'not found' }],
  ['<html><body>Bad gateway</body></html>', { message: 'The provider answered 502.' }],
  ['', { message: 'The provider answered 502.' }],
  ['{}', { message: 'The provider answered 502.' }],
])('%s', (body, expected) => {
  expect(decodeFault(502, body)).toMatchObject({ status: 502, ...expected });
});
