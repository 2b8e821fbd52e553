import type { Seal } from './block.ts';
import { type DialectId, dialectIds } from './dialect-id.ts';

/**
 * A seal that crosses a foreign door is wrapped so that it finds its way home: base64 of `sluice:<dialect>:<value>`. Base64, because some
 * clients parse these fields as bytes. `wrapSeal` writes it for `door`; a seal of the door's own dialect is written as it is.
 */
export const wrapSeal = (seal: Seal, door: DialectId): string =>
  seal.dialect === door ? seal.value : btoa(toBinary(`${prefix}${seal.dialect}:${seal.value}`));

/** Reads a seal found in `door`'s wire format: a wrapped one gets its own dialect back, any other belongs to `door`. */
export const unwrapSeal = (wire: string, door: DialectId): Seal => {
  if (!wire.startsWith(wrappedPrefix)) return { dialect: door, value: wire };
  const text = decodeWrapped(wire);
  const end = text?.indexOf(':', prefix.length) ?? -1;
  if (text === undefined || end < 0) return { dialect: door, value: wire };
  const dialect = dialectIds.find((id) => id === text.slice(prefix.length, end));
  return dialect === undefined ? { dialect: door, value: wire } : { dialect, value: text.slice(end + 1) };
};

const prefix = 'sluice:';
/** What every wrapped seal begins with (six bytes give eight whole characters). A body that holds it cannot go to a provider as it is. */
export const wrappedPrefix = 'c2x1aWNl';

const decodeWrapped = (wire: string): string | undefined => {
  try {
    const text = fromBinary(atob(wire));
    return text.startsWith(prefix) ? text : undefined;
  } catch {
    return undefined;
  }
};

const toBinary = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');

const fromBinary = (binary: string): string =>
  new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
