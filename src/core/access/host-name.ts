import { readAddressRange } from './address-range.ts';

const label = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;

/** Whether a text is an address (`0.0.0.0`, `::1`, `[::1]`) or a name of a machine, and nothing more: no scheme, port or path. */
export const isHost = (text: string): boolean => {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (bare.includes(':')) return !bare.includes('/') && readAddressRange(bare.split('%')[0] ?? '') !== undefined;
  if (bare !== text) return false;
  // What looks like an IPv4 address has to be one.
  if (/^[\d.]+$/.test(text)) return readAddressRange(text) !== undefined;
  return text.length <= 253 && text.split('.').every((part) => part.length <= 63 && label.test(part));
};
