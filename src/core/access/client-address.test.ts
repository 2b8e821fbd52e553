import { expect, test } from 'bun:test';
import { readAddressRange } from './address-range.ts';
import { clientAddress } from './client-address.ts';

const trusted = ['10.0.0.0/8', 'fd00::/8'].flatMap((text) => readAddressRange(text) ?? []);

test.each([
  ['203.0.113.7', '198.51.100.1', '203.0.113.7', 'a caller that is no proxy says nothing of itself'],
  ['10.0.0.1', '198.51.100.1', '198.51.100.1', 'a proxy says who called it'],
  ['10.0.0.1', '1.2.3.4, 198.51.100.1', '198.51.100.1', 'what the client wrote itself is not believed'],
  ['10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1', 'through two proxies'],
  ['10.0.0.1', '10.9.9.9, 10.0.0.2', '10.9.9.9', 'a client of the own network'],
  ['10.0.0.1', undefined, '10.0.0.1', 'a proxy that says nothing'],
  ['::ffff:10.0.0.1', '198.51.100.1:4711', '198.51.100.1', 'in IPv6 clothes, with a port'],
  ['fd00::1', '[2001:db8::7]:443', '2001:db8::7', 'IPv6 in brackets'],
  ['10.0.0.1', '2001:db8::7', '2001:db8::7', 'IPv6 as it is'],
  ['10.0.0.1', '198.51.100.1, unknown', undefined, 'an entry that is no address'],
  ['10.0.0.1', '', undefined, 'an empty header'],
  ['10.0.0.1', '999.1.1.1', undefined, 'an address that does not exist'],
] as const)('%s with "%s" is %s: %s', (peer, header, client) => {
  expect(clientAddress(peer, header, trusted)).toBe(client);
});

test('where no proxy is trusted, the header says nothing', () => {
  expect(clientAddress('10.0.0.1', '198.51.100.1', [])).toBe('10.0.0.1');
});
