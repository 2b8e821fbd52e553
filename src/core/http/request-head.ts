import { GatewayError } from '../errors/gateway-error.ts';
import type { RequestMethod } from './answer-framing.ts';

export interface RequestLine {
  readonly method: RequestMethod;
  /** Path and query, percent-encoded. */
  readonly target: string;
  /** With the port when it is not the usual one. */
  readonly host: string;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const unspeakable = /[^\t\x20-\x7e\x80-\xff]/;

/** What the client itself says of the connection and the body. */
const ownNames: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
]);

/** Said for those who do not: some providers refuse a request without them. */
const usual: Readonly<Record<string, string>> = { 'user-agent': 'Sluice', accept: '*/*' };

/** The lines of the caller's own headers. Throws `upstream_unreachable` for one that cannot be written; its value is never named. */
export const headerLines = (headers: Readonly<Record<string, string>>): string => {
  const said = new Set<string>();
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const trimmed = value.trim();
    if (!token.test(name) || unspeakable.test(trimmed))
      throw new GatewayError(
        'upstream_unreachable',
        `The request was not sent: its header ${JSON.stringify(name)} holds a line break or another character that a header cannot have.`,
      );
    said.add(lower);
    if (!ownNames.has(lower)) lines += `${name}: ${trimmed}\r\n`;
  }
  for (const [name, value] of Object.entries(usual)) if (!said.has(name)) lines += `${name}: ${value}\r\n`;
  return lines;
};

/** A whole head. `lines` comes from `headerLines`; one character is one byte. */
export const requestHead = (
  { method, target, host }: RequestLine,
  lines: string,
  bodyBytes: number | undefined,
): string =>
  `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines}${
    bodyBytes === undefined ? '' : `content-length: ${bodyBytes}\r\n`
  }\r\n`;
