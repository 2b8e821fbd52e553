import { createHmac, timingSafeEqual } from 'node:crypto';

/** Knows its own signatures: the HMAC-SHA256 of a text, in hexadecimal. */
export class HookSecret {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  signs(text: string, signature: string): boolean {
    const own = createHmac('sha256', this.#secret).update(text).digest();
    const given = Buffer.from(signature, 'hex');
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
