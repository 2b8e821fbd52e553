/** An address by number. Version 4 has four bytes, version 6 sixteen. */
export type IpAddress =
  | { readonly version: 4; readonly bytes: readonly number[] }
  | { readonly version: 6; readonly bytes: readonly number[] };

/**
 * Reads an address in its usual spelling; undefined for anything else. Numbers of other bases, short forms and zones are refused: programs read them
 * differently, and what is checked must be what is called.
 */
export const readIpAddress = (text: string): IpAddress | undefined => {
  const four = ipv4Bytes(text);
  if (four !== undefined) return { version: 4, bytes: four };
  const six = ipv6Bytes(text);
  return six === undefined ? undefined : { version: 6, bytes: six };
};

const ipv4Bytes = (text: string): readonly number[] | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (parts === undefined || parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
  const bytes = parts.map(Number);
  return bytes.some((byte) => byte > 255) ? undefined : bytes;
};

const ipv6Bytes = (text: string): readonly number[] | undefined => {
  if (!/^[\da-f:.]{2,45}$/i.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(groupBytes);
  if (front === undefined) return undefined;
  if (halves.length === 1) return front.length === 16 ? front : undefined;
  if (back === undefined || front.length + back.length > 14) return undefined;
  return [...front, ...Array.from({ length: 16 - front.length - back.length }, () => 0), ...back];
};

/** The bytes of groups between colons; the last one may be an address of version 4. */
const groupBytes = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const four = index === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (four !== undefined) bytes.push(...four);
    else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(Math.floor(value / 256), value % 256);
    } else return undefined;
  }
  return bytes;
};

/** A range of addresses: those whose first `bits` are the same. */
export interface IpRange {
  readonly start: IpAddress;
  readonly bits: number;
}

/** Reads `10.0.0.0/8` or `fd00::/8`; undefined for anything else. */
export const readIpRange = (text: string): IpRange | undefined => {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const start = readIpAddress(parts?.[1] ?? '');
  const bits = Number(parts?.[2]);
  if (start === undefined || bits > start.bytes.length * 8) return undefined;
  return { start, bits };
};

export const inRange = ({ version, bytes }: IpAddress, { start, bits }: IpRange): boolean => {
  if (version !== start.version) return false;
  const whole = Math.floor(bits / 8);
  for (let index = 0; index < whole; index += 1) if (bytes[index] !== start.bytes[index]) return false;
  const rest = bits % 8;
  if (rest === 0) return true;
  const step = 2 ** (8 - rest);
  return Math.floor((bytes[whole] ?? 0) / step) === Math.floor((start.bytes[whole] ?? 0) / step);
};
