/** What other products know a key by: the hexadecimal SHA-256 of it. */
export const sha256Of = (key: string): string => new Bun.CryptoHasher('sha256').update(key).digest('hex');
