import { expect, test } from 'bun:test';
import { HttpRequestParser } from './http-request-parser.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);

test('requests come out the same for any cut of their bytes', () => {
  const wire = bytes(
    'POST /a?b=1 HTTP/1.1\r\nX-Twice: 1\r\nx-twice: 2\r\ncontent-length: 5\r\n\r\nhélo' +
      'POST /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n' +
      'GET /d HTTP/1.1\r\n\r\n',
  );
  for (const size of [1, 2, 7, 50, wire.length]) {
    const parser = new HttpRequestParser();
    const found = [];
    for (let at = 0; at < wire.length; at += size) found.push(...parser.push(wire.subarray(at, at + size)));
    expect(found.map((request) => [request.method, request.target, text(request.body)])).toEqual([
      ['POST', '/a?b=1', 'hélo'],
      ['POST', '/c', 'abcde'],
      ['GET', '/d', ''],
    ]);
    expect(found[0]?.headers['x-twice']).toBe('1, 2');
  }
});
