/** Where a checked call goes: to an address by number, or by its name through the proxy, when a rule of the operator's names the host. */
export type CheckedWay = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'by-name' };

/** Looks at addresses that the operator did not write. */
export interface AddressGuard {
  /**
   * Looks the host up once and decides on all that it leads to. Rejects with an `Error` whose message is the reason, for operators only: a caller who
   * could tell a refusal from a closed port would have a scanner of the operator's network.
   */
  admit(url: string, how: { readonly limitMs: number; readonly proxied: boolean }): Promise<CheckedWay>;
}
