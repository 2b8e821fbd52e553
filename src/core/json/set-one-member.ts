import { byte, skipSpace, skipString, skipValue } from './byte-walk.ts';
import type { Edit } from './edit.ts';

/**
 * The short way for what nearly every request needs: one top-level member that stands there once gets another value (the model). Undefined
 * when it is anything else, or when an escaped name could hide the member; then the long way finds it.
 */
export const setOneMember = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array | undefined => {
  const edit = edits[0];
  if (edits.length !== 1 || edit?.op !== 'set' || edit.path.length !== 1) return undefined;
  const name = edit.path[0];
  const start = skipSpace(bytes, 0);
  if (typeof name !== 'string' || bytes[start] !== byte.openBrace) return undefined;
  let from = -1;
  let to = -1;
  let at = skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] === byte.quote) {
    const keyEnd = skipString(bytes, at);
    const match = matchName(bytes, { start: at, end: keyEnd }, name);
    if (match === 'unsure' || (match === 'same' && from >= 0)) return undefined;
    const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    if (match === 'same') {
      from = valueStart;
      to = valueEnd;
    }
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === byte.comma) at = skipSpace(bytes, at + 1);
  }
  return from < 0 ? undefined : replaceSpan(bytes, { from, to }, encoder.encode(JSON.stringify(edit.value)));
};

const encoder = new TextEncoder();

/** Compares a key's bytes with a name. Escapes and letters beyond ASCII are not read here. */
const matchName = (
  bytes: Uint8Array,
  key: { readonly start: number; readonly end: number },
  name: string,
): 'same' | 'other' | 'unsure' => {
  let same = key.end - key.start - 2 === name.length;
  for (let index = 0; index < key.end - key.start - 2; index += 1) {
    const value = bytes[key.start + 1 + index] ?? 0;
    if (value === byte.backslash || value > 0x7e) return 'unsure';
    if (same && value !== name.charCodeAt(index)) same = false;
  }
  return same ? 'same' : 'other';
};

const replaceSpan = (
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  value: Uint8Array,
): Uint8Array => {
  const patched = new Uint8Array(bytes.length - (to - from) + value.length);
  patched.set(bytes.subarray(0, from));
  patched.set(value, from);
  patched.set(bytes.subarray(to), from + value.length);
  return patched;
};
