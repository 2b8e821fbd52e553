import type { Terms } from './bill.ts';
import { type PriceVersion, priceName } from './price.ts';

/** What a charge was worked out with, as it is kept. */
export interface PriceDocument {
  readonly price: PriceVersion;
  readonly terms: Terms;
}

/**
 * Names price versions in the ledger: by the day they hold from, by their source, and by a mark of everything they say, so that two that differ anywhere have
 * different names. Each is told once, to be kept.
 */
export class PriceNames {
  readonly #terms: Terms;
  readonly #keep: (name: string, document: string) => void;
  readonly #names = new WeakMap<PriceVersion, string>();
  readonly #told = new Set<string>();

  constructor(terms: Terms, keep: (name: string, document: string) => void) {
    this.#terms = terms;
    this.#keep = keep;
  }

  of(price: PriceVersion | undefined): string {
    if (price === undefined) return priceName(undefined);
    const known = this.#names.get(price);
    if (known !== undefined) return known;
    const document = writePriceDocument({ price, terms: this.#terms });
    const name = `${priceName(price)}~${markOf(document)}`;
    this.#names.set(price, name);
    if (!this.#told.has(name)) {
      this.#told.add(name);
      this.#keep(name, document);
    }
    return name;
  }
}

const writePriceDocument = ({ price, terms }: PriceDocument): string => {
  const { marginNanoUsd, ...shares } = terms;
  return JSON.stringify({
    price,
    terms: { ...shares, ...(marginNanoUsd === undefined ? {} : { marginNanoUsd: marginNanoUsd.toString() }) },
  });
};

/** Reads what `PriceNames` gave to be kept. */
export const readPriceDocument = (text: string): PriceDocument => {
  const { price, terms } = JSON.parse(text) as { price: PriceVersion; terms: Terms & { marginNanoUsd?: string } };
  const { marginNanoUsd, ...shares } = terms;
  return {
    price,
    terms: { ...shares, ...(marginNanoUsd === undefined ? {} : { marginNanoUsd: BigInt(marginNanoUsd) }) },
  };
};

/** FNV-1a over the text, twice with different beginnings: 64 bits tell the versions of one installation apart. */
const markOf = (text: string): string => `${hash(text, 0x811c9dc5)}${hash(text, 0x2f0b4c47)}`;

const hash = (text: string, start: number): string => {
  let value = start;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
};
