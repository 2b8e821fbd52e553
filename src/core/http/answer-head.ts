import { GatewayError } from '../errors/gateway-error.ts';

/** The head of an HTTP/1 answer. */
export interface AnswerHead {
  readonly status: number;
  /** The digit behind `HTTP/1.`. */
  readonly minor: 0 | 1;
  /** Names in lower case; values of a name that comes more than once are joined by `, `. Bytes beyond ASCII are one character each. */
  readonly headers: ReadonlyMap<string, string>;
}

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;
const latin1 = new TextDecoder('latin1');

/** Reads a head with its last line end. Throws `upstream_invalid`. Lines may end without a carriage return, as RFC 9112 allows. */
export const parseAnswerHead = (bytes: Uint8Array): AnswerHead => {
  const text = decodeBytes(bytes);
  if (forbidden.test(text)) throw notHttp('its head holds a control character');
  const lines = text.split('\n');
  const [, minor, status] = statusLine.exec(withoutReturn(lines[0] ?? '')) ?? [];
  if (status === undefined) throw notHttp('it does not begin with a status line of HTTP/1');
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = withoutReturn(lines[index] ?? '');
    if (line !== '') addHeader(headers, line);
  }
  return { status: Number(status), minor: minor === '0' ? 0 : 1, headers };
};

export const notHttp = (why: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider sent an answer that is not HTTP: ${why}.`);

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const addHeader = (headers: Map<string, string>, line: string): void => {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  // A line that begins with a space would continue the one before it, which readers understand differently.
  if (!token.test(name)) throw notHttp('a line of its head is not a header');
  const lower = name.toLowerCase();
  const value = line.slice(colon + 1).trim();
  const before = headers.get(lower);
  if (before !== undefined && lower === 'content-length') throw notHttp('it says its length twice');
  headers.set(lower, before === undefined ? value : `${before}, ${value}`);
};

/** One character a byte. The decoder reads 0x80 to 0x9f otherwise, so it is trusted with ASCII only. */
const decodeBytes = (bytes: Uint8Array): string => {
  const text = latin1.decode(bytes);
  return /^[\0-\x7f]*$/.test(text) ? text : Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
};
