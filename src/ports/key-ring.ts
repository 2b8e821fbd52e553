/** Who is calling. Tenants come with virtual keys; the master key belongs to the one organisation every installation has. */
export interface Identity {
  readonly orgId: string;
  /** A name for logs; never the key. */
  readonly label: string;
}

export interface KeyRing {
  /** The identity behind a key a client sent, or undefined. Takes the same time for every wrong key of a length. */
  find(key: string): Identity | undefined;
}
