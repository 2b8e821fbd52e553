import { type IpAddress, type IpRange, inRange, readIpAddress, readIpRange } from './ip-address.ts';
import { calledAddress, isMetadataAddress, isPublicAddress } from './public-address.ts';

/** What operators allow to be called beyond the open internet: a name, all names under a domain, or a range of addresses. */
export type EgressRule =
  | { readonly kind: 'name'; readonly name: string; readonly port?: number }
  | { readonly kind: 'domain'; readonly suffix: string; readonly port?: number }
  | { readonly kind: 'range'; readonly range: IpRange; readonly port?: number };

const namePattern = /^[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]*[a-z\d_])?)*$/;

/** Larger ranges name nothing any more. */
const shortestPrefix = { 4: 8, 6: 16 } as const;

/** Reads `host`, `.domain`, `10.1.2.3`, `10.0.0.0/8` or `[fd00::1]`, each with `:port` behind it or without; a text that says what is wrong otherwise. */
export const readEgressRule = (written: string): EgressRule | string => {
  const parts = /^(\[[^\]]+\](?:\/\d+)?|[^:]+|[^[\]]*:[^[\]]*:[^[\]]*)(?::(\d{1,5}))?$/.exec(
    written.trim().toLowerCase(),
  );
  const host = (parts?.[1] ?? '').replace(/[[\]]/g, '');
  const port = parts?.[2] === undefined ? undefined : Number(parts[2]);
  const at = port === undefined ? {} : { port };
  if (port !== undefined && (port < 1 || port > 65_535)) return 'the port must be from 1 to 65535';
  const address = readIpAddress(host);
  if (address !== undefined) return { kind: 'range', range: { start: address, bits: address.bytes.length * 8 }, ...at };
  const range = readIpRange(host);
  if (range !== undefined) {
    const least = shortestPrefix[range.start.version];
    return range.bits < least ? `the range must be /${least} or smaller` : { kind: 'range', range, ...at };
  }
  const name = host.replace(/^\*?\./, '');
  if (!namePattern.test(name) || /^[\d.]+$/.test(name))
    return 'must be a host, a ".domain", an address or a range such as "10.0.0.0/8", with ":port" behind it or without';
  return host === name ? { kind: 'name', name, ...at } : { kind: 'domain', suffix: `.${name}`, ...at };
};

/** Where a call would go. */
export interface Called {
  /** In lower case, without a dot at the end; an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * Whether a call may go to an address that the host's name leads to. Without a rule only the open internet may be called, over TLS at its usual port. A
 * rule for the name allows wherever the name leads, and one for a range whatever leads there; but what clouds keep a machine's secrets behind
 * is only meant by its very number.
 */
export const mayCall = (rules: readonly EgressRule[], called: Called, address: IpAddress): boolean => {
  if (called.secure && called.port === 443 && isPublicAddress(address)) return true;
  const meant = calledAddress(address);
  return rules.some((rule) => (rule.port ?? called.port) === called.port && means(rule, called.host, meant));
};

const means = (rule: EgressRule, host: string, address: IpAddress): boolean => {
  const secret = isMetadataAddress(address);
  switch (rule.kind) {
    case 'name':
      return !secret && rule.name === host;
    case 'domain':
      return !secret && host.endsWith(rule.suffix);
    case 'range':
      return inRange(address, rule.range) && (!secret || rule.range.bits === address.bytes.length * 8);
  }
};

/** Whether a rule names the host itself, so that whoever looks the name up may be trusted with it. */
export const namesHost = (rules: readonly EgressRule[], { host, port }: Called): boolean =>
  rules.some(
    (rule) =>
      (rule.port ?? port) === port &&
      ((rule.kind === 'name' && rule.name === host) || (rule.kind === 'domain' && host.endsWith(rule.suffix))),
  );
