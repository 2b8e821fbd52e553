import type { Called } from '../../core/policy/egress/egress-rule.ts';
import { readIpAddress } from '../../core/policy/egress/ip-address.ts';

const longestUrl = 8192;
/** What another program may read otherwise than this one: spaces and controls, backslashes, names and passwords, anything beyond ASCII. */
const ambiguous = /[^\x21-\x7e]|\\/;

/** Where an address leads, read once and strictly. Throws an `Error` that says what is wrong with it. */
export const readCalled = (address: string): Called => {
  if (address.length > longestUrl) throw new Error('the address is too long');
  if (ambiguous.test(address)) throw new Error('the address holds characters that may be read in two ways');
  const authority = /^https?:\/\/([^/?#]*)/i.exec(address)?.[1];
  if (authority === undefined) throw new Error('the address is neither http nor https');
  if (/[@%]/.test(authority)) throw new Error('the address holds a name, a password or an encoded host');
  if (!URL.canParse(address)) throw new Error('the address cannot be read');
  const { protocol, hostname, port } = new URL(address);
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '' || host.endsWith('.')) throw new Error('the address names no host');
  // The reader of addresses takes "0x7f.1" for 127.0.0.1. Whoever writes it so hides something.
  const written = authority
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (readIpAddress(host)?.version === 4 && written !== host)
    throw new Error('the number of the address is spelled unusually');
  return { host, port: port === '' ? (secure ? 443 : 80) : Number(port), secure };
};
