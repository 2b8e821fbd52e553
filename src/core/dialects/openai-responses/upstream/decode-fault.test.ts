import { expect, test } from 'bun:test';
import { decodeFault } from './decode-fault.ts';

test.each([
  [
    '{"error":{"message":"Bad.","type":"t","code":"c","param":"p"}}',
    { message: 'Bad.', type: 't', code: 'c', param: 'p' },
  ],
  ['{"code":"invalid-argument","error":"Bad key."}', { message: 'Bad key.', code: 'invalid-argument' }],
  ['{"detail":"No token."}', { message: 'No token.' }],
  ['{"detail":[{"loc":["body"],"msg":"field required"}]}', { message: 'field required' }],
  ['[{"error":{"code":404,"message":"Gone."}}]', { message: 'Gone.', code: '404' }],
  ['"plain"', { message: 'plain' }],
  ['{}', { message: 'The provider answered HTTP 400 without a message.' }],
  ['', { message: 'The provider answered HTTP 400 without a body.' }],
  ['<html><title>Bad gateway</title></html>', { message: 'HTTP 400: Bad gateway' }],
  ['upstream connect error', { message: 'upstream connect error' }],
])('%s', (body, expected) => {
  const { wire: _wire, ...fault } = decodeFault(400, body);
  expect(fault).toEqual({ status: 400, ...expected });
});
