import { byte, skipSpace, skipString, skipValue } from './byte-walk.ts';
import type { Edit } from './edit.ts';
import type { Json } from './json.ts';
import { setOneMember } from './set-one-member.ts';

/** Bytes `from`–`to` of the input give way to `text`. */
interface Patch {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface Member {
  /** Undefined when no edit can mean it. */
  readonly name: string | undefined;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Makes the edits in the client's own bytes: every byte that no edit names stays as it was sent, white space and number spelling too. The
 * input must be valid JSON. Means the same as `applyEdits` on the parsed value; a member written twice is edited in both places, so that
 * no reader can be shown another one.
 */
export const patchJson = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array =>
  setOneMember(bytes, edits) ?? patchAll(bytes, edits);

const patchAll = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array => {
  let current = bytes;
  let batch: Edit[] = [];
  // Edits that touch the same top-level member are made one after the other, since the later may edit what the earlier wrote.
  const touched = new Set<string | number>();
  for (const edit of edits) {
    const root = edit.path[0];
    if (root === undefined) continue;
    const renamed = edit.op === 'rename' && edit.path.length === 1 ? edit.to : root;
    if (touched.has(root) || touched.has(renamed)) {
      current = applyBatch(current, batch);
      batch = [];
      touched.clear();
    }
    touched.add(root).add(renamed);
    batch.push(edit);
  }
  return applyBatch(current, batch);
};

const applyBatch = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array => {
  if (edits.length === 0) return bytes;
  const start = skipSpace(bytes, 0);
  const patches: Patch[] = [];
  if (bytes[start] === byte.openBrace) collectObject(bytes, start, { edits, depth: 0, patches });
  return splice(bytes, patches);
};

interface Work {
  readonly edits: readonly Edit[];
  readonly depth: number;
  readonly patches: Patch[];
}

/** Finds the patches of the edits whose path passes through the object that opens at `start`. */
const collectObject = (bytes: Uint8Array, start: number, work: Work): void => {
  const members = readMembers(bytes, start, nameLengths(work));
  const kept: boolean[] = members.map(() => true);
  const additions: string[] = [];
  for (const edit of work.edits) {
    const name = edit.path[work.depth];
    const last = work.depth === edit.path.length - 1;
    let found = false;
    members.forEach((member, index) => {
      if (member.name !== name) return;
      found = true;
      if (!last) collectValue(bytes, member.valueStart, { ...work, edits: [edit], depth: work.depth + 1 });
      else if (edit.op === 'set')
        work.patches.push({ from: member.valueStart, to: member.valueEnd, text: JSON.stringify(edit.value) });
      else if (edit.op === 'rename')
        work.patches.push({ from: member.keyStart, to: member.keyEnd, text: JSON.stringify(edit.to) });
      else kept[index] = false;
    });
    // No reader may be shown two members of one name.
    if (found && last && edit.op === 'rename' && edit.to !== name)
      members.forEach((member, index) => {
        if (member.name === edit.to) kept[index] = false;
      });
    if (!found && last && edit.op === 'set') additions.push(`${JSON.stringify(name)}:${JSON.stringify(edit.value)}`);
  }
  removeAndAdd(start, { members, kept, additions, patches: work.patches });
};

/** In bytes, as the names stand in the input. */
const nameLengths = ({ edits, depth }: Work): ReadonlySet<number> =>
  new Set(
    edits
      .flatMap((edit) => [String(edit.path[depth]), ...(edit.op === 'rename' ? [edit.to] : [])])
      .map((name) => encoder.encode(name).length),
  );

const collectValue = (bytes: Uint8Array, start: number, work: Work): void => {
  const step = work.edits[0]?.path[work.depth];
  if (bytes[start] === byte.openBrace && typeof step === 'string') collectObject(bytes, start, work);
  else if (bytes[start] === byte.openBracket && typeof step === 'number') collectItem(bytes, start, work);
};

const collectItem = (bytes: Uint8Array, start: number, work: Work): void => {
  const edit = work.edits[0];
  const wanted = edit?.path[work.depth];
  if (edit === undefined || typeof wanted !== 'number') return;
  const items = readItems(bytes, start);
  const item = items[wanted];
  if (item === undefined) return;
  if (work.depth < edit.path.length - 1) {
    collectValue(bytes, item.start, { ...work, depth: work.depth + 1 });
    return;
  }
  if (edit.op === 'set') work.patches.push({ from: item.start, to: item.end, text: JSON.stringify(edit.value) });
  if (edit.op !== 'remove') return;
  const next = items[wanted + 1];
  const before = items[wanted - 1];
  if (next !== undefined) work.patches.push({ from: item.start, to: next.start, text: '' });
  else work.patches.push({ from: before?.end ?? item.start, to: item.end, text: '' });
};

interface Change {
  readonly members: readonly Member[];
  readonly kept: readonly boolean[];
  readonly additions: readonly string[];
  readonly patches: Patch[];
}

/** Removed members take their comma along; new ones go behind the last that stays. */
const removeAndAdd = (start: number, change: Change): void => {
  const { members, kept, additions, patches } = change;
  let lastKept = -1;
  members.forEach((member, index) => {
    if (kept[index]) {
      lastKept = index;
      return;
    }
    const next = members[index + 1];
    const previous = members[lastKept];
    if (lastKept < 0 && next !== undefined) patches.push({ from: member.keyStart, to: next.keyStart, text: '' });
    else if (previous === undefined) patches.push({ from: member.keyStart, to: member.valueEnd, text: '' });
    else patches.push({ from: members[index - 1]?.valueEnd ?? previous.valueEnd, to: member.valueEnd, text: '' });
  });
  if (additions.length === 0) return;
  const at = members.at(-1)?.valueEnd ?? start + 1;
  patches.push({ from: at, to: at, text: (lastKept < 0 ? '' : ',') + additions.join(',') });
};

/** Names are read only where one of these lengths fits (or where escapes may hide one); other members are just spans. */
const readMembers = (bytes: Uint8Array, start: number, lengths: ReadonlySet<number>): readonly Member[] => {
  const members: Member[] = [];
  let at = skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] === byte.quote) {
    const keyStart = at;
    const keyEnd = skipString(bytes, at);
    const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    const wanted = lengths.has(keyEnd - keyStart - 2) || bytes.subarray(keyStart, keyEnd).includes(byte.backslash);
    const name = wanted ? readKey(bytes, keyStart, keyEnd) : undefined;
    members.push({ name, keyStart, keyEnd, valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === byte.comma) at = skipSpace(bytes, at + 1);
  }
  return members;
};

const readItems = (bytes: Uint8Array, start: number): readonly { readonly start: number; readonly end: number }[] => {
  const items: { start: number; end: number }[] = [];
  let at = skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] !== byte.closeBracket) {
    const end = skipValue(bytes, at);
    items.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === byte.comma) at = skipSpace(bytes, at + 1);
  }
  return items;
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const readKey = (bytes: Uint8Array, start: number, end: number): string => {
  const text = decoder.decode(bytes.subarray(start, end));
  return text.includes('\\') ? String(JSON.parse(text) as Json) : text.slice(1, -1);
};

const splice = (bytes: Uint8Array, patches: readonly Patch[]): Uint8Array => {
  if (patches.length === 0) return bytes;
  const ordered = [...patches].sort((a, b) => a.from - b.from || a.to - b.to);
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const patch of ordered) {
    pieces.push(bytes.subarray(at, patch.from), encoder.encode(patch.text));
    at = patch.to;
  }
  pieces.push(bytes.subarray(at));
  return concatBytes(pieces);
};

/** The pieces in one array. */
export const concatBytes = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};
