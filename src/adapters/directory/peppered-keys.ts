import { randomBytes } from 'node:crypto';
import type { KeyMint, MintedKey } from '../../ports/access/key-mint.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The fewest letters and digits that hold 256 bits. */
const length = 43;

/**
 * Keys are kept as HMAC-SHA-256(pepper, hexadecimal SHA-256 of the key). The inner hash is what another gateway's database holds, so its keys can be taken
 * over without knowing them; a slow hash is for passwords, and 256 random bits are none.
 */
export class PepperedKeys implements KeyMint {
  readonly #pepper: Uint8Array;

  /** `pepper`: at least 32 random bytes that are not in the database. */
  constructor(pepper: Uint8Array) {
    this.#pepper = pepper;
  }

  mint(seed: string = randomBytes(32).toString('hex')): MintedKey {
    const bits = new Bun.CryptoHasher('sha256', this.#pepper).update(`key ${seed}`).digest('hex');
    const key = `sk-sluice-${inLetters(BigInt(`0x${bits}`))}`;
    return { key, hash: this.hash(key), shown: this.shown(key), seed };
  }

  hash(key: string): string {
    return this.hashOfSha256(new Bun.CryptoHasher('sha256').update(key).digest('hex'));
  }

  hashOfSha256(sha256: string): string {
    return new Bun.CryptoHasher('sha256', this.#pepper).update(sha256.toLowerCase()).digest('base64url');
  }

  shown(key: string): string {
    return key.length < 24
      ? `${key.slice(0, 3)}…`
      : `${key.slice(0, key.startsWith('sk-sluice-') ? 14 : 7)}…${key.slice(-4)}`;
  }
}

const inLetters = (bits: bigint): string => {
  let rest = bits;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = `${alphabet[Number(rest % 62n)] ?? ''}${text}`;
    rest /= 62n;
  }
  return text;
};
