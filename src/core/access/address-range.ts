/** Addresses whose first `bits` are those of `base`. IPv4 has 4 bytes, IPv6 has 16. */
export interface AddressRange {
  readonly base: readonly number[];
  readonly bits: number;
  /** As it was written. */
  readonly text: string;
}

/** `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32`. Undefined for anything else. */
export const readAddressRange = (text: string): AddressRange | undefined => {
  const slash = text.indexOf('/');
  const base = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const longest = base.length * 8;
  if (slash < 0) return { base, bits: longest, text };
  const length = text.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return bits <= longest ? { base, bits, text } : undefined;
};

export const inAnyRange = (ranges: readonly AddressRange[], address: string): boolean => {
  const bytes = readAddress(address);
  return bytes !== undefined && ranges.some((range) => inRange(range, bytes));
};

const inRange = ({ base, bits }: AddressRange, bytes: readonly number[]): boolean => {
  if (base.length !== bytes.length) return false;
  const whole = Math.floor(bits / 8);
  for (let index = 0; index < whole; index += 1) if (base[index] !== bytes[index]) return false;
  const rest = 8 - (bits % 8);
  return rest === 8 || (base[whole] ?? 0) >> rest === (bytes[whole] ?? 0) >> rest;
};

/** Bytes of an address; an IPv4 address in IPv6 clothes (`::ffff:192.0.2.7`) is the IPv4 address. */
const readAddress = (text: string): readonly number[] | undefined => {
  if (!text.includes(':')) return readV4(text);
  const bytes = readV6(text);
  const mapped = bytes?.slice(0, 10).every((byte) => byte === 0) === true && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes?.slice(12) : bytes;
};

const readV4 = (text: string): readonly number[] | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
};

const readV6 = (text: string): readonly number[] | undefined => {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  return missing < 2 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
};

const groupsOf = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (index === groups.length - 1 && group.includes('.')) {
      const v4 = readV4(group);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else return undefined;
  }
  return bytes;
};
