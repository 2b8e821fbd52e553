import { type AddressRange, inAnyRange } from './address-range.ts';

/**
 * Where a request comes from, behind proxies that the operator trusts: each writes the address it was called from at the end of `X-Forwarded-For`, so the last
 * one that is no trusted proxy is the client. What stands before it was the client's to write, and is not believed. Undefined when an entry that would
 * count is no address.
 */
export const clientAddress = (
  peer: string,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): string | undefined => {
  if (forwardedFor === undefined || trusted.length === 0 || !inAnyRange(trusted, peer)) return peer;
  let address: string | undefined = peer;
  for (const entry of forwardedFor.split(',').toReversed()) {
    address = addressIn(entry.trim());
    if (address === undefined || !inAnyRange(trusted, address)) return address;
  }
  return address;
};

/** Some proxies add a port, and put IPv6 addresses into brackets. */
const addressIn = (entry: string): string | undefined => {
  const [, inBrackets, v4, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+|([0-9a-fA-F:.]+))$/.exec(entry) ?? [];
  const address = inBrackets ?? v4 ?? plain;
  return address !== undefined && inAnyRange(everywhere, address) ? address : undefined;
};

const everywhere: readonly AddressRange[] = [
  { base: [0, 0, 0, 0], bits: 0, text: '0.0.0.0/0' },
  { base: Array.from({ length: 16 }, () => 0), bits: 0, text: '::/0' },
];
