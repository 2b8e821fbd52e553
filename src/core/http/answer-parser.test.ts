import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../errors/gateway-error.ts';
import type { RequestMethod } from './answer-framing.ts';
import { AnswerParser } from './answer-parser.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

const read = (text: string, method: RequestMethod = 'POST', cut = text.length) => {
  const parser = new AnswerParser(method);
  let body = '';
  for (const part of [text.slice(0, cut), text.slice(cut)])
    if (part !== '') body += textOf(parser.push(bytesOf(part)) ?? new Uint8Array(0));
  return { parser, body };
};

const lines = (...all: string[]): string => all.join('\r\n');
const ok = 'HTTP/1.1 200 OK';

test('an answer of a known length ends with its last byte and leaves the connection', () => {
  const { parser, body } = read(lines(ok, 'Content-Length: 2', 'X-Two: a', 'x-two: b', 'Empty:', '', 'hi'));
  expect(body).toBe('hi');
  expect(parser.head?.status).toBe(200);
  expect(parser.head?.headers.get('x-two')).toBe('a, b');
  expect(parser.head?.headers.get('empty')).toBe('');
  expect([parser.ended, parser.reusable]).toEqual([true, true]);
});

test('chunks are taken apart; their extensions and trailers are read over', () => {
  const chunks = lines('5;name="a;b"', 'Hello', '00A ', ' wide worl', '1', 'd', '0', 'X-Trailer: 1', '', '');
  const { parser, body } = read(lines(ok, 'transfer-encoding: Chunked', '', chunks));
  expect(body).toBe('Hello wide world');
  expect(parser.reusable).toBe(true);
});

test('what comes before the final head is skipped', () => {
  const { parser, body } = read(
    lines('HTTP/1.1 100 Continue', '', 'HTTP/1.1 103 Hints', 'link: x', '', ok, 'content-length: 1', '', 'x'),
  );
  expect([parser.head?.status, body]).toEqual([200, 'x']);
});

test.each<[string, RequestMethod, string]>([
  ['an answer to HEAD', 'HEAD', ok],
  ['204', 'POST', 'HTTP/1.1 204 No Content'],
  ['304', 'GET', 'HTTP/1.1 304 Not Modified'],
])('%s has no body, whatever its length says', (_name, method, status) => {
  const { parser } = read(lines(status, 'content-length: 5', '', ''), method);
  expect([parser.ended, parser.reusable]).toEqual([true, true]);
});

test('without a length the body ends with the connection, and only then', () => {
  const { parser, body } = read(lines(ok, '', 'some'));
  expect([body, parser.ended]).toEqual(['some', false]);
  expect(parser.close()).toBe(true);
  expect(parser.reusable).toBe(false);
});

test.each([
  ['inside the head', 'HTTP/1.1 200 O'],
  ['inside a body of a known length', lines(ok, 'content-length: 3', '', 'ab')],
  ['inside a chunk', lines(ok, 'transfer-encoding: chunked', '', '3', 'ab')],
  ['before the last chunk', lines(ok, 'transfer-encoding: chunked', '', '2', 'ab', '')],
  ['before the end of the trailers', lines(ok, 'transfer-encoding: chunked', '', '0', '')],
])('a connection that ends %s leaves the answer incomplete', (_name, text) => {
  expect(read(text).parser.close()).toBe(false);
});

test.each([
  ['the provider closes it', lines(ok, 'connection: foo, Close', 'content-length: 0', '', '')],
  ['it is HTTP/1.0', lines('HTTP/1.0 200 OK', 'content-length: 0', '', '')],
  ['bytes follow a known length', lines(ok, 'content-length: 1', '', 'ab')],
  ['bytes follow the last chunk', lines(ok, 'transfer-encoding: chunked', '', '0', '', 'x')],
])('a connection is not used again when %s', (_name, text) => {
  const { parser } = read(text);
  expect([parser.ended, parser.reusable]).toEqual([true, false]);
});

test('HTTP/1.0 keeps the connection when it says so, and may say for how long', () => {
  const { parser } = read(
    lines('HTTP/1.0 200', 'connection: keep-alive', 'keep-alive: max=9, timeout=5', 'content-length: 0', '', ''),
  );
  expect([parser.reusable, parser.keptSeconds]).toEqual([true, 5]);
});

test('bytes beyond ASCII are one character each', () => {
  const { parser } = read(lines(ok, 'x-name: \xe9\x93', 'content-length: 0', '', ''));
  expect(parser.head?.headers.get('x-name')).toBe('\xe9\x93');
});

describe('is refused', () => {
  test.each([
    ['another protocol', 'SSH-2.0-x\r\n\r\n'],
    ['an empty line first', `\r\n${ok}\r\n\r\n`],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status nobody knows', 'HTTP/1.1 099 No\r\n\r\n'],
    ['another protocol that was not asked for', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['a folded line', lines(ok, 'a: b', ' c', '', '')],
    ['a space before the colon', lines(ok, 'a : b', '', '')],
    ['a line without a name', lines(ok, ': b', '', '')],
    ['a control character', lines(ok, 'a: b\0', '', '')],
    ['a lone carriage return', lines(ok, 'a: b\rc: d', '', '')],
    ['two lengths', lines(ok, 'content-length: 1', 'content-length: 1', '', '')],
    ['a list of lengths', lines(ok, 'content-length: 1, 1', '', '')],
    ['a length with a sign', lines(ok, 'content-length: +1', '', '')],
    ['a length beyond all numbers', lines(ok, `content-length: ${'9'.repeat(16)}`, '', '')],
    ['a length beside chunks', lines(ok, 'content-length: 1', 'transfer-encoding: chunked', '', '')],
    ['an unknown coding', lines(ok, 'transfer-encoding: gzip, chunked', '', '')],
    ['chunks said twice', lines(ok, 'transfer-encoding: chunked', 'transfer-encoding: chunked', '', '')],
    ['a chunk without a size', lines(ok, 'transfer-encoding: chunked', '', ';x', '')],
    ['a chunk of no number', lines(ok, 'transfer-encoding: chunked', '', '1g', '')],
    ['a chunk beyond all numbers', lines(ok, 'transfer-encoding: chunked', '', 'f'.repeat(14), '')],
    ['a chunk longer than it says', lines(ok, 'transfer-encoding: chunked', '', '1', 'ab')],
    ['endless extensions', lines(ok, 'transfer-encoding: chunked', '', `1;${'x'.repeat(20_000)}`)],
    ['endless trailers', lines(ok, 'transfer-encoding: chunked', '', '0', 'a: b\r\n'.repeat(4000))],
    ['a head without end', `${ok}\r\n${'a: b\r\n'.repeat(12_000)}`],
    ['provisional heads without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3000)],
  ])('%s, wherever the bytes are split', (_name, text) => {
    for (const cut of text.length > 1000 ? [text.length, 100] : Array.from(text, (_character, index) => index + 1)) {
      let thrown: unknown;
      try {
        read(text, 'POST', cut);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(GatewayError);
      expect((thrown as GatewayError).code).toBe('upstream_invalid');
    }
  });
});
