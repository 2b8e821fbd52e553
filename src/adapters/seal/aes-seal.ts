import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a fresh nonce: base64 of nonce, tag and cipher text. `place` is proved when it is opened, not kept. */
export const sealBytes = (key: Uint8Array, place: string, secret: Uint8Array): string =>
  sealRaw(key, place, secret).toString('base64');

/** The same as bytes, for what is not small. */
export const sealRaw = (key: Uint8Array, place: string, secret: Uint8Array): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
};

/** Throws for another key, another place and changed bytes. */
export const openBytes = (key: Uint8Array, place: string, sealed: string): Uint8Array =>
  openRaw(key, place, Buffer.from(sealed, 'base64'));

export const openRaw = (key: Uint8Array, place: string, bytes: Uint8Array): Uint8Array => {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
};

/** An encryption key made of text, and an id of it that tells nothing about it. */
export interface EncryptionKey {
  readonly bytes: Uint8Array;
  readonly id: string;
}

export const encryptionKeyOf = (text: string): EncryptionKey => {
  const digest = (purpose: string): Buffer => createHash('sha256').update(`sluice ${purpose} ${text}`).digest();
  return { bytes: digest('encryption'), id: digest('encryption id').toString('hex').slice(0, 16) };
};
