import { networkInterfaces } from 'node:os';
import { type Called, type EgressRule, mayCall, namesHost } from '../../core/policy/egress/egress-rule.ts';
import { type IpAddress, readIpAddress } from '../../core/policy/egress/ip-address.ts';
import type { AddressGuard, CheckedWay } from '../../ports/address-guard.ts';
import { type LookUp, SharedLookUp } from './look-up.ts';
import { readCalled } from './read-called.ts';

export interface GuardParts {
  /** What the configuration in force allows. */
  rules(): readonly EgressRule[];
  readonly lookUp: LookUp;
  /** The machine's own addresses: public as they may be, its other services are not. */
  ownAddresses?(): readonly string[];
}

/** Lets checked calls go to the open internet and to what the operator allows, and to nothing else. */
export class EgressGuard implements AddressGuard {
  readonly #parts: GuardParts;
  readonly #names: SharedLookUp;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#names = new SharedLookUp(parts.lookUp);
  }

  async admit(url: string, how: { readonly limitMs: number; readonly proxied: boolean }): Promise<CheckedWay> {
    const called = readCalled(url);
    const rules = this.#parts.rules();
    if (how.proxied) {
      // Whoever looks the name up again may be told something else.
      if (namesHost(rules, called)) return { kind: 'by-name' };
      throw new Error('calls leave by a proxy, and egress.allow does not name the host');
    }
    const [first, ...others] = await this.#addresses(called, how.limitMs);
    if (first === undefined) throw new Error('the name leads nowhere');
    for (const address of [first, ...others]) this.#check(rules, called, address);
    return { kind: 'address', address: first };
  }

  async #addresses({ host }: Called, limitMs: number): Promise<readonly string[]> {
    return readIpAddress(host) === undefined ? this.#names.addresses(host, limitMs) : [host];
  }

  #check(rules: readonly EgressRule[], called: Called, text: string): void {
    const address = readIpAddress(text);
    if (address === undefined) throw new Error('the name leads to something that is no address');
    const own = this.#isOwn(address);
    // A machine's own address counts as private, so only a rule can allow it.
    if (mayCall(rules, own ? { ...called, secure: false } : called, address)) return;
    throw new Error(
      own ? 'it is an address of this machine' : 'the address is private, or another than port 443 over TLS',
    );
  }

  #isOwn(address: IpAddress): boolean {
    return (this.#parts.ownAddresses ?? addressesOfMachine)().some((own) => {
      const read = readIpAddress(own);
      return read !== undefined && read.bytes.join() === address.bytes.join();
    });
  }
}

const addressesOfMachine = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
