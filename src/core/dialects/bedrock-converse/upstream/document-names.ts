import type { MediaBlock } from '../../../ir/index.ts';

/**
 * Every document of a request needs a name of its own, of letters, digits, single spaces, underscores, hyphens and brackets. The words a client gave are kept as
 * far as they go; the model reads them.
 */
export class DocumentNames {
  readonly #given = new Set<string>();
  /** The number the next document of the same name gets. */
  readonly #next = new Map<string, number>();

  /** The name to send, and whether it says other than the client's. */
  take(block: MediaBlock): { readonly name: string; readonly changed: boolean } {
    const wanted = block.title ?? block.filename;
    const plain = allowed(wanted ?? '');
    const base = plain === '' ? `document-${this.#given.size + 1}` : plain;
    let name = base;
    let count = this.#next.get(base) ?? 2;
    for (; this.#given.has(name); count += 1) name = `${base.slice(0, longest - 8)} (${count})`;
    this.#next.set(base, count);
    this.#given.add(name);
    return { name, changed: name !== wanted };
  }
}

const longest = 200;

const allowed = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N}\s_\-()[\]]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
