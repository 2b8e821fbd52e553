import type { TLSOptions } from 'bun';
import type { Egress } from '../../../core/catalog/active-provider.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import { lateModules } from '../late-modules.ts';

/** Where a call goes: the server, and what is asked of it. */
export interface Destination {
  /** Calls with the same key may share a connection. */
  readonly key: string;
  /** Who is called, and whose certificate it must be. */
  readonly hostname: string;
  /** Where to connect: the host, or the address that was looked up for it. */
  readonly address: string;
  readonly port: number;
  readonly tls: TLSOptions | undefined;
  /** For the `host` header. */
  readonly host: string;
  readonly target: string;
  /** What the name and password in the address come to. */
  readonly authorization: string | undefined;
}

/** Addresses come from the configuration and few models each, except where a call's own id is part of the path. */
const maxKnown = 1000;

/** Reads addresses, each once. */
export class Destinations {
  readonly #straight = new Map<string, Destination>();
  readonly #special = new WeakMap<Egress, Map<string, Destination>>();

  /** Throws a `TypeError` for an address that is none. */
  of({ url, egress, address }: Pick<WireCall, 'url' | 'egress' | 'address'>): Destination {
    // What was looked up holds for one call.
    if (address !== undefined) return readAddress(url, { ca: egress?.ca, address });
    const known = this.#knownFor(egress);
    const found = known.get(url);
    if (found !== undefined) return found;
    if (known.size >= maxKnown) known.clear();
    const destination = readAddress(url, { ca: egress?.ca });
    known.set(url, destination);
    return destination;
  }

  #knownFor(egress: Egress | undefined): Map<string, Destination> {
    if (egress === undefined) return this.#straight;
    const known = this.#special.get(egress) ?? new Map<string, Destination>();
    this.#special.set(egress, known);
    return known;
  }
}

const readAddress = (
  text: string,
  how: { readonly ca: string | undefined; readonly address?: string },
): Destination => {
  const { ca, address } = how;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('the address is neither http nor https');
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const { username, password } = url;
  return {
    key: `${url.protocol}//${url.host}${address === undefined ? '' : ` at ${address}`}${ca === undefined ? '' : ` ${ca}`}`,
    hostname,
    address: address ?? hostname,
    port: Number(url.port) || (secure ? 443 : 80),
    tls: secure ? tlsOptions(hostname, ca) : undefined,
    host: url.host,
    target: `${url.pathname}${url.search}`,
    authorization:
      username === '' && password === ''
        ? undefined
        : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
  };
};

/** A number is no server name. */
const tlsOptions = (hostname: string, ca: string | undefined): TLSOptions => ({
  rejectUnauthorized: true,
  ALPNProtocols: 'http/1.1',
  ...(lateModules.net().isIP(hostname) === 0 ? { serverName: hostname } : {}),
  ...(ca === undefined ? {} : { ca }),
});
