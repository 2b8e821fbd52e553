/** A key that was just made. The secret is shown once and kept nowhere. */
export interface MintedKey {
  readonly key: string;
  /** What it is known by from now on. */
  readonly hash: string;
  /** What of it may be shown. */
  readonly shown: string;
  /** With the installation's pepper it makes the same key again. */
  readonly seed: string;
}

/** Makes keys, and knows what a key is kept as: a keyed hash, so that a copy of the database alone lets nobody in or guess. */
export interface KeyMint {
  /** A new key of 256 random bits, or the one that an earlier seed made. */
  mint(seed?: string): MintedKey;
  hash(key: string): string;
  /** The same of a key of which only the SHA-256 is known, in hexadecimal. */
  hashOfSha256(sha256: string): string;
  /** The beginning and the end of a key. */
  shown(key: string): string;
}
