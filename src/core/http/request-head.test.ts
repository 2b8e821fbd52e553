import { expect, test } from 'bun:test';
import { headerLines, requestHead } from './request-head.ts';

const line = { method: 'POST', target: '/v1/chat?x=1', host: 'api.example:8443' } as const;

test('a head says host and length, and leaves what the client decides to the client', () => {
  const lines = headerLines({
    'content-type': ' application/json ',
    'user-agent': 'sluice',
    Host: 'elsewhere',
    'content-length': '7',
    'transfer-encoding': 'chunked',
    connection: 'close',
  });
  expect(requestHead(line, lines, 2)).toBe(
    'POST /v1/chat?x=1 HTTP/1.1\r\nhost: api.example:8443\r\nconnection: keep-alive\r\ncontent-type: application/json\r\nuser-agent: sluice\r\naccept: */*\r\ncontent-length: 2\r\n\r\n',
  );
});

test('without a body there is no length', () => {
  expect(requestHead({ ...line, method: 'GET' }, headerLines({}), undefined)).not.toContain('content-length');
});

test.each([
  ['x-key', 'secret\r\nx-more: 1'],
  ['x-key', 'secret\nx'],
  ['x-key', 'secret\0'],
  ['x-key', 'secret’s'],
  ['x key', 'secret'],
  ['x\r\ny', 'secret'],
  ['', 'secret'],
])('the header %j with the value %j is refused, and its value is not told', (name, value) => {
  expect(() => headerLines({ [name]: value })).toThrow('The request was not sent');
  expect(() => headerLines({ [name]: value })).not.toThrow('secret');
});
