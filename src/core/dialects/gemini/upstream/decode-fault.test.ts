import { expect, test } from 'bun:test';
import { decodeFault } from './decode-fault.ts';

const status = {
  code: 429,
  message: 'Quota exceeded.',
  status: 'RESOURCE_EXHAUSTED',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
};

test('a google.rpc status is read alone and in a list', () => {
  const expected = {
    status: 429,
    message: 'Quota exceeded.',
    type: 'RESOURCE_EXHAUSTED',
    code: '429',
    retryAfterMs: 1500,
  };
  expect(decodeFault(429, JSON.stringify({ error: status }))).toMatchObject(expected);
  expect(decodeFault(429, JSON.stringify([{ error: status }]))).toMatchObject(expected);
});

test('other JSON, a page, text and nothing still give a message', () => {
  expect(decodeFault(404, '{"message":"gone"}').message).toBe('gone');
  expect(decodeFault(400, '{"error":"bad"}').message).toBe('bad');
  expect(decodeFault(502, '<html><title>502 Bad Gateway</title></html>').message).toBe('502 Bad Gateway');
  expect(decodeFault(500, 'oops\n').message).toBe('oops');
  expect(decodeFault(503, '').message).toBe('The provider answered with status 503 and no message.');
});
